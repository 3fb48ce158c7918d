"""What people wrote and were shown, compared with the transcript that Redis holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks.soak.people import Ledger
from handoff.model import INTERNAL, Event, EventType, Role

HEARD = "Heard "
"""How the bot of a town begins what it says."""


def visible(events: Sequence[Event], to_agent: bool) -> list[tuple[str, str]]:
    """Id and text (or type) of what an agent or the customer is shown."""
    return [
        (event.id, event.data.get("text", event.type.value))
        for event in events
        if to_agent or event.type not in INTERNAL
    ]


def differences(events: Sequence[Event], ledger: Ledger, role: Role) -> list[str]:
    """What one side wrote or was shown otherwise than the transcript says."""
    if not events:
        return ["lost, the whole transcript"] if ledger.receipts or ledger.shown else []
    stored = [
        (str(event.data["client_id"]), str(event.text), event.id)
        for event in events
        if event.type is EventType.MESSAGE and event.role is role
    ]
    faults = _compared(
        [(client_id, text) for client_id, text, _ in stored],
        [one for one in ledger.written if one[0] in ledger.receipts],
        f"stored of {role.value}",
        others=set(ledger.open),
    )
    receipts = {client_id: event_id for client_id, _, event_id in stored}
    if any(receipts.get(client_id) != told for client_id, told in ledger.receipts.items()):
        faults.append(f"lost: a receipt names another event of {role.value}")
    if ledger.open:
        faults.append(f"unacknowledged: {len(ledger.open)} of {role.value}")
    # What came after the transcript was read is not compared.
    last = _order(events[-1].id)
    shown = [one for one in ledger.shown if _order(one[0]) <= last]
    return faults + _compared(shown, visible(events, role is Role.AGENT), f"shown to {role.value}")


def _order(event_id: str) -> tuple[int, ...]:
    return tuple(map(int, event_id.split("-")))


def _compared(
    found: Sequence[Any], wanted: Sequence[Any], what: str, others: set[Any] | None = None
) -> list[str]:
    """Name how two lists differ; `others` may be in `found` as well."""
    found = [one for one in found if not others or one not in others]
    counts = Counter(found)
    faults = [f"doubled, {what}"] * sum(count - 1 for count in counts.values())
    faults += [f"lost, {what} {one}" for one in sorted(set(wanted) - set(counts))]
    faults += [f"made up, {what} {one}" for one in sorted(set(counts) - set(wanted))]
    if not faults and list(found) != list(wanted):
        faults.append(f"out of order, {what}")
    return faults


def unanswered(events: Sequence[Event]) -> list[str]:
    """What the bot answered twice, not at all, or out of order."""
    asked = [event.text for event in events if event.role is Role.CUSTOMER]
    answers = [event.text.removeprefix(HEARD) for event in events if event.role is Role.BOT]
    return _compared(
        "\n".join(answers).split("\n") if answers else [], asked, "answered by the bot"
    )


def told(faults: list[str]) -> dict[str, Any]:
    """Count faults by kind; `faults` lists the first of them."""

    def count(kind: str) -> int:
        return sum(fault.startswith(kind) for fault in faults)

    return {
        "lost": count("lost"),
        "doubled": count("doubled"),
        "out_of_order": count("out of order"),
        "unacknowledged": count("unacknowledged"),
        "faults": faults[:20],
    }
