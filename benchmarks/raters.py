"""How well one rater of USS foretells the others, and the policy on the same turns.

`python -m benchmarks.raters --data FOLDER`; the folder holds `satisfaction_uss`. It says how much
of these labels can be foretold at all. Two minutes on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import average_precision_score

from handoff.escalation.evaluation.playback import play
from handoff.escalation.fitting.corpus import jsonl
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.remembered import Encode, serving_encoder

_SETS = ("sgd", "ccpe", "mwoz", "redial")
_DISSATISFIED_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A turn with one of its raters set aside.

    `gold` is whether most of the others call the customer dissatisfied, `rater` the level (1..5)
    that the one gave, `chance` the policy's probability.
    """

    gold: bool
    rater: int
    chance: float


def without_each(levels: Sequence[int], chance: float) -> Iterator[Case]:
    """A case for each rater of the turn."""
    low = sum(level <= _DISSATISFIED_LEVEL for level in levels)
    for level in levels:
        others = low - (level <= _DISSATISFIED_LEVEL)
        yield Case(2 * others > len(levels) - 1, level, chance)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    table = Table("set", "cases", "dissatisfied", "one rater: AP", "policy: AP")
    for name in _SETS:
        cases = list(_cases(options.data / "satisfaction_uss" / f"{name}.jsonl", encode))
        gold = [case.gold for case in cases]
        figures = (
            sum(gold) / len(gold),
            average_precision_score(gold, [-case.rater for case in cases]),
            average_precision_score(gold, [case.chance for case in cases]),
        )
        table.add_row(name, str(len(cases)), *(f"{figure:.3f}" for figure in figures))
    encode.store()
    Console().print(table)


def _cases(path: Path, encode: Encode) -> Iterator[Case]:
    for record in jsonl(path):
        for played in play(record["turns"], EscalationPolicy(), encode):
            if played.record.get("sat_main") is not None:
                yield from without_each(played.record["sat"], played.verdict.probability)


if __name__ == "__main__":
    main()
