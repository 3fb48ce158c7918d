"""The five processes as one installation: stopping, restarting, and dying."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.stack import Stack
from tests.e2e.customer import Customer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """An installation of the test's own, not started yet."""
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


def family(stack: Stack) -> list[psutil.Process]:
    launcher = psutil.Process(stack.pid)
    return [launcher, *launcher.children(recursive=True)]


def test_conversations_survive_a_restart_and_nothing_stays_behind(stack: Stack) -> None:
    stack.start()
    customer = Customer.new(stack.url)
    customer.ask("how long do refunds take")
    before = customer.events()
    processes = family(stack)
    assert stack.stop(signal.SIGINT) == 128 + signal.SIGINT
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive, "a process outlived Ctrl-C"

    started = time.monotonic()
    stack.start()
    print(f"second start: ready after {time.monotonic() - started:.0f} s")
    assert customer.events() == before
    assert "2 years" in customer.ask("do small appliances have a warranty")


def test_a_process_that_dies_stops_the_rest_with_an_error(stack: Stack) -> None:
    stack.start()
    processes = family(stack)
    os.kill(stack.pids()["knowledge"], signal.SIGKILL)
    assert stack.process is not None
    assert stack.process.wait(30) != 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive
    assert "ended by itself" in "".join(stack.output[-20:])
