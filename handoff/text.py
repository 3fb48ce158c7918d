"""What people may write: the one place where text, names and identifiers are checked."""

import re
import unicodedata

from handoff.errors import BadRequest, EmptyText, TextTooLong

MAX_TEXT = 4000
MAX_NAME = 80
PREVIEW = 120
MAX_ADDRESS = 254
"""Longest e-mail address (RFC 5321, 4.5.3.1.3, without the brackets)."""

IDENTIFIER = "[A-Za-z0-9_-]{1,64}"
"""The id of a conversation or an agent."""
CLIENT_ID = "[!-~]{1,64}"
"""A client's own id of a message, which makes a resend harmless."""
CURSOR = "[0-9]{1,19}(-[0-9]{1,19})?"
"""The id of an event; "0" stands for the beginning. A part is below 2**64, as Redis demands."""

_EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,30}")


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return `text` without control characters and surrounding space; `limit` is in characters.

    Raises:
        EmptyText: nothing visible is left.
        TextTooLong: more than `limit` characters are left.
        BadRequest: the text has lone surrogates, which no encoding can store.
    """
    cleaned = _without_controls(text).strip()
    if not any(_visible(character) for character in cleaned):
        raise EmptyText("the text is empty")
    if len(cleaned) > limit:
        raise TextTooLong(f"the text is longer than {limit} characters")
    return cleaned


def clean_line(text: str, limit: int) -> str:
    """Return the first `limit` characters of `text` on one line; empty if nothing is visible.

    Raises:
        BadRequest: the text has lone surrogates.
    """
    line = " ".join(_without_controls(text).split())[:limit].rstrip()
    return line if any(_visible(character) for character in line) else ""


def clean_name(name: str, fallback: str = "Guest") -> str:
    """Return a person's name on one line, at most 80 characters long, or `fallback`.

    Raises:
        BadRequest: the name has lone surrogates.
    """
    return clean_line(name, MAX_NAME) or fallback


def preview(text: str) -> str:
    """Return the beginning of a message on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW else line[: PREVIEW - 1] + "…"


def check_identifier(value: str) -> str:
    """Return the identifier of a conversation or an agent unchanged.

    Raises:
        BadRequest: it is not 1 to 64 letters, digits, `_` or `-`.
    """
    if not re.fullmatch(IDENTIFIER, value):
        raise BadRequest("not an identifier")
    return value


def check_client_id(value: str) -> str:
    """Return a client's own message id unchanged.

    Raises:
        BadRequest: it is not 1 to 64 printable ASCII characters.
    """
    if not re.fullmatch(CLIENT_ID, value):
        raise BadRequest("not a client id")
    return value


def check_address(value: str) -> str:
    """Return where a person can be reached, an e-mail address or a telephone number, trimmed.

    Raises:
        BadRequest: it is neither. Only the form is looked at; nobody is written to.
    """
    address = value.strip()
    if len(address) > MAX_ADDRESS or not (_EMAIL.fullmatch(address) or _PHONE.fullmatch(address)):
        raise BadRequest("neither an e-mail address nor a telephone number")
    return address


def check_cursor(value: str) -> str:
    """Return the id of an event (or "0" for the beginning) unchanged.

    Raises:
        BadRequest: it is not the id of an event.
    """
    if not re.fullmatch(CURSOR, value):
        raise BadRequest("not an event id")
    return value


def _without_controls(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("the text is not valid Unicode") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc")


def _visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"
