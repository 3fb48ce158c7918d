"""The signals, each a pure function of the turn. Adding one: a file here and a line below."""

from collections.abc import Callable

from handoff.escalation.reading import Reading
from handoff.escalation.signals import (
    anger,
    bot_failing,
    explicit_request,
    repeated_misunderstanding,
    repetition,
    unease,
    weak_knowledge,
)
from handoff.escalation.turn import Turn

Signal = Callable[[Turn], Reading | None]

SIGNALS: tuple[Signal, ...] = (
    explicit_request.read,
    anger.read,
    unease.read,
    repetition.read,
    bot_failing.read,
    repeated_misunderstanding.read,
    weak_knowledge.read,
)
