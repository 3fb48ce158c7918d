"""Short forms of the long trials: random interleavings, processes killed without warning."""

import pytest

from benchmarks.soak.contest import contest
from benchmarks.soak.takeover import takeover


async def test_the_bot_never_talks_over_a_person_in_many_interleavings(redis_url):
    found = await takeover(redis_url, interleavings=400, processes=2, seed=7)
    assert found["bot_messages_after_takeover"] == 0
    assert found["interleavings"] == 400
    assert found["turns_refused"] > 20, "the trial tried nothing"


@pytest.mark.timeout(180)
async def test_fifty_agents_and_killed_processes_break_nothing(redis_url):
    found = await contest(redis_url, operations=4_000, processes=3, seed=7)
    assert found["faults"] == []
    assert found["killed"] >= 1
    assert found["atomic_looks"] > 10
