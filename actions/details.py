"""What a person needs to know first: when it is asked for, and how the customer answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from actions.evidence import EvidenceJson, list_of, number_of, readings_of, reasons_of, words_of
from handoff.escalation import Decision, Message, Reason, ReasonCode, Verdict
from handoff.facts import FactRules, Facts
from handoff.summary import Summary

FORM = "handoff_details_form"

# Whoever writes such a thing is not kept waiting, whatever it was that decided.
_URGENT_READINGS = frozenset(
    {
        ReasonCode.DANGER_TO_LIFE,
        ReasonCode.SAFETY,
        ReasonCode.FRAUD,
        ReasonCode.LEGAL,
        ReasonCode.DATA_PROTECTION,
        ReasonCode.PRESS,
        ReasonCode.EXPLICIT_REQUEST,
        ReasonCode.ANGER,
        ReasonCode.CHURN,
    }
)
# The mood alone is too uncertain to count unless it decided: an order number has none.
_URGENT = _URGENT_READINGS | {ReasonCode.UNEASE, ReasonCode.BOT_FAILED}
_SKIPPED = re.compile(
    r"^\W*(?:skip|no|nope|pass|later|none)\b(?:\W+\w+){0,3}\W*$"
    r"|\b(?:do(?:n't| not)|can(?:'t|not)|haven't|have not|have no|lost|forgot|no) "
    r"(?:\w+ ){0,2}?(?:have|know|find|remember|got|idea|it|one|number|mail|e-?mail|order)\b",
    re.IGNORECASE,
)


def is_urgent(verdict: Verdict) -> bool:
    """Whether the customer asked for a person, is angry or in danger, or the matter is delicate."""
    seen = {reading.code for reading in verdict.readings}
    decisive = {reason.code for reason in verdict.reasons}
    return bool(seen & _URGENT_READINGS or decisive & _URGENT)


def may_be_asked(verdict: Verdict) -> bool:
    """Whether a handoff can wait for a question: a person is due, and nothing presses."""
    down = any(reason.code is ReasonCode.BOT_UNAVAILABLE for reason in verdict.reasons)
    return verdict.decision is Decision.ESCALATE and not down and not is_urgent(verdict)


def missing(summary: Summary, slots: Mapping[str, Any], rules: FactRules) -> str | None:
    """The slot to ask for: what the subject needs and neither the messages nor the slots hold."""
    wanted = rules.needed_for(summary.question)
    if wanted is None or slots.get(wanted) or wanted in found(summary.facts):
        return None
    return wanted


def found(facts: Facts) -> dict[str, str]:
    """The slots that the facts fill."""
    first = {"order_number": facts.order_numbers[:1], "email": facts.emails[:1]}
    return {slot: values[0] for slot, values in first.items() if values}


def skips(text: str) -> bool:
    """Whether the customer would rather not say, or cannot."""
    return bool(_SKIPPED.search(text.replace("\u2019", "'")))


def withdraws(message: Message) -> bool:
    """Whether the customer wants no person any more."""
    return message.is_confidently("cancel_handoff") and not skips(message.text)


def carried_on(evidence: EvidenceJson, before: Any) -> EvidenceJson:
    """The evidence of a turn in the form: what led to the handoff, and what has come since.

    Nothing was answered, whatever the search found.
    """
    later = [*reasons_of(evidence), *readings_of(evidence)]
    pressing = (reason for reason in later if reason.code in _URGENT_READINGS)
    reasons = _once([*pressing, *reasons_of(before)])
    priorities = (number_of(each, "priority") for each in (evidence, before))
    skills = [*list_of(evidence, "skills"), *list_of(before, "skills")]
    return {
        **evidence,
        "answer": None,
        "choices": [],
        "question": words_of(before, "question"),
        "reasons": [reason.to_wire() for reason in reasons],
        "priority": max(int(priority) for priority in priorities if priority is not None),
        "skills": list(dict.fromkeys(map(str, skills))),
    }


def _once(reasons: Iterable[Reason]) -> Iterable[Reason]:
    first: dict[ReasonCode, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.code, reason)
    return first.values()
