"""A verdict in one sentence, for people."""

from __future__ import annotations

from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.verdict import Decision, Verdict

_DONE = {
    Decision.ANSWER: "Answered",
    Decision.CLARIFY: "Asked which article is meant",
    Decision.OFFER: "Offered a person",
    Decision.ESCALATE: "Passed to a person",
    Decision.REPHRASE: "Asked to rephrase",
    Decision.SMALL_TALK: "Left to small talk",
}


# They decide by themselves, whatever the mood.
_ALONE = frozenset(
    {
        ReasonCode.DANGER_TO_LIFE,
        ReasonCode.SAFETY,
        ReasonCode.FRAUD,
        ReasonCode.LEGAL,
        ReasonCode.DATA_PROTECTION,
        ReasonCode.PRESS,
        ReasonCode.EXPLICIT_REQUEST,
        ReasonCode.ACCEPTED_OFFER,
        ReasonCode.BOT_UNAVAILABLE,
    }
)


def sentence(verdict: Verdict) -> str:
    """What was decided and why; how probable it is that a person is needed, where that counted."""
    done = _DONE[verdict.decision]
    if not verdict.reasons or verdict.reasons[0].code not in _ALONE:
        done += f" (a person is needed with {verdict.probability:.0%})"
    told = "; ".join(_told(reason) for reason in verdict.reasons)
    return f"{done}: {told}." if told else f"{done}."


def _told(reason: Reason) -> str:
    shown = (
        f"message {reason.turn}" if reason.turn else "",
        f"“{reason.phrase}”" if reason.phrase else "",
        f"{reason.score:.2f}" if reason.score is not None else "",
    )
    where = ", ".join(part for part in shown if part)
    detail = reason.detail.rstrip(".")
    return f"{detail} ({where})" if where else detail
