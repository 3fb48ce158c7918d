"""The signals, each a pure function of the turn. Adding one: a file here and a line below."""

from collections.abc import Callable

from handoff.escalation.reading import Reading
from handoff.escalation.signals import (
    attributes,
    bot_failing,
    churn,
    complexity,
    explicit_request,
    frustration,
    repeated_misunderstanding,
    repetition,
    sensitive,
    unease,
    weak_knowledge,
)
from handoff.escalation.tuning import Tuning
from handoff.escalation.turn import Turn

Signal = Callable[[Turn, Tuning], Reading | None]

SIGNALS: tuple[Signal, ...] = (
    sensitive.read,
    explicit_request.read,
    frustration.read,
    churn.read,
    unease.read,
    repetition.read,
    bot_failing.read,
    repeated_misunderstanding.read,
    complexity.read,
    weak_knowledge.read,
    attributes.read,
)
