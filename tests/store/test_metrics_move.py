"""Each metric of the desk moves when its thing happens, and only then."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from handoff.metrics import Metrics, exposition


async def scrape(desk):
    """Name -> sum over its labels, of what the scripts count."""
    values: dict[str, float] = {}
    text = exposition(Metrics(), await desk.figures()).decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if "le" not in sample.labels:
                values[sample.name] = values.get(sample.name, 0) + sample.value
    return values


async def waits(desk, stage, _redis):
    await stage.queued()


async def waits_long(desk, stage, redis):
    await stage.queued()
    await redis.hincrby("{main}:conv:c1", "waiting_since", -60_000)


async def is_claimed(desk, stage, _redis):
    await stage.with_agent()


async def is_told_and_claimed(desk, stage, _redis):
    await stage.queued()
    await desk.promise("c1", 60_000)
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")


async def is_answered_and_closed(desk, stage, _redis):
    await stage.with_agent()
    await desk.reply("c1", "ann", "Ann", "r1", "Hello")
    await desk.close("c1", "ann", "Ann")


async def is_closed(desk, stage, _redis):
    await stage.closed()


async def leaves(desk, stage, _redis):
    await stage.queued()
    await desk.cancel_handoff("c1")


async def is_told_and_leaves(desk, stage, _redis):
    await stage.queued()
    await desk.promise("c1", 60_000)
    await desk.cancel_handoff("c1")


async def is_offered(desk, stage):
    await stage.queued()
    await desk.heartbeat("ann", "Ann", "socket")
    await desk.offer("c1", "ann", "Ann", 1)


async def is_declined(desk, stage, _redis):
    await is_offered(desk, stage)
    await desk.decline("c1", "ann", "Ann")


async def is_not_answered(desk, stage, _redis):
    await is_offered(desk, stage)
    await asyncio.sleep(0.01)
    assert await desk.end_offers() == ["c1"]


MOVES = {
    "tandem_queue_length": waits,
    "tandem_queue_longest_wait_seconds": waits_long,
    "tandem_wait_seconds_count": is_claimed,
    "tandem_wait_estimate_error_seconds_count": is_told_and_claimed,
    "tandem_wait_estimate_mean_absolute_error_seconds": is_told_and_claimed,
    "tandem_wait_estimate_unserved_total": is_told_and_leaves,
    "tandem_first_response_seconds_count": is_answered_and_closed,
    "tandem_handling_seconds_count": is_closed,
    "tandem_abandoned_total": leaves,
    "tandem_offers_declined_total": is_declined,
    "tandem_offers_expired_total": is_not_answered,
    "tandem_archive_waiting": is_closed,
}


@pytest.mark.parametrize("metric", MOVES)
async def test_a_metric_moves_with_what_it_counts(desk, stage, redis, metric):
    assert (await scrape(desk))[metric] == 0
    await MOVES[metric](desk, stage, redis)
    assert (await scrape(desk))[metric] >= 1


async def test_every_metric_of_the_desk_is_moved_here(desk):
    of_one_process = ("tandem_bot_", "tandem_sockets_", "tandem_reconnects_", "tandem_redis_up")
    names = {name for name in await scrape(desk) if not name.endswith(("_sum", "_created"))}
    assert {name for name in names if not name.startswith(of_one_process)} == set(MOVES)
