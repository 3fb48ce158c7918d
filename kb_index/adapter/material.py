"""What the adapter is fitted on: public knowledge bases whose licences allow it, and our own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb_index.own_bases import OWN, read_own_bases

#: Together they are drawn about as often as all public bases.
OWN_WEIGHT = 0.4
ATTRIBUTION = {
    "Own bases": "our own",
    "HINT3 (curekart, powerplay11)": "ODbL 1.0 / DbCL 1.0",
    "BANKING77": "CC BY 4.0",
    "BANKING77-OOS": "CC BY",
    "CLINC150": "CC BY 3.0",
    "NATCS (banking, insurance)": "CDLA-Permissive",
    "Bitext customer support": "CDLA-Sharing",
    "NLU++": "CC BY",
    "STAR": "MIT",
    "tau-bench": "MIT",
    "IBM customer care on Twitter": "Apache-2.0",
}
GENERAL_TEXTS = 6000

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Entry:
    """What an entry is called, and other ways to ask it."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """Entries of one knowledge base and questions that none of them answers.

    group: bases that share content have the same. weight: how often it is drawn, among all bases.
    titled: entries have a title only, so a title takes part in every draw.
    """

    group: str
    weight: float
    entries: tuple[Entry, ...]
    unanswerable: tuple[str, ...] = ()
    titled: bool = False

    @property
    def every_text(self) -> frozenset[str]:
        """All texts in it, normalised."""
        asked = [text for entry in self.entries for text in entry.texts]
        return frozenset(map(_plain, [*asked, *self.unanswerable]))


def read_bases(data: Path, without: str = "", *, own: bool = False) -> list[Base]:
    """The bases of `data` but one group, and nothing that this group's texts hold too.

    own: those that we wrote as well. Either way they can be the group that is left out.

    Raises:
        ValueError: there is no such group.
    """
    public = [*_hint3(data), *_banking(data), _clinc(data), *_natcs(data), _bitext(data)]
    every = [*public, *_own()]
    held = frozenset[str]().union(*(base.every_text for base in every if base.group == without))
    if without and not held:
        raise ValueError(f"there is no group {without}")
    used = every if own else public
    return [_less(base, held) for base in used if base.group != without]


def read_general(data: Path, without: Iterable[str] = ()) -> list[str]:
    """Texts of customers' conversations at large, in a fixed random order."""
    held, talks = frozenset(map(_plain, without)), data / "conversations"
    found: list[str] = []
    for name in ("star", "tau_airline", "ibm_twitter"):
        spoken = [turn for row in _rows(talks / f"{name}.jsonl") for turn in row["turns"]]
        found += [turn["text"] for turn in spoken if name != "star" or turn["role"] == "user"]
    requests = _rows(data / "human_requests" / "requests.jsonl")
    found += [row["text"] for row in requests if row["source"].startswith("nlupp")]
    kept = [text for text in dict.fromkeys(found) if text.strip() and _plain(text) not in held]
    random.Random(0).shuffle(kept)  # noqa: S311 (nothing secret)
    return kept[:GENERAL_TEXTS]


def _hint3(data: Path) -> Iterable[Base]:
    for name in ("curekart", "powerplay11"):
        folder = data / "faq_hint3" / name
        questions = _rows(folder / "queries.jsonl")
        entries = _entries(_rows(folder / "kb.jsonl"), questions, "variants")
        yield Base(name, 1.0, entries, _unanswerable(questions))


def _banking(data: Path) -> Iterable[Base]:
    for folder, files, weight in (
        ("faq_banking77", ("queries", "train_full"), 1.0),
        ("oos_banking77", ("queries_in_scope", "train_full"), 0.7),
    ):
        questions = [row for file in files for row in _rows(data / folder / f"{file}.jsonl")]
        entries = _entries(_rows(data / folder / "kb.jsonl"), questions)
        none = data / folder / "queries_oos_in_domain.jsonl"
        refused = _unanswerable(_rows(none)) if none.is_file() else ()
        yield Base("banking77", weight, entries, refused)


def _clinc(data: Path) -> Base:
    folder = data / "oos_clinc150"
    files = ("queries_in_scope", "train_full")
    questions = [row for file in files for row in _rows(folder / f"{file}.jsonl")]
    entries = _entries(_rows(folder / "kb.jsonl"), questions)
    return Base("clinc150", 2.0, entries, _unanswerable(_rows(folder / "queries_oos.jsonl")))


def _natcs(data: Path) -> Iterable[Base]:
    for name, weight in (("banking", 0.7), ("insurance", 0.9)):
        folder = data / "intent_natcs" / name
        entries = _entries(_rows(folder / "kb.jsonl"), _rows(folder / "queries.jsonl"))
        yield Base(f"natcs-{name}", weight, entries, titled=True)


def _bitext(data: Path) -> Base:
    by_intent: dict[str, list[str]] = {}
    for row in _rows(data / "human_requests" / "requests.jsonl"):
        # Two of its intents ask for a person: one of them would be the other's wrong answer.
        if row["source"] == "bitext" and row["intent"] != "contact_customer_service":
            by_intent.setdefault(row["intent"], []).append(row["text"])
    entries = [Entry(name.replace("_", " "), tuple(asked)) for name, asked in by_intent.items()]
    return Base("bitext", 0.5, tuple(entries))


def _own() -> Iterable[Base]:
    for base in read_own_bases():
        entries = [Entry(entry.title, (*entry.asked, entry.name)) for entry in base.entries]
        yield Base(OWN, OWN_WEIGHT, tuple(entries), base.unanswerable)


def _entries(rows: Rows, questions: Rows, variants: str = "") -> tuple[Entry, ...]:
    """Entries with all that is known to ask them; a question of several entries is left out."""
    asked: dict[str, list[str]] = {}
    for question in questions:
        gold = question.get("kb_ids") or [question.get("kb_id")]
        if len(gold) == 1 and gold[0]:
            asked.setdefault(gold[0], []).append(question["text"])
    return tuple(
        Entry(
            row["question"],
            tuple(dict.fromkeys([*row.get(variants, ()), *asked.get(row["id"], ())])),
        )
        for row in rows
    )


def _unanswerable(questions: Rows) -> tuple[str, ...]:
    return tuple(row["text"] for row in questions if not (row.get("kb_ids") or row.get("kb_id")))


def _less(base: Base, held: frozenset[str]) -> Base:
    """The base without the texts of a left-out group; an entry needs two texts to take part."""
    entries = [
        Entry(entry.title, tuple(text for text in entry.texts if _plain(text) not in held))
        for entry in base.entries
    ]
    return Base(
        base.group,
        base.weight,
        tuple(entry for entry in entries if len(entry.texts) > 1),
        tuple(text for text in base.unanswerable if _plain(text) not in held),
        base.titled,
    )


def _plain(text: str) -> str:
    return text.lower().strip()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
