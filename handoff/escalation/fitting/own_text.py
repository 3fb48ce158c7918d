"""Reads the text of our own (`own_text/`) and our judgements of turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from handoff.escalation.cues import Exchange
from handoff.escalation.replay import Replayed, replayed

_FOLDER = files("handoff.escalation").joinpath("own_text")
_ROLES = {"C": "customer", "B": "bot"}


def own(name: str) -> list[str]:
    """The lines of a file of our own text, without comments and empty ones."""
    return [line for line in _text(name).splitlines() if line.strip() and not line.startswith("#")]


def names_in(folder: str) -> list[str]:
    """The names of the files in a folder of our own text, without their ending."""
    return sorted(entry.name.removesuffix(".txt") for entry in _FOLDER.joinpath(folder).iterdir())


def one_reply() -> list[str]:
    """The lines of all files of dialogues in which several customers answer one reply."""
    return [line for name in names_in("one_reply") for line in own(f"one_reply/{name}.txt")]


def dialogues(lines: Iterable[str]) -> Iterator[tuple[tuple[Exchange, ...], str, int]]:
    """The next turns of a file of dialogues: what was before, the message, and our judgement."""
    earlier: tuple[Exchange, ...] = ()
    for line in lines:
        if line.startswith("> "):
            said = line[2:].split(" | ")
            earlier = tuple(map(Exchange, said[::2], said[1::2]))
        else:
            yield earlier, line[2:], int(line[0])


def conversations(name: str) -> Iterator[tuple[Replayed, float]]:
    """The judged customer turns of a file of whole conversations, `name` without its ending.

    With each, 0..1, how likely it is that most raters would call the customer dissatisfied.
    """
    for turn in _customers_turns(name):
        if "chance" in turn.record:
            yield turn, turn.record["chance"]


def first_turns(name: str) -> list[str]:
    """What customers write in a file of whole conversations before the bot has said anything."""
    return [turn.text for turn in _customers_turns(name) if "chance" not in turn.record]


def judged_levels(*names: str) -> dict[tuple[str, int], int]:
    """How dissatisfied we judged turns, 0 to 2: dialogue and number of the turn to the level."""
    rows = (line.split("\t") for name in names for line in own(name))
    return {(dialogue, int(turn)): int(level) for dialogue, turn, level, *_ in rows}


def ratings() -> dict[tuple[str, int], int]:
    """How satisfied we judged customers, 1 to 5: dialogue and number of the turn to the level."""
    return {
        (dialogue, int(turn)): int(level)
        for dialogue, *pairs in map(str.split, own("ratings.txt"))
        for turn, level in (pair.split(":") for pair in pairs)
    }


def _customers_turns(name: str) -> Iterator[Replayed]:
    for block in _text(f"conversations/{name}.txt").split("\n\n")[1:]:
        yield from replayed([_turn(line) for line in block.splitlines()])


def _text(name: str) -> str:
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")


def _turn(line: str) -> dict[str, str | float]:
    speaker, text = line.split(": ", 1)
    role, *percent = speaker.split()
    judged = {"chance": int(percent[0]) / 100} if percent else {}
    return {"role": _ROLES[role], "text": text, **judged}
