"""The custom payloads the gateway reads from Rasa's answer.

Markdown travels in them rather than as a plain text, which Rasa's REST channel would split into
several messages at its blank lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handoff.escalation import Reason, ReasonCode
from handoff.summary import Summary


def words(reasons: Sequence[Reason], texts: Mapping[ReasonCode, str], default: str) -> str:
    """What the bot says about these reasons: the first one decides."""
    return texts.get(reasons[0].code, default) if reasons else default


def message(text: str, sources: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """A bot message in Markdown with the (id, title) of the articles it comes from."""
    listed = [{"id": article_id, "title": title} for article_id, title in sources]
    return {"message": {"text": text, "buttons": [], "sources": listed}}


def handoff(
    text: str,
    reasons: Iterable[Reason],
    priority: int,
    skills: Sequence[str] = (),
    summary: Summary | None = None,
) -> dict[str, Any]:
    """A bot message and the wish to queue the conversation for a person, `priority` 0..9.

    `skills` are what that person should know: a language or a field. `summary` is what they read
    first.
    """
    wish: dict[str, Any] = {
        "reasons": [reason.to_wire() for reason in reasons],
        "priority": priority,
        "skills": list(skills),
        "summary": summary.model_dump(mode="json") if summary else None,
    }
    return message(text) | {"handoff": wish}
