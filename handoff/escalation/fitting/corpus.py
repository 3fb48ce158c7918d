"""What the models are fitted on: text of our own, and sets whose licence allows it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from handoff.escalation.cues import Exchange
from handoff.escalation.fitting.own_text import (
    conversations,
    dialogues,
    first_turns,
    names_in,
    one_reply,
    own,
)
from handoff.escalation.replay import replayed
from handoff.escalation.request_cues import request_cues

_MIXED = 200
_BACKGROUND = 1200
_SUSPICIOUS = ("someone", "human", "agent", "call_me", "talk_to", "boss", "bot", "put_through")
_NLU = ("handoff", "complaint", "smalltalk", "questions")
# Own conversations, a source for each kind; sets with habits of their own; every file fitted on.
CONVERSATIONS = {name: f"own conversations: {name}" for name in names_in("conversations")}
_SETS = ("star", "dbdc3")
JUDGED = (*_SETS, *CONVERSATIONS.values())
# What own customers write before the bot has said anything.
FIRST_TURNS = "own conversations, first turns"
# Own turns in which content and dissatisfied customers answer one reply of the bot.
ONE_REPLY = "own, one reply"
_STAR, _DBDC3 = "conversations/star.jsonl", "breakdown_dbdc3/dialogues.jsonl"
_BACKGROUNDS = ("clinc150", "banking77")
_REQUESTS = "human_requests/requests.jsonl"
FILES = (_REQUESTS, _STAR, _DBDC3, *(f"oos_{name}/train_full.jsonl" for name in _BACKGROUNDS))
# Weights of a judged turn and of a first turn beside an own message: before the bot has said
# anything nobody can be dissatisfied with it.
_JUDGED_WEIGHT = 0.5
_FIRST = 0.3
# Of the further own text and of whole conversations. Chosen on the other sources.
_MORE = 0.5
# A mild case is dissatisfied in part; in the probability less, for few of them need a person.
_MILD = 0.5
_MILD_CALIBRATED = 0.2
_FIRST_TURNS = 300
# Sources of human_requests that are fitted on; rasa_demo may not be, NLU++ stays for measuring.
_SOURCES = ("bitext", "rasa_financial_demo", "hint3_")


@dataclass(frozen=True, slots=True)
class Context:
    """What was said before a message; `opening` is the bot's, before any of the customer's."""

    earlier: Sequence[Exchange] = ()
    opening: str = ""


_NOTHING = Context()
_HELPED = Context((Exchange("I need some help with it.", "Here is what I found for you."),))


@dataclass
class Examples:
    """Messages in their context, with label 0 or 1, weight and the source's name.

    `calibration` is the weight where scores become probabilities.
    """

    texts: list[str] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    labels: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    calibration: list[float] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def without(self, *sources: str) -> tuple[Examples, list[int]]:
        """The examples but those of some sources, and their places among these."""
        kept = [at for at, source in enumerate(self.sources) if source not in sources]
        return self.at(kept), kept

    def at(self, places: Iterable[int]) -> Examples:
        """The examples at these places."""
        kept = list(places)
        chosen = {each.name: [getattr(self, each.name)[at] for at in kept] for each in fields(self)}
        return Examples(**chosen)

    def add(
        self, texts: Sequence[str], label: float, source: str, weight: float = 1.0,
        context: Context = _NOTHING,
    ) -> None:  # fmt: skip
        """Add messages that share everything but their words."""
        for text in texts:
            self.texts.append(text)
            self.contexts.append(context)
            self.labels.append(label)
            self.weights.append(weight)
            self.calibration.append(weight)
            self.sources.append(source)

    def add_judged(
        self, text: str, level: int, source: str, weight: float, context: Context
    ) -> None:
        """Add a message judged 0, 1 (mild) or 2: a mild one counts in part for each label."""
        share, calibrated = ((0.0, 0.0), (_MILD, _MILD_CALIBRATED), (1.0, 1.0))[level]
        self.add_shared(text, (share, calibrated), source, weight, context)

    def add_shared(
        self, text: str, share: tuple[float, float], source: str, weight: float, context: Context
    ) -> None:
        """Add a message that counts in part (0..1) for label 1, in the fit and in calibration."""
        there, calibrated = share
        for label, part, then in ((1.0, there, calibrated), (0.0, 1.0 - there, 1.0 - calibrated)):
            if part:
                self.add([text], label, source, weight * part, context)
                self.calibration[-1] = weight * then


def requests(data: Path, nlu: Path) -> Examples:
    """Messages that ask for a person, and others."""
    rnd = random.Random(7)  # noqa: S311
    intents = _intents(nlu)
    wanted = intents["request_human"] + own("asks_for_person.txt")
    others = [t for name, texts in intents.items() if name != "request_human" for t in texts]
    nobody = own("asks_for_nobody.txt")
    others += nobody + own("contented.txt") + own("dissatisfied.txt")
    found = Examples()
    questions = intents["ask_question"]
    longer = [text for text in wanted if len(text.split()) >= 4]
    found.add(wanted + _mixed(rnd, questions, longer), 1.0, "own")
    found.add(others + _mixed(rnd, questions, questions + nobody), 0.0, "own")
    found.add(own("asks_for_person_more.txt"), 1.0, "own", _MORE)
    found.add(own("asks_for_nobody_more.txt"), 0.0, "own", _MORE)
    background = [r["text"] for name in _BACKGROUNDS
                  for r in jsonl(data / f"oos_{name}" / "train_full.jsonl")]  # fmt: skip
    odd = [t for t in background if any(request_cues(t)[name] for name in _SUSPICIOUS)]
    found.add(rnd.sample(odd, min(_BACKGROUND, len(odd))), 0.0, "clinc150+banking77")
    for row in jsonl(data / _REQUESTS):
        if row["label"] >= 0 and row["source"].startswith(_SOURCES) and _clear(row):
            found.add([row["text"]], row["label"], row["source"], 0.5)
    return found


def unease(data: Path) -> Examples:
    """Customer turns with our own judgement of how content the customer is."""
    found = Examples()
    found.add(own("dissatisfied.txt"), 1.0, "own", 1.0, _HELPED)
    found.add(own("contented.txt"), 0.0, "own", 1.0, _HELPED)
    for earlier, text, level in dialogues(own("dialogues.txt")):
        found.add_judged(text, level, "own dialogues", 1.0, Context(earlier))
    for earlier, text, level in dialogues(one_reply()):
        found.add_judged(text, level, ONE_REPLY, _MORE, Context(earlier))
    for name, source in CONVERSATIONS.items():
        for turn, chance in conversations(name):
            before = Context(turn.earlier, turn.opening)
            found.add_shared(turn.text, (chance, chance), source, _MORE, before)
        found.add(first_turns(name), 0.0, FIRST_TURNS, _FIRST)
    rows = (line.split("\t") for line in own("annotations.tsv"))
    judged = {(d, int(t)): (int(v), float(w)) for d, t, v, w in rows}
    for name, path in zip(_SETS, (_STAR, _DBDC3), strict=True):
        for number, dialogue in enumerate(jsonl(data / path)):
            for turn in replayed(dialogue["turns"]):
                before = Context(turn.earlier, turn.opening)
                verdict = judged.get((dialogue["id"], turn.index))
                if verdict is not None:
                    weight = _JUDGED_WEIGHT * verdict[1]
                    found.add_judged(turn.text, verdict[0], name, weight, before)
                elif name == "star" and not turn.earlier and number < _FIRST_TURNS:
                    found.add([turn.text], 0.0, "star, first turns", _FIRST, before)
    return found


def jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _clear(row: dict[str, Any]) -> bool:
    """HINT3 routes anger and account trouble to agents as well: only clear requests count."""
    hint = row["source"].startswith("hint3_")
    return not (hint and row["label"] == 1 and not request_cues(row["text"])["asked"])


def _mixed(rnd: random.Random, first: Sequence[str], second: Sequence[str]) -> list[str]:
    glue = (". ", ", ", " ", "? ", "! ")
    pick: Callable[[Sequence[str]], str] = rnd.choice
    pairs = [(pick(first).rstrip("."), pick(second)) for _ in range(_MIXED)]
    return [a + pick(glue) + b if n % 4 else b + pick(glue) + a for n, (a, b) in enumerate(pairs)]


def _intents(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in _NLU:
        for entry in yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))["nlu"]:
            lines = entry.get("examples", "").splitlines()
            texts = [line[2:].strip() for line in lines if line.startswith("- ")]
            found.setdefault(entry["intent"], []).extend(texts)
    return found
