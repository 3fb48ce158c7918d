"""What the customer sees when a part of the bot is gone, and afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.soak.components import Failure, components
from deploy.stack import Stack
from tests.e2e.customer import Customer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@contextmanager
def hanging(stack: Stack, process: str) -> Iterator[None]:
    """Stop a process without ending it: it accepts connections and never answers."""
    pid = stack.pids()[process]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("process", ["rasa", "actions", "knowledge"])
def test_a_hanging_part_leads_to_a_person_and_the_bot_serves_again_afterwards(
    tandem: Stack, process: str
) -> None:
    customer = Customer.new(tandem.url)
    with hanging(tandem, process):
        customer.until("queued", "how long do refunds take", timeout=12)
        told = [event for event in customer.events() if event.get("role") == "bot"]
        assert len(told) == 1, "the customer is told once that a person is coming"
    customer.cancel()
    next_one = Customer.new(tandem.url)
    assert "refund" in next_one.ask("how long do refunds take").lower()


@pytest.mark.timeout(600)
async def test_a_part_that_is_killed_or_answers_nonsense_leads_to_a_person(tmp_path: Path) -> None:
    """Each fails alone and is mended alone; the long form also tries hung, slow and broken ones."""
    found = await components(tmp_path, failures=[Failure.KILLED, Failure.GARBAGE, Failure.EMPTY])
    assert found["faults"] == []
    assert len(found["cases"]) == 9
