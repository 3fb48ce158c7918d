"""Rebuilds the adapter: `python -m kb_index.adapter.fit --data FOLDER`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer

from kb_index.adapter.lowrank import Corrections, mean, write_corrections
from kb_index.adapter.material import ATTRIBUTION, Base, read_bases, read_general
from kb_index.adapter.network import AdaptedNetwork
from kb_index.adapter.training import Recipe, train
from kb_index.model_files import ADAPTER, PLAIN_MODEL, ModelFiles, file_sha256, find_model

REPORT_EVERY = 20


@dataclass(frozen=True)
class Fit:
    """One of the fits whose mean ships. own: our own bases take part beside the public ones."""

    own: bool
    recipe: Recipe


#: Fitted with our bases the vectors rank better, without them they tell better what cannot be
#: answered; the mean of both does better than either (docs/quality.md).
FITS = (Fit(False, Recipe(steps=180)), Fit(True, Recipe(steps=240)))


def main(
    data: Annotated[Path, typer.Option(help="Folder of the data sets.")],
    without: Annotated[str, typer.Option(help="A group of bases to leave out.")] = "",
    out: Annotated[Path, typer.Option(help="Where to write it.")] = ADAPTER,
    threads: Annotated[int, typer.Option(help="Threads; sums differ in the last digits.")] = 1,
) -> None:
    """Fit the adapter and say beside it what it was made from."""
    torch.set_num_threads(threads)
    files = find_model(PLAIN_MODEL)
    fitted = [_fitted(part, files, data, without) for part in FITS]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_corrections(out, mean(fitted))
    made = {
        "model": {"name": files.name, "sha256": files.fingerprint},
        "adapter_sha256": file_sha256(out),
        "mean_of": [
            asdict(part) | {"texts_sha256": _texts_hash(read_bases(data, without, own=part.own))}
            for part in FITS
        ],
        "left_out": without or None,
        "attribution": ATTRIBUTION,
        "torch": torch.__version__,
    }
    out.with_suffix(".json").write_text(json.dumps(made, indent=1) + "\n")


def _fitted(part: Fit, files: ModelFiles, data: Path, without: str) -> Corrections:
    torch.manual_seed(part.recipe.seed)
    every = read_bases(data, own=True)
    held = [text for base in every if base.group == without for text in base.every_text]
    network = AdaptedNetwork(files, part.recipe.rank, part.recipe.layers)
    bases, general = read_bases(data, without, own=part.own), read_general(data, held)
    train(network, bases, general, part.recipe, _report)
    return network.corrections


def _report(step: int, loss: float) -> None:
    if step % REPORT_EVERY == 0:
        typer.echo(f"step {step}: loss {loss:.3f}")


def _texts_hash(bases: Sequence[Base]) -> str:
    texts = [(b.group, e.title, *e.texts, *b.unanswerable) for b in bases for e in b.entries]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


if __name__ == "__main__":
    typer.run(main)
