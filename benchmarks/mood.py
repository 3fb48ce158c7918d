"""How well the mood of a turn is read where its source was left out of the fit.

`python -m benchmarks.mood --data FOLDER`; the folder holds `conversations` and `breakdown_dbdc3`.
This is what the recipe of the model `unease` is chosen by. Half an hour on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import average_precision_score

from handoff.escalation.cues import cues
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
_OWN = "own dialogues"
_CLEAR_LEVEL = 2
_POOR_RATING = 2
_LIKELY = 0.5
_SHIPS = RECIPES["unease"]
_SUM = replace(_SHIPS, units=0)
#: Beside the shipped recipe: what it is made of. `scale` 0 leaves the cues alone.
_VARIANTS: Mapping[str, tuple[Recipe, tuple[str, ...]]] = {
    "sum of cues": (replace(_SUM, scale=0.0), ()),
    "cues and vector": (replace(_SUM, part="vector", scale=2.0), ()),
    "cues and tone": (_SUM, ()),
    "the same, without one reply": (_SUM, (corpus.ONE_REPLY,)),
    "network, without conversations": (_SHIPS, tuple(corpus.CONVERSATIONS.values())),
    "network (ships)": (_SHIPS, ()),
}


@dataclass(frozen=True)
class Case:
    """A turn; `level` 0..2 is how dissatisfied we judged it, `rating` 1..5 how satisfied.

    `chance` 0..1 is how likely we held it that most raters would call the customer dissatisfied.
    """

    text: str
    cues: Mapping[str, float]
    level: int | None = None
    rating: int | None = None
    chance: float | None = None

    @property
    def dissatisfied(self) -> tuple[bool | None, bool | None, bool | None]:
        """Clearly, at least mildly, and by the rating or chance; None where nobody judged."""
        level, rating = self.level, self.rating
        judged = (None, None) if level is None else (level == _CLEAR_LEVEL, level > 0)
        if self.chance is not None:
            return (*judged, self.chance >= _LIKELY)
        return (*judged, None if rating is None else rating <= _POOR_RATING)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    held = {name: list(_played(options.data, name)) for name in _SETS} | {_OWN: list(_written())}
    # The troubled ones of a kind are left out with the ordinary ones, and not measured on.
    held |= {source: list(_whole(name)) for name, source in corpus.CONVERSATIONS.items()}
    examples = corpus.unease(options.data)
    shown = mood_cues(examples)
    table = Table(
        "left out", *_VARIANTS, title="average precision: clearly / mildly / rated 1 or 2"
    )
    for source, cases in held.items():
        asked = encode([case.text for case in cases])
        cells = []
        for recipe, left_out in _VARIANTS.values():
            kept, places = examples.without(*left_out, source, f"{source}, first turns")
            numbers = rows_of(recipe, encode(kept.texts))
            found = weights(recipe, kept, numbers, [shown[at] for at in places])
            model = as_model(stored(recipe, found, numbers.shape[1], list(shown[0])))
            rows = zip(rows_of(recipe, asked), cases, strict=True)
            cells.append(_cell(cases, [model.logit(row, case.cues) for row, case in rows]))
        table.add_row(source, *cells)
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


def _written() -> Iterator[Case]:
    for earlier, text, level in own_text.dialogues(own_text.own("dialogues.txt")):
        yield Case(text, cues(text, earlier), level)


def _whole(name: str) -> Iterator[Case]:
    for turn, chance in own_text.conversations(f"{corpus.ORDINARY}/{name}"):
        yield Case(turn.text, cues(turn.text, turn.earlier, turn.opening), chance=chance)


def _cell(cases: Sequence[Case], scores: Sequence[float]) -> str:
    """Three average precisions, each of the turns of which the label is known."""
    shown = []
    for golds in zip(*(case.dissatisfied for case in cases), strict=True):
        pairs = [pair for pair in zip(golds, scores, strict=True) if pair[0] is not None]
        shown.append(f"{average_precision_score(*zip(*pairs, strict=True)):.3f}" if pairs else "-")
    return " / ".join(shown)


if __name__ == "__main__":
    main()
