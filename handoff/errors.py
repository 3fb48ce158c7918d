"""Everything Tandem can refuse or fail at, as one tree; `code` is what the wire calls it.

The names are the field's words for what happened, so they do not end in "Error".
"""

# ruff: noqa: N818


class HandoffError(Exception):
    """Any failure of Tandem; `code` names it on the wire, the text is for logs and tests."""

    code = "internal"


class Refused(HandoffError):
    """The request is understood and not allowed in the present state; repeating it is no use."""


class BadRequest(Refused):
    """An argument is malformed (identifier, cursor, client id, text that is not Unicode)."""

    code = "bad_request"


class EmptyText(Refused):
    """Nothing visible is left of the text."""

    code = "empty_text"


class TextTooLong(Refused):
    """The text is longer than the limit of a message."""

    code = "text_too_long"


class UnknownConversation(Refused):
    """No such conversation, or it was closed so long ago that it expired."""

    code = "unknown_conversation"


class AlreadyTaken(Refused):
    """Another agent claimed the conversation first."""

    code = "already_taken"


class NotQueued(Refused):
    """The conversation does not wait in the queue."""

    code = "not_queued"


class NotWithBot(Refused):
    """The conversation is not the bot's, so it cannot be passed on by or from the bot."""

    code = "not_with_bot"


class NotOwner(Refused):
    """Only the agent who owns the conversation may do this."""

    code = "not_owner"


class StaleTurn(Refused):
    """The bot turn is over: somebody else owns the conversation, or another worker has the turn."""

    code = "stale_turn"


class Unavailable(HandoffError):
    """Redis cannot be reached; the same request may be repeated later."""

    code = "unavailable"


class RasaUnavailable(HandoffError):
    """Rasa did not answer in time, answered an error, or answered something unreadable."""

    code = "bot_failed"


class BrokenFacts(HandoffError):
    """The rules for facts cannot be read; the message names the file and the key."""

    code = "broken_facts"


REFUSALS: dict[str, type[Refused]] = {
    error.code: error
    for error in (UnknownConversation, AlreadyTaken, NotQueued, NotWithBot, NotOwner, StaleTurn)
}
