"""How well the mood of a turn is read in recorded conversations, where the fit saw none.

`python -m benchmarks.mood --data FOLDER`; the folder holds `conversations` and `breakdown_dbdc3`.
This is what the recipe of the model `unease` is chosen by: fitted on our own text alone, judged
on recorded sets. Five minutes on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import average_precision_score

from handoff.escalation.cues import OF_THE_REPLY, cues
from handoff.escalation.fitted import as_model
from handoff.escalation.fitting import corpus, own_text
from handoff.escalation.fitting.command import mood_cues
from handoff.escalation.fitting.models import RECIPES, Recipe, rows_of, stored, weights
from handoff.escalation.remembered import serving_encoder
from handoff.escalation.replay import replayed

_SETS = {
    "star": "conversations/star.jsonl",
    "dbdc3": "breakdown_dbdc3/dialogues.jsonl",
    "tau": "conversations/tau_airline.jsonl",
}
_RECORDED = ("star", "star, first turns", "dbdc3")
_CLEAR_LEVEL = 2
_POOR_RATING = 2
_SHIPS = RECIPES["unease"]
_SUM = replace(_SHIPS, units=0)
Cues = Mapping[str, float]


def _all(found: Cues) -> Cues:
    return found


def _of_the_message(found: Cues) -> Cues:
    return {name: 0.0 if name in OF_THE_REPLY else value for name, value in found.items()}


@dataclass(frozen=True)
class Variant:
    """A way to fit: `left_out` are sources besides the recorded ones, `shown` what of the cues."""

    recipe: Recipe
    left_out: tuple[str, ...] = ()
    shown: Callable[[Cues], Cues] = _all


#: `scale` 0 leaves the cues alone.
_VARIANTS: Mapping[str, Variant] = {
    "sum of cues": Variant(replace(_SUM, scale=0.0)),
    "cues and vector": Variant(replace(_SUM, part="vector", scale=2.0)),
    "cues and tone": Variant(_SUM),
    "network": Variant(_SHIPS),
    "network, without cues of the reply": Variant(_SHIPS, shown=_of_the_message),
    "network, without one reply": Variant(_SHIPS, (corpus.ONE_REPLY,)),
    "network, without own dialogues": Variant(_SHIPS, ("own dialogues",)),
    "network, without conversations": Variant(
        _SHIPS, (*corpus.CONVERSATIONS.values(), corpus.FIRST_TURNS)
    ),
}


@dataclass(frozen=True)
class Case:
    """A turn; `level` 0..2 is how dissatisfied we judged it, `rating` 1..5 how satisfied."""

    text: str
    cues: Cues
    level: int | None
    rating: int | None

    @property
    def dissatisfied(self) -> tuple[bool | None, bool | None, bool | None]:
        """Clearly, at least mildly, and by the rating; None where nobody judged."""
        level, rating = self.level, self.rating
        judged = (None, None) if level is None else (level == _CLEAR_LEVEL, level > 0)
        return (*judged, None if rating is None else rating <= _POOR_RATING)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    played = {name: list(_played(options.data, name)) for name in _SETS}
    examples = corpus.unease(options.data)
    known = mood_cues(examples)
    table = Table("fitted on own text", *played, "mean")
    for name, variant in _VARIANTS.items():
        kept, places = examples.without(*_RECORDED, *variant.left_out)
        numbers = rows_of(variant.recipe, encode(kept.texts))
        shown = [variant.shown(known[at]) for at in places]
        found = weights(variant.recipe, kept, numbers, shown)
        model = as_model(stored(variant.recipe, found, numbers.shape[1], list(shown[0])))
        figures = []
        for cases in played.values():
            rows = rows_of(variant.recipe, encode([case.text for case in cases]))
            pairs = zip(rows, cases, strict=True)
            scores = [model.logit(row, variant.shown(case.cues)) for row, case in pairs]
            figures.append(_precisions(cases, scores))
        mean = sum(map(sum, figures)) / sum(map(len, figures))
        cells = [" / ".join(f"{figure:.3f}" for figure in each) for each in figures]
        table.add_row(name, *cells, f"{mean:.3f}")
    encode.store()
    Console().print(table)


def _played(data: Path, source: str) -> Iterator[Case]:
    levels = own_text.judged_levels("annotations.tsv", "annotations_tau.tsv")
    ratings = own_text.ratings()
    for dialogue in corpus.jsonl(data / _SETS[source]):
        for turn in replayed(dialogue["turns"]):
            place = (dialogue["id"], turn.index)
            if place in levels or place in ratings:
                found = cues(turn.text, turn.earlier, turn.opening)
                yield Case(turn.text, found, levels.get(place), ratings.get(place))


def _precisions(cases: Sequence[Case], scores: Sequence[float]) -> list[float]:
    """Average precision by each of the three labels, of the turns of which it is known."""
    found = []
    for golds in zip(*(case.dissatisfied for case in cases), strict=True):
        pairs = [pair for pair in zip(golds, scores, strict=True) if pair[0] is not None]
        found.append(float(average_precision_score(*zip(*pairs, strict=True))))
    return found


if __name__ == "__main__":
    main()
