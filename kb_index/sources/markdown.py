"""Markdown files with front matter.

Its fields: `id`, `title`, `variants`, `tags`, `status`, `updated`, `language`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from kb_index.article import Article, parse_article
from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources.fields import Item, Options

MAX_FILE_BYTES = 256 * 1024


class _PurePython(YAMLHandler):  # type: ignore[misc]
    """Reads YAML without libyaml, which nesting without end takes down with the whole process."""

    def load(self, fm: str, **kwargs: Any) -> Any:
        """The fields of the front matter."""
        return super().load(fm, **kwargs | {"Loader": yaml.SafeLoader})


def read(location: str, options: Options) -> Iterator[Item]:
    """Read every `*.md` in a folder by name, or one file.

    Raises:
        SourceUnreadable: there is neither.
    """
    folder = Path(location)
    if not folder.is_dir() and not folder.is_file():
        raise SourceUnreadable(f"{folder} is not a folder")
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else [folder]:
        try:
            yield path.name, _with(options, read_file(path))
        except InvalidArticle as error:
            yield path.name, error


def _with(options: Options, article: Article) -> Article:
    """What the import says of all its articles."""
    changes = {"language": options.language} if options.language else {}
    changes |= {"status": "draft"} if options.status == "draft" else {}
    return article.model_copy(update=changes)


def read_file(path: Path) -> Article:
    """Read one article.

    Raises:
        InvalidArticle: names the file and the field.
    """
    text = _decoded(path)
    try:
        fields, body = frontmatter.parse(text, handler=_PurePython())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # Not all are YAML's own: a date or number that cannot be, nesting without end.
        raise InvalidArticle("front matter", _yaml_reason(error), path.name) from None
    if not isinstance(fields, dict) or not fields:
        raise InvalidArticle("front matter", "missing between two lines of ---", path.name)
    for computed in ("text", "revision"):
        if computed in fields:
            raise InvalidArticle(computed, "does not belong in front matter", path.name)
    lists = {name: fields[name] or [] for name in ("variants", "tags") if name in fields}
    return parse_article({"status": "published", **fields, **lists, "text": body}, path.name)


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidArticle("file", error.strerror or "unreadable", path.name) from None
    if len(raw) > MAX_FILE_BYTES:
        raise InvalidArticle("file", f"larger than {MAX_FILE_BYTES} bytes", path.name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidArticle("file", "is not UTF-8", path.name) from None


def _yaml_reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    own = str(error) if isinstance(error, ValueError) else None
    problem = getattr(error, "problem", None) or own or "is not valid YAML"
    # The mark counts from 0 and from the line after the opening ---.
    return f"{problem} (line {mark.line + 2})" if mark else str(problem)
