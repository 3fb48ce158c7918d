"""`python -m handoff.escalation explain`: what the policy makes of a conversation, turn by turn."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from handoff.escalation.errors import BrokenConversation
from handoff.escalation.explanation import sentence
from handoff.escalation.linear import Vector
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reasons import Reason
from handoff.escalation.rehearsal import Rehearsed, rehearse
from handoff.escalation.script import Script, parsed
from handoff.escalation.tuning_file import SHIPPED, read_tuning
from handoff.escalation.turn import Search, SearchDecision
from kb_index.client import KnowledgeClient

_TIMEOUT_S = 5.0
_SHOWN = 200


class RunningKnowledge:
    """A knowledge service that runs: its answers, and the embeddings the bot would get."""

    def __init__(self, url: str) -> None:
        self._url = url

    def look_up(self, text: str) -> tuple[Search, Vector | None]:
        """One search; raises KnowledgeUnavailable or KnowledgeRefused."""
        return asyncio.run(self._look_up(text))

    async def _look_up(self, text: str) -> tuple[Search, Vector | None]:
        client = KnowledgeClient(self._url, _TIMEOUT_S)
        try:
            found = await client.search(text[:1000], 1, embedding=True)
        finally:
            await client.close()
        encoded = found["embedding"]
        vector = np.frombuffer(base64.b64decode(encoded), "<f2") if encoded else None
        search = Search(SearchDecision(found["decision"]), found["score"], found["language"])
        return search, None if vector is None else vector.astype(np.float32)


def explain(place: str, tuning: Path | None, knowledge_url: str | None, as_json: bool) -> None:
    """Print the verdicts on the conversation in a file, or on standard input for `-`.

    Raises BrokenConversation, BrokenTuning, KnowledgeUnavailable or KnowledgeRefused.
    """
    used = read_tuning(tuning) if tuning else SHIPPED
    policy = EscalationPolicy(tuning=lambda: used)
    knowledge = RunningKnowledge(knowledge_url) if knowledge_url else None
    turns = list(rehearse(_script(place), policy, knowledge))
    if as_json:
        print(json.dumps([as_record(turn) for turn in turns], ensure_ascii=False, indent=1))
    else:
        _print_table(turns)


def as_record(turn: Rehearsed) -> dict[str, Any]:
    """The JSON form of a rehearsed turn."""
    verdict = turn.verdict
    return {
        "turn": turn.number,
        "text": turn.text,
        "search": str(turn.search.decision),
        "probability": round(verdict.probability, 4),
        "decision": str(verdict.decision),
        "priority": verdict.priority,
        "skills": list(verdict.skills),
        "reasons": [reason.to_wire() for reason in verdict.reasons],
        "readings": [reading.to_wire() for reading in verdict.readings],
        "text_to_customer": verdict.text,
        "explanation": sentence(verdict),
    }


def _script(place: str) -> Script:
    if place == "-":
        return parsed(sys.stdin.read(), "standard input")
    try:
        text = Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenConversation(f"{place}: cannot be read: {error}") from error
    return parsed(text, Path(place).name)


def _print_table(turns: Sequence[Rehearsed]) -> None:
    table = Table(show_lines=True)
    for name in ("#", "customer", "readings", "needed", "decision", "why"):
        table.add_column(name, overflow="fold", justify="right" if name in "#needed" else "left")
    for turn in turns:
        verdict = turn.verdict
        queue = f"\npriority {verdict.priority}" if verdict.reasons else ""
        skills = f"\n{', '.join(verdict.skills)}" if verdict.skills else ""
        table.add_row(
            str(turn.number),
            turn.text[:_SHOWN],
            "\n".join(_shown(reading) for reading in verdict.readings),
            f"{verdict.probability:.2f}",
            f"{verdict.decision}{queue}{skills}",
            "\n".join(reason.detail for reason in verdict.reasons),
        )
    Console().print(table)


def _shown(reading: Reason) -> str:
    phrase = f" “{reading.phrase}”" if reading.phrase else ""
    return f"{reading.code} {reading.score or 0.0:.2f}{phrase}"
