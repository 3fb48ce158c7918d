"""What an article must look like to be passed on to the knowledge service."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from handoff.gateway.errors import InvalidArticle, InvalidFields
from handoff.gateway.responses import Body, Whole
from kb_index.article import MAX_TEXT, MAX_VARIANTS, Status

#: Control characters other than tab and line ends, as the inside of a class of a pattern.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f"


def filled(forbidden: str) -> str:
    """The pattern of text that is more than white space and has none of `forbidden`."""
    return rf"^[^{forbidden}]*[^{forbidden}\s][^{forbidden}]*$"


Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_FILLED = filled(_CONTROLS)
_Title = Annotated[str, Field(max_length=200, pattern=_FILLED)]
_Variant = Annotated[str, Field(max_length=500, pattern=_FILLED)]
_Text = Annotated[str, Field(max_length=MAX_TEXT, pattern=_FILLED)]
_Tag = Annotated[str, Field(max_length=40, pattern=_FILLED)]
_Language = Annotated[
    str, Field(max_length=35, pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$", examples=["en"])
]


class Content(Body):
    """What an editor writes: title, other ways to ask, the answer in Markdown, tags, language."""

    refusal: ClassVar[type[InvalidFields]] = InvalidArticle

    title: _Title
    variants: Annotated[list[_Variant], Field(max_length=MAX_VARIANTS, default_factory=list)]
    text: _Text
    tags: Annotated[list[_Tag], Field(max_length=20, default_factory=list)]
    language: _Language | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NewArticle(Content):
    """An article to create; without an `id` one is made from the title."""

    id: Slug | None = None
    status: Status = "draft"


class ArticleEdit(Content):
    """An article's new content, and the `revision` that the editor had in front of them.

    Without a `status` or `language` the article keeps the one it has.
    """

    status: Status | None = None
    revision: Annotated[int, Field(ge=1, lt=10**9), Whole]
