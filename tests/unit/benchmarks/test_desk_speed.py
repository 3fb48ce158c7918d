"""The measurement of the desk's speed at small sizes: what it tells, and that nothing is lost."""

from __future__ import annotations

import resource

import pytest

from benchmarks.desk_speed import claims, delivery, handover, sockets
from benchmarks.desk_speed.frames import frame
from benchmarks.desk_speed.process import figures_ms, median_of
from benchmarks.desk_speed.queues.producer import TAKEN, note
from benchmarks.desk_speed.show import show

# A real gateway has to start, beside whatever else the machine does.
pytestmark = pytest.mark.timeout(180)


def test_claims_are_told_beside_a_bare_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "CLAIMS", 16)
    monkeypatch.setattr(claims, "ROUNDS", 1)
    (row,) = claims.run([40])
    assert row["waiting"] == 40
    assert row["ratio"] == pytest.approx(row["claims_per_s"] / row["bare_script_per_s"], rel=0.05)


async def test_every_message_is_seen_once_by_the_other_side() -> None:
    rows = await delivery.measure(delivery.Load(sizes=(10, 20), rate=40.0, rounds=1, seconds=1.5))
    assert [(row["sockets"], row["agents"]) for row in rows] == [(10, 1), (20, 2)]
    for row in rows:
        assert row["messages"] > 20
        assert (row["refused"], row["unseen"], row["doubled"], row["sockets_lost"]) == (0, 0, 0, 0)
        assert row["due_to_seen"]["p50"] <= row["due_to_seen"]["p95"] <= row["due_to_seen"]["max"]
    show({"machine": "", "load_before": 0.0, "load_after": 0.0, "delivery": rows})


async def test_everybody_comes_back_and_hears_however_few_files_were_allowed_at_first() -> None:
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        # What the gateway inherits; it has to allow itself more.
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
        found = await sockets.measure(300, rounds=1)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    assert found["reconnect"]["sockets"] == 300
    assert 1 < found["kb_a_socket"] < 200


async def test_a_handover_through_the_desk_is_timed() -> None:
    jobs = handover.Jobs(one_by_one=4, at_once=20, rounds=1)
    (row,) = await handover.measure(jobs, sides=(handover.OURS,))
    assert row["queue"] == "desk"
    assert 0 < row["p50_ms"] <= row["p95_ms"]
    assert row["per_s"] > 0


def test_the_peers_are_pinned_apart_from_the_product() -> None:
    pins = (handover._REQUIREMENTS).read_text()
    assert "rq==" in pins
    assert "arq==" in pins
    assert note("job").startswith("job ")
    assert TAKEN


def test_a_frame_of_a_client_is_masked_and_tells_its_length() -> None:
    assert frame(1, b"hi") == b"\x81\x82\x00\x00\x00\x00hi"
    assert frame(1, bytes(300))[:4] == b"\x81\xfe\x01\x2c"


def test_figures_are_percentiles_in_ms_and_medians_over_rounds() -> None:
    found = figures_ms(n / 1000 for n in range(1, 101))
    assert (found["p50"], found["max"]) == (50.5, 100.0)
    assert median_of(
        [{"a": 1, "b": {"c": 3}}, {"a": 2, "b": {"c": 9}}, {"a": 9, "b": {"c": 4}}]
    ) == {
        "a": 2,
        "b": {"c": 4},
    }
