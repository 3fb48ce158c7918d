"""Word documents (.docx): one article for each heading that has a text, or one for them all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import mammoth

from kb_index.errors import InvalidArticle
from kb_index.sources.fields import Item, Options, each_file, sections_of, today
from kb_index.sources.html import document_name, to_markdown
from kb_index.sources.sections import split

ENDINGS = (".docx",)
_MAX_UNPACKED = 200 * 1024 * 1024


def read(location: str, options: Options) -> Iterator[Item]:
    """The articles of a document, or of all documents in a folder."""

    def one(path: Path, content: bytes) -> Iterator[Item]:
        where, document = str(path), document_name(path)
        try:
            sections = split(_markdown(content, where), document)
        except InvalidArticle as error:
            yield where, error
            return
        if not sections:
            yield where, InvalidArticle("text", "there is none in it", where)
        yield from sections_of(document, sections, where, options, today())

    yield from each_file(location, ENDINGS, one)


def _markdown(content: bytes, where: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(member.file_size for member in packed.infolist()) > _MAX_UNPACKED:
                raise InvalidArticle("file", "unpacks to more than 200 MB", where)
        done = mammoth.convert_to_html(io.BytesIO(content), convert_image=_no_image)
    except InvalidArticle:
        raise
    except Exception:  # it names no errors of its own
        raise InvalidArticle("file", "is not a readable .docx document", where) from None
    return to_markdown(done.value)


def _no_image(_image: object) -> list[object]:
    return []
