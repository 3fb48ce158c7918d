"""The client of Rasa's REST channel, and the reading of what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

import aiohttp
import structlog
from pydantic import ValidationError

from handoff.errors import RasaUnavailable, Refused
from handoff.model import DEFAULT_PRIORITY, BotReply, HandoffRequest, Outcome, Reason, Source
from handoff.summary import Summary
from handoff.text import clean_line, clean_text

logger = structlog.get_logger(__name__)

HANDED_BACK = "/handed_back"
NOTHING_LEFT = "?"
"""Stands for a text of slashes only, because Rasa says nothing to an empty text."""
MAX_BOT_TEXT = 16_000
MAX_TITLE = 200
MAX_DETAIL = 500

_COMMAND_PREFIX = re.compile(r"[\s/]+")

Answer = tuple[list[BotReply], HandoffRequest | None]


class RasaClient:
    """Talks to one Rasa server; enter it with `async with`."""

    def __init__(self, base_url: str, token: str | None = None, timeout_s: float = 8.0) -> None:
        """Use the server at `base_url`; `token` is what it was started with as `--auth-token`."""
        self._base_url = base_url.rstrip("/")
        self._query = {"token": token} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool of connections."""
        self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the pool of connections."""
        if self._session:
            await self._session.close()

    async def send(
        self,
        conversation: str,
        text: str,
        epoch: int,
        outcome: Outcome | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Let the bot answer `text`, which is never read as a command.

        `outcome` tells it how a handoff ended of which it has not heard yet, `about` what is known
        of the customer's page.

        Raises:
            RasaUnavailable: no usable answer came.
        """
        return await self._post(conversation, without_command(text), epoch, outcome, about)

    async def handed_back(
        self, conversation: str, epoch: int, outcome: Outcome | None = None
    ) -> Answer:
        """Reset the bot's context after a handoff ended; it answers that it is back.

        Raises:
            RasaUnavailable: no usable answer came.
        """
        return await self._post(conversation, HANDED_BACK, epoch, outcome)

    async def ready(self) -> bool:
        """Tell whether Rasa runs and has loaded a model."""
        try:
            async with self._open().get(f"{self._base_url}/status", params=self._query) as response:
                status = await response.json(content_type=None)
                return response.status == 200 and bool(status.get("model_file"))
        except (aiohttp.ClientError, OSError, ValueError, AttributeError):
            return False

    async def _post(
        self,
        conversation: str,
        message: str,
        epoch: int,
        outcome: Outcome | None,
        about: Mapping[str, Any] | None = None,
    ) -> Answer:
        url = f"{self._base_url}/webhooks/rest/webhook"
        metadata = {
            **(about or {}),
            "epoch": epoch,
            **({"outcome": outcome.value} if outcome else {}),
        }
        request = {"sender": conversation, "message": message, "metadata": metadata}
        try:
            async with self._open().post(url, json=request) as response:
                if response.status != 200:
                    raise RasaUnavailable(f"Rasa answered {response.status}")
                payload = await response.json(content_type=None)
        except TimeoutError as error:
            raise RasaUnavailable("Rasa did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise RasaUnavailable("Rasa cannot be reached") from error
        except ValueError as error:
            raise RasaUnavailable("Rasa answered something unreadable") from error
        return parse_replies(payload)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("RasaClient is used outside of `async with`")
        return self._session


def without_command(text: str) -> str:
    """Return `text` so that Rasa cannot read it as a command: it does not start with a slash.

    Rasa strips what it gets, so the slash after a space is one too.
    """
    if not text.strip().startswith("/"):
        return text
    return _COMMAND_PREFIX.sub("", text, count=1) or NOTHING_LEFT


def parse_replies(payload: object) -> Answer:
    """Read the answer of the REST channel; unknown fields are passed over.

    Raises:
        RasaUnavailable: nothing usable, or a field of the wrong type.
    """
    replies: list[BotReply] = []
    wishes: list[HandoffRequest] = []
    for item in _list(payload):
        custom = _mapping(_mapping(item).get("custom") or {})
        if "text" in item:
            replies += _reply(item)
        if "message" in custom:
            replies += _reply(_mapping(custom["message"]))
        if "handoff" in custom:
            wishes.append(_handoff(_mapping(custom["handoff"])))
    if not replies and not wishes:
        raise RasaUnavailable("Rasa answered nothing")
    return replies, _merged(wishes)


def _reply(message: Mapping[str, Any]) -> list[BotReply]:
    text = message.get("text")
    if text is None or text == "":
        return []
    buttons = (_line(_mapping(b).get("title"), MAX_TITLE) for b in _list(message.get("buttons")))
    sources = (_mapping(source) for source in _list(message.get("sources")))
    return [
        BotReply(
            text=_text(text),
            buttons=tuple(title for title in buttons if title),
            sources=tuple(
                Source(_line(s.get("id"), MAX_TITLE), _line(s.get("title"), MAX_TITLE))
                for s in sources
            ),
        )
    ]


def _handoff(wish: Mapping[str, Any]) -> HandoffRequest:
    reasons = (_mapping(reason) for reason in _list(wish.get("reasons")))
    priority = wish.get("priority", DEFAULT_PRIORITY)
    if not isinstance(priority, int) or not 0 <= priority <= 9:
        raise RasaUnavailable("the handoff has no valid priority")
    return HandoffRequest(
        reasons=tuple(
            Reason(_line(r.get("code"), MAX_TITLE), _line(r.get("detail") or "", MAX_DETAIL))
            for r in reasons
        ),
        priority=int(priority),
        summary=_summary(wish.get("summary")),
        skills=_lines(wish.get("skills")),
        language=_line(wish.get("language") or "", MAX_TITLE),
    )


def _summary(value: object) -> Mapping[str, Any] | None:
    """The summary as it is stored; none rather than no handoff, should it not be as agreed."""
    try:
        return None if value is None else Summary.model_validate(value).model_dump(mode="json")
    except ValidationError as error:
        logger.warning("summary_dropped", faults=error.error_count())
        return None


def _lines(values: object) -> tuple[str, ...]:
    return tuple(filter(None, (_line(value, MAX_TITLE) for value in _list(values))))


def _merged(wishes: list[HandoffRequest]) -> HandoffRequest | None:
    if not wishes:
        return None
    reasons = dict.fromkeys(reason for wish in wishes for reason in wish.reasons)
    return HandoffRequest(
        tuple(reasons),
        max(wish.priority for wish in wishes),
        skills=tuple(dict.fromkeys(skill for wish in wishes for skill in wish.skills)),
        language=next((wish.language for wish in wishes if wish.language), ""),
        summary=next((wish.summary for wish in wishes if wish.summary), None),
    )


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise RasaUnavailable("a list was expected in the answer")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RasaUnavailable("an object was expected in the answer")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RasaUnavailable("a text was expected in the answer")
    try:
        return clean_text(value, MAX_BOT_TEXT)
    except Refused as error:
        raise RasaUnavailable("a text of the answer cannot be shown") from error


def _line(value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise RasaUnavailable("a text was expected in the answer")
    try:
        return clean_line(value, limit)
    except Refused as error:
        raise RasaUnavailable("a text of the answer cannot be shown") from error
