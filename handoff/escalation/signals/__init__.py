"""The signals, each a pure function of the turn. Adding one: a file here and a line below."""

from collections.abc import Callable

from handoff.escalation.reading import Reading
from handoff.escalation.signals import (
    anger,
    explicit_request,
    repeated_misunderstanding,
    weak_knowledge,
)
from handoff.escalation.turn import Turn

Signal = Callable[[Turn], Reading | None]

SIGNALS: tuple[Signal, ...] = (
    explicit_request.read,
    anger.read,
    repeated_misunderstanding.read,
    weak_knowledge.read,
)
