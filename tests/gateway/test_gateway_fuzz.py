"""Short forms of the fuzzers, against a gateway that is a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.fuzz import rest
from benchmarks.fuzz.crowd import fuzz_frames
from benchmarks.fuzz.scene import PEOPLE, knowledge_service, scene


@pytest.mark.timeout(300)
async def test_malformed_frames_harm_nobody(redis_url: str, tmp_path: Path) -> None:
    found = await fuzz_frames(redis_url, tmp_path, 2_000, seed=7)
    assert found["faults"] == {}
    assert found["frames"]["malformed"] >= 2_000
    assert found["answers"]["result"] > 20, "nothing that fits was tried beside"


#: Enough to see each kind of answer of each operation; `make fuzz` tries more.
SHORT = ("--phases", "coverage", "--seed", "7")


@pytest.mark.timeout(300)
async def test_rest_keeps_to_its_description(redis_url: str, tmp_path: Path) -> None:
    async with (
        knowledge_service(tmp_path / "knowledge") as knowledge,
        scene(redis_url, tmp_path, PEOPLE, knowledge) as gateway,
    ):
        runs = [rest.run(gateway, one, tmp_path, *rest.own(one), *SHORT) for one in rest.CALLERS]
        for outcome in await asyncio.gather(*runs):
            assert outcome.passed, outcome.report
        assert gateway.lives
        assert gateway.errors == []
