"""`python -m handoff.escalation explain`: what the policy makes of a conversation, turn by turn."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handoff.escalation.embedding import Embedding, embedding_of
from handoff.escalation.errors import BrokenConversation
from handoff.escalation.explanation import sentence
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

    def look_up(self, text: str) -> tuple[Search, Embedding | None]:
        """One search; raises KnowledgeUnavailable or KnowledgeRefused."""
        return asyncio.run(self._look_up(text))

    async def _look_up(self, text: str) -> tuple[Search, Embedding | None]:
        client = KnowledgeClient(self._url, _TIMEOUT_S)
        try:
            found = await client.search(text[:1000], 1, embedding=True)
        finally:
            await client.close()
        search = Search(SearchDecision(found["decision"]), found["score"], found["language"])
        return search, embedding_of(found["embedding"])


@dataclass(frozen=True, slots=True)
class Trial:
    """With what the policy is tried: a tuning of one's own, a knowledge service that runs."""

    tuning: Path | None = None
    knowledge_url: str | None = None


def explain(place: str, trial: Trial, name: str | None = None, as_json: bool = False) -> None:
    """Print the verdicts on the conversations in a file, or on standard input for `-`.

    `name` picks one of several. Raises BrokenConversation, BrokenTuning, KnowledgeUnavailable
    or KnowledgeRefused.
    """
    read = _read(place)
    several = isinstance(read, tuple)
    scripts = _named(read if isinstance(read, tuple) else (read,), name, place)
    used = read_tuning(trial.tuning) if trial.tuning else SHIPPED
    policy = EscalationPolicy(tuning=lambda: used)
    knowledge = RunningKnowledge(trial.knowledge_url) if trial.knowledge_url else None
    played = ((script.name, list(rehearse(script, policy, knowledge))) for script in scripts)
    if as_json:
        records = [
            {"name": called, "turns": list(map(as_record, turns))} for called, turns in played
        ]
        shown = records if several else records[0]["turns"]
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for called, turns in played:
        _print_table(turns, called)


def _named(scripts: tuple[Script, ...], name: str | None, place: str) -> tuple[Script, ...]:
    """All, or the one of that name."""
    if name is None:
        return scripts
    found = tuple(script for script in scripts if script.name == name)
    if not found:
        names = (
            ", ".join(repr(script.name) for script in scripts if script.name) or "none with a name"
        )
        raise BrokenConversation(f"{place}: no conversation is called {name!r}; there are: {names}")
    return found


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


def _read(place: str) -> Script | tuple[Script, ...]:
    if place == "-":
        return parsed(sys.stdin.read(), "standard input")
    try:
        text = Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenConversation(f"{place}: cannot be read: {error}") from error
    return parsed(text, Path(place).name)


def _print_table(turns: Sequence[Rehearsed], title: str) -> None:
    table = Table(show_lines=True, title=escape(title) or None)
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
