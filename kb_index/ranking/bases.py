"""Knowledge bases with labelled questions, and smaller ones made from them, to fit and check by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kb_index.article import Article
from kb_index.datasets import LabelledQuestion, read_base, read_questions
from kb_index.own_bases import OWN, OwnBase, read_own_bases

_IN_OUT = ("queries_in_scope", "queries_oos")
#: name, group (bases that share content), field of variants, folder, may be fitted to, questions
_SETS: tuple[tuple[str, str, str, str, bool, tuple[str, ...]], ...] = (
    ("curekart", "curekart", "variants", "faq_hint3/curekart", True, ("queries",)),
    ("powerplay11", "powerplay11", "variants", "faq_hint3/powerplay11", True, ("queries",)),
    ("stackfaq", "stackfaq", "variants", "faq_stackfaq", False, ("queries", "queries_oos")),
    ("covid", "covid", "variants", "faq_covid", False, ("queries",)),
    ("banking77-5", "banking77", "variants_5", "faq_banking77", True, ("queries",)),
    ("banking77-10", "banking77", "variants_10", "faq_banking77", True, ("queries",)),
    ("clinc150-5", "clinc150", "variants_5", "oos_clinc150", True, _IN_OUT),
    ("natcs-banking", "natcs-banking", "variants", "intent_natcs/banking", True, ("queries",)),
    (
        "natcs-insurance",
        "natcs-insurance",
        "variants",
        "intent_natcs/insurance",
        True,
        ("queries",),
    ),
    (
        "oos-banking77-5",
        "banking77",
        "variants_5",
        "oos_banking77",
        True,
        ("queries_in_scope", "queries_oos_in_domain"),
    ),
)
#: Variants kept, share of the entries kept. Questions of dropped entries become unanswerable.
_RECIPES = ((0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (99, 0.6), (0, 0.6), (2, 0.6))
#: Entries kept in a tiny base, variants kept.
_TINY = ((3, 99), (3, 1), (8, 2))
QUESTIONS_OF_MADE = 250
#: Variants kept of our own: an article as it is first written, and one that was worked on.
_OWN_VARIANTS = (0, 3)
_WRITTEN = dt.date(2026, 1, 1)
TINY_QUESTIONS, FOREIGN_QUESTIONS = 60, 30


@dataclass(frozen=True)
class LabelledBase:
    """A knowledge base with questions.

    group: bases that share content have the same. fittable: its licence lets it shape weights.
    made: derived from another one or written by us, not as customers asked.
    """

    name: str
    group: str
    fittable: bool
    made: bool
    articles: tuple[Article, ...]
    questions: tuple[LabelledQuestion, ...]


def load_bases(folder: Path) -> list[LabelledBase]:
    """The development sets of a data folder.

    Raises:
        SourceUnreadable: one of them is missing or damaged.
    """
    return [
        LabelledBase(
            name,
            group,
            fittable,
            False,
            tuple(read_base(folder / place / "kb.jsonl", variants)),
            tuple(q for f in files for q in read_questions(folder / place / f"{f}.jsonl")),
        )
        for name, group, variants, place, fittable, files in _SETS
    ]


def made_bases(bases: Sequence[LabelledBase]) -> list[LabelledBase]:
    """What is fitted to besides `bases`: parts of those that may be, and our own."""
    return [*_derived(bases), *_own()]


def _derived(bases: Sequence[LabelledBase]) -> list[LabelledBase]:
    """Bases with fewer variants and fewer entries."""
    made: list[LabelledBase] = []
    usable = [base for base in bases if base.fittable]
    for number, base in enumerate(usable):
        rng = np.random.default_rng(number)
        rich = any(article.variants for article in base.articles)
        for variants, share in _RECIPES if rich else ((0, 0.6),):
            count = round(share * len(base.articles))
            made.append(_smaller(base, variants, count, QUESTIONS_OF_MADE, rng))
        others = [other for other in usable if other.group != base.group]
        for count, variants in _TINY:
            tiny = _balanced(_smaller(base, variants, count, len(base.questions), rng), rng)
            foreign = others[int(rng.integers(len(others)))]
            asked = [foreign.questions[i].text for i in rng.permutation(len(foreign.questions))]
            strange = tuple(LabelledQuestion(text, ()) for text in asked[:FOREIGN_QUESTIONS])
            made.append(replace(tiny, questions=tiny.questions + strange))
    return made


def _own() -> list[LabelledBase]:
    """Articles with titles as editors word them and with answers: no public set to fit to has any.

    Their unanswerable questions are left out: with them P(the base can answer) is fitted worse for
    the live bots (docs/quality.md).
    """
    return [
        _written(base, variants, np.random.default_rng(number))
        for number, base in enumerate(read_own_bases())
        for variants in _OWN_VARIANTS
    ]


def _written(base: OwnBase, variants: int, rng: np.random.Generator) -> LabelledBase:
    articles, questions = [], []
    for number, entry in enumerate(base.entries):
        asked = [entry.asked[i] for i in rng.permutation(len(entry.asked))]
        name = f"entry-{number}"
        articles.append(
            Article(
                id=name,
                title=entry.title,
                variants=tuple(asked[:variants]),
                text=entry.answer,
                updated=_WRITTEN,
            )
        )
        questions += [LabelledQuestion(text, (name,)) for text in asked[variants:]]
    kept = tuple(questions[i] for i in rng.permutation(len(questions))[:QUESTIONS_OF_MADE])
    return LabelledBase(f"{base.name}/{variants}", OWN, True, True, tuple(articles), kept)


def _smaller(
    base: LabelledBase, variants: int, count: int, questions: int, rng: np.random.Generator
) -> LabelledBase:
    kept = sorted(rng.permutation(len(base.articles))[:count])
    articles = tuple(_fewer(base.articles[i], variants, rng) for i in kept)
    ids = {article.id for article in articles}
    asked = [base.questions[i] for i in rng.permutation(len(base.questions))[:questions]]
    labelled = tuple(
        LabelledQuestion(item.text, tuple(g for g in item.gold if g in ids)) for item in asked
    )
    name = f"{base.name}/{variants}/{count}"
    return LabelledBase(name, base.group, True, True, articles, labelled)


def _balanced(base: LabelledBase, rng: np.random.Generator) -> LabelledBase:
    """At most as many unanswerable questions as answerable ones."""
    inside = [item for item in base.questions if item.gold][:TINY_QUESTIONS]
    outside = [item for item in base.questions if not item.gold][: max(10, len(inside))]
    mixed = [*inside, *outside]
    return replace(base, questions=tuple(mixed[i] for i in rng.permutation(len(mixed))))


def _fewer(article: Article, variants: int, rng: np.random.Generator) -> Article:
    order = rng.permutation(len(article.variants))[:variants]
    kept = tuple(article.variants[i] for i in order)
    return article.model_copy(update={"variants": kept})
