"""Tasks end although they lose a cancellation, and begin again after a fault."""

import asyncio
from contextlib import suppress

from structlog.testing import capture_logs

from handoff import tasks


async def test_a_task_that_loses_cancellations_ends_all_the_same():
    lost = 0

    async def careless():
        nonlocal lost
        while lost < 3:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                lost += 1
        await asyncio.sleep(10)

    task = asyncio.create_task(careless())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop(task)
    assert task.cancelled()
    assert lost == 3


async def test_what_a_stopped_task_raised_is_nobodys_business():
    async def failing():
        raise ValueError

    await tasks.stop(asyncio.create_task(failing()))


async def test_work_that_fails_begins_again(monkeypatch):
    monkeypatch.setattr(tasks, "_PAUSE_S", 0.01)
    begun = []

    async def work():
        begun.append(None)
        if len(begun) < 3:
            raise KeyError("surprise")

    with capture_logs() as logs:
        await tasks.keep_running(work)
    assert len(begun) == 3
    assert [line["event"] for line in logs] == ["background_task_failed"] * 2


async def test_kept_work_can_be_cancelled():
    task = asyncio.create_task(tasks.keep_running(lambda: asyncio.sleep(10)))
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert task.cancelled()
