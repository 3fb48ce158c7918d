"""What the gateway itself refuses, and the one table from exceptions to what a client is told."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from pydantic import ValidationError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from handoff.errors import BadRequest, HandoffError, Refused
from kb_index.client import KnowledgeRefused, KnowledgeUnavailable

log = structlog.get_logger(__name__)


class BadFrame(Refused):
    """A frame that is not a JSON object with an `id`, or is too large."""

    code = "bad_frame"


class InvalidFields(BadRequest):
    """Fields that do not fit the schema; the text names them and may be told to the client."""

    @classmethod
    def of(cls, error: ValidationError) -> InvalidFields:
        """Name the fields, never their values."""
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        return cls(
            "; ".join(
                f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}"
                for problem in problems[:5]
            )[:300]
        )


class InvalidArticle(InvalidFields):
    """Fields of an article that the knowledge service would not take either."""

    code = "invalid_article"

    @classmethod
    def of(cls, error: ValidationError) -> InvalidFields:
        """As the knowledge service has it: `bad_request` for what is not about the article."""
        if error.errors(include_url=False, include_input=False)[0]["loc"] in {(), ("revision",)}:
            return InvalidFields.of(error)
        return super().of(error)


class UnknownType(Refused):
    """A command that this kind of socket does not know."""

    code = "unknown_type"


class Unauthenticated(Refused):
    """Nobody has signed in, or with the wrong password or a token that is not ours."""

    code = "unauthenticated"


class TokenExpired(Refused):
    """The customer's token was ours, and is too old."""

    code = "token_expired"


class IdentityExpired(Refused):
    """The site's word on who the customer is was good, and is too old."""

    code = "identity_expired"


class IdentityInvalid(Refused):
    """What is said to be the site's word on who the customer is, is not, or is malformed."""

    code = "identity_invalid"


class Forbidden(Refused):
    """Signed in, but not allowed to do this, or from a page of another site."""

    code = "forbidden"


class RateLimited(Refused):
    """Too many requests in too short a time."""

    code = "rate_limited"


class NotFound(Refused):
    """No such address."""

    code = "not_found"


class TooLarge(Refused):
    """The body is larger than the gateway reads."""

    code = "too_large"


class UnsupportedMediaType(Refused):
    """The body is not declared to be JSON."""

    code = "unsupported_media_type"


#: Code -> (HTTP status, what a client is told). The text of an exception stays inside.
WIRE: dict[str, tuple[int, str]] = {
    "bad_frame": (400, "Send one JSON object with an integer id, at most 64 kB."),
    "bad_request": (400, "A field is missing, unknown or malformed."),
    "unknown_type": (400, "There is no such command."),
    "empty_text": (400, "The text is empty."),
    "text_too_long": (400, "The text is too long."),
    "unauthenticated": (401, "Please sign in."),
    "token_expired": (401, "This conversation's token has expired. Please start a new one."),
    "identity_expired": (401, "The site's word on who you are has expired."),
    "identity_invalid": (401, "The site's word on who you are is not valid."),
    "forbidden": (403, "This is not allowed."),
    "not_found": (404, "There is nothing at this address."),
    "unknown_conversation": (404, "There is no such conversation."),
    "method_not_allowed": (405, "This address does not support the method."),
    "already_taken": (409, "Another agent has taken this conversation."),
    "not_queued": (409, "The conversation is not waiting in the queue."),
    "not_with_bot": (409, "The conversation is not with the bot."),
    "not_owner": (409, "Only the agent who owns the conversation may do this."),
    "queue_full": (409, "The queue is full. Please leave a message."),
    "picking_not_allowed": (409, "This team's conversations are offered, not picked."),
    "not_available": (409, "The agent is not available."),
    "not_your_team": (409, "The conversation waits for another team."),
    "at_capacity": (409, "The agent has as many conversations as allowed."),
    "already_offered": (409, "The conversation is being offered to another agent."),
    "not_offered": (409, "The conversation is not offered to this agent any more."),
    "not_with_agent": (409, "No agent has this conversation."),
    "moved": (409, "The conversation has just changed hands. Please try again."),
    "conflict": (409, "It was changed in the meantime."),
    "invalid_article": (400, "The article is not valid."),
    "too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "Send JSON with Content-Type: application/json."),
    "rate_limited": (429, "Too many requests. Please wait a moment."),
    "internal": (500, "Something went wrong on our side."),
    "unavailable": (503, "The service is unavailable. Please try again."),
}

#: Exceptions of others' libraries that mean: try again later.
_AWAY = (RedisError, KnowledgeUnavailable, SQLAlchemyError, ConnectionError, TimeoutError)


def code_of(error: Exception) -> str:
    """The wire code of `error`; anything unforeseen is `internal` and logged with its traceback."""
    if isinstance(error, KnowledgeRefused):
        return error.code if error.code in WIRE else "bad_request"
    if isinstance(error, HandoffError) and error.code in WIRE:
        return error.code
    if isinstance(error, _AWAY):
        log.warning("part_unavailable", error=type(error).__name__)
        return "unavailable"
    log.error("unexpected_error", exc_info=error)
    return "internal"


def describe(code: str) -> tuple[int, str]:
    """HTTP status and message of a wire code."""
    return WIRE.get(code, (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side."))


def message_of(error: Exception) -> tuple[str | None, int | None]:
    """The message and status to use instead of the table's; (None, None) for most errors."""
    if isinstance(error, KnowledgeRefused):
        return error.message, error.status
    if isinstance(error, InvalidFields):
        return str(error), None
    return None, None
