"""What an article is, and the limits that every way in has to respect."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from kb_index.errors import InvalidArticle

Status = Literal["draft", "published", "archived"]

MAX_VARIANTS = 200
MAX_TEXT = 20_000


def _no_control_characters(text: str) -> str:
    if any(ord(char) < 32 and char not in "\n\t\r" for char in text):
        raise ValueError("contains control characters")
    return text


def _one_line(text: str) -> str:
    return " ".join(_no_control_characters(text).split())


def _primary_tag(tag: object) -> object:
    """`en` of `en-GB`, `EN` and `en_US`."""
    return tag.strip().replace("_", "-").split("-")[0].lower() if isinstance(tag, str) else tag


_OneLine = AfterValidator(_one_line)
Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=1, max_length=80)
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _OneLine
]
Variant = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), _OneLine
]
Variants = Annotated[tuple[Variant, ...], Field(max_length=MAX_VARIANTS)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_no_control_characters),
]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), _OneLine
]
Tags = Annotated[tuple[Tag, ...], Field(max_length=20)]
Language = Annotated[str, BeforeValidator(_primary_tag), StringConstraints(pattern=r"^[a-z]{2,3}$")]


class ArticleContent(BaseModel):
    """What an editor writes: title, other ways to ask, the answer in Markdown, tags, status.

    `language` is the primary tag of BCP 47; a stored article always has one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    variants: Variants = ()
    text: Text
    tags: Tags = ()
    status: Status = "draft"
    language: Language | None = None


class NewArticle(ArticleContent):
    """An article to create; without an id one is made from the title."""

    id: Slug | None = None


class ArticleEdit(ArticleContent):
    """An article's new content, and the `revision` that the editor had in front of them.

    Without a `status` or `language` the article keeps the one it has.
    """

    action: ClassVar[Literal["updated", "restored"]] = "updated"
    status: Status | None = None  # type: ignore[assignment]
    revision: Annotated[int, Field(ge=1)]
    id: Slug | None = None
    updated: dt.date | None = None


class Restoration(ArticleEdit):
    """An edit whose content is that of an older revision of the article."""

    action: ClassVar[Literal["updated", "restored"]] = "restored"

    @classmethod
    def of(cls, old: Article, replaces: int) -> Restoration:
        """Put `old` in the place of revision `replaces`; the status stays as it is now."""
        content = old.content.model_dump(exclude={"status"})
        return cls.model_validate(content | {"revision": replaces})


class Article(ArticleContent):
    """A stored article; `revision` grows by one with every change."""

    id: Slug
    updated: dt.date
    revision: Annotated[int, Field(ge=0)] = 0

    @property
    def content_hash(self) -> str:
        """Hash of what an editor wrote (not of date and revision)."""
        fields = self.model_dump(mode="json", include=set(ArticleContent.model_fields))
        return _hash({name: value for name, value in fields.items() if value is not None})

    @property
    def content(self) -> ArticleContent:
        """What an editor wrote."""
        return ArticleContent.model_validate(
            self.model_dump(include=set(ArticleContent.model_fields))
        )

    @property
    def searchable_hash(self) -> str:
        """Hash of what a search can match: title, variants and text."""
        return _hash([self.title, self.variants, self.text])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def parse_article(fields: Mapping[str, Any], source: str = "") -> Article:
    """Check an article's fields.

    Raises:
        InvalidArticle: names `source` and the first field at fault.
    """
    try:
        return Article.model_validate(dict(fields))
    except ValidationError as error:
        raise invalid_article(error, source) from None


def invalid_article(error: ValidationError, source: str = "") -> InvalidArticle:
    """The first complaint of a validation, as an error of ours."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "article"
    return InvalidArticle(field, first["msg"], source)
