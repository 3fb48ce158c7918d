"""Loads a Rasa model and parses texts: JSON lines in, JSON lines out. Runs on Rasa's Python."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path


async def answer(model: Path) -> None:
    """Parse each line of the input until it ends."""
    # Rasa may print: what the reader waits for goes out by a descriptor of its own.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from rasa.core.agent import Agent  # noqa: PLC0415 (after the output is safe)

    agent = Agent.load(model_path=str(model))
    for line in sys.stdin:
        found = await agent.parse_message(json.loads(line))
        out.write(json.dumps({key: found[key] for key in ("intent", "intent_ranking")}) + "\n")
        out.flush()


if __name__ == "__main__":
    asyncio.run(answer(Path(sys.argv[1])))
