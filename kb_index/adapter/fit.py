"""Rebuilds the adapter: `python -m kb_index.adapter.fit --data FOLDER`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import torch
import typer

from kb_index.adapter.lowrank import write_corrections
from kb_index.adapter.material import ATTRIBUTION, Base, read_bases, read_general
from kb_index.adapter.network import AdaptedNetwork
from kb_index.adapter.training import Recipe, train
from kb_index.model_files import ADAPTER, PLAIN_MODEL, file_sha256, find_model

REPORT_EVERY = 20


def main(
    data: Annotated[Path, typer.Option(help="Folder of the data sets.")],
    without: Annotated[str, typer.Option(help="A group of bases to leave out.")] = "",
    out: Annotated[Path, typer.Option(help="Where to write it.")] = ADAPTER,
    threads: Annotated[int, typer.Option(help="Threads; sums differ in the last digits.")] = 1,
) -> None:
    """Fit the adapter and say beside it what it was made from."""
    recipe, files = Recipe(), find_model(PLAIN_MODEL)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(threads)
    bases = read_bases(data, without)
    held = [text for base in read_bases(data) if base.group == without for text in base.every_text]
    network = AdaptedNetwork(files, recipe.rank, recipe.layers)
    train(network, bases, read_general(data, held), recipe, _report)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_corrections(out, network.corrections)
    made = {
        "model": {"name": files.name, "sha256": files.fingerprint},
        "adapter_sha256": file_sha256(out),
        "recipe": asdict(recipe),
        "left_out": without or None,
        "texts_sha256": _texts_hash(bases),
        "attribution": ATTRIBUTION,
        "torch": torch.__version__,
    }
    out.with_suffix(".json").write_text(json.dumps(made, indent=1) + "\n")


def _report(step: int, loss: float) -> None:
    if step % REPORT_EVERY == 0:
        typer.echo(f"step {step}: loss {loss:.3f}")


def _texts_hash(bases: Sequence[Base]) -> str:
    texts = [(b.group, e.title, *e.texts, *b.unanswerable) for b in bases for e in b.entries]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


if __name__ == "__main__":
    typer.run(main)
