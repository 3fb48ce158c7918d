"""Short forms of the long trials: random interleavings, sockets cut, processes killed at random."""

import pytest

from benchmarks.soak.contest import contest
from benchmarks.soak.cuts import cuts
from benchmarks.soak.outages import outages
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


@pytest.mark.timeout(400)
async def test_cut_sockets_and_killed_gateways_lose_and_double_nothing(redis_url, tmp_path):
    found = await cuts(redis_url, tmp_path, 80, 16, seed=7, kill_every_s=(2.0, 4.0))
    assert found["faults"] == []
    assert found["sockets_cut"] >= 80
    assert found["gateways_killed"] >= 1
    assert found["resumed"] > 10, "the trial tried nothing"
    assert found["sent_again"] > 10, "nothing was in doubt"
    assert found["tracebacks"] == 0


@pytest.mark.timeout(400)
async def test_what_redis_acknowledged_outlives_its_death_under_load(tmp_path):
    found = await outages(tmp_path, kills=3, conversations=12, seed=7)
    assert found["always"]["faults"] == []
    for policy in ("always", "everysec"):
        assert (found[policy]["doubled"], found[policy]["out_of_order"]) == (0, 0)
        assert found[policy]["refused"]["unavailable"] > 0, "nobody noticed"
        assert found[policy]["gateways_killed"] == 0, "a gateway did not outlive it"
        assert found[policy]["tracebacks"] == 0
