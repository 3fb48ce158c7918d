"""What can be wrong with a file of the escalation package."""

from __future__ import annotations

from handoff.errors import HandoffError


class BrokenTuning(HandoffError):  # noqa: N818 (named for what happened, as in `handoff.errors`)
    """A tuning file cannot be used; the message has a line for each fault: place, key, fault."""

    code = "broken_tuning"


class BrokenConversation(HandoffError):  # noqa: N818
    """A file with a conversation cannot be read; the message names the place."""

    code = "broken_conversation"
