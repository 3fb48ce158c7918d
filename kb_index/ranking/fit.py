"""Refits `combination.json`: `python -m kb_index.ranking.fit --data FOLDER --adapters FOLDER`.

The evidence is collected by the engine that serves. The encoder's own adapter has seen every base,
so its vectors look better there than on a new base, and weights fitted to them would trust them too
much. Each base is therefore encoded with an adapter fitted without its group (stacking: Wolpert
1992): `GROUP.npz` of the adapters' folder, made by `kb_index.adapter.fit --without GROUP`. Sets
that may only be measured take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from kb_index.encoder import CachedEncoder, Encoder
from kb_index.engine import SearchEngine
from kb_index.model_files import PLAIN_MODEL, adapted, find_model
from kb_index.ranking.bases import LabelledBase, load_bases, made_bases
from kb_index.ranking.calibration import SHIPPED
from kb_index.ranking.fitting import Evaluated, fit
from kb_index.settings import Settings

ATTRIBUTION = (
    "Fitted on HINT3 curekart and powerplay11 (ODbL 1.0), BANKING77 (CC BY 4.0), CLINC150 "
    "(CC BY 3.0), NATCS banking and insurance (CDLA-Permissive) and bases of our own."
)
#: Questions of one base looked at; some have thousands.
QUESTIONS = 1000
#: Texts remembered: the bases made of one share its texts.
REMEMBERED = 20_000


def evaluated(base: LabelledBase, engine: SearchEngine) -> Evaluated:
    """Collect the evidence on a base's questions from an engine that holds the base."""
    order = np.random.default_rng(0).permutation(len(base.questions))[:QUESTIONS]
    questions = [base.questions[row] for row in order]
    texts = [question.text for question in questions]
    pairs = list(zip(questions, engine.evidence(texts, engine.encode(texts)), strict=True))
    found = [(question, item) for question, item in pairs if item is not None]
    return Evaluated(
        base.name,
        base.group,
        base.fittable,
        base.made,
        tuple(item for _, item in found),
        tuple(np.array([n in q.gold for n in item.candidates]) for q, item in found),
        np.array([bool(question.gold) for question, _ in found]),
    )


def collect(bases: Sequence[LabelledBase], settings: Settings, encoder: Encoder) -> list[Evaluated]:
    """Evidence on all bases, each in an engine as it serves."""
    from kb_index.index import PassageIndex  # noqa: PLC0415 (help must not wait for libraries)
    from kb_index.keeper import put_all  # noqa: PLC0415
    from kb_index.service import make_engine  # noqa: PLC0415

    found = []
    for base in bases:
        engine = make_engine(settings, encoder, PassageIndex(encoder.dim))
        put_all(engine, base.articles)
        engine.settle()
        found.append(evaluated(base, engine))
    return found


def fold_encoder(adapters: Path, group: str, settings: Settings) -> Encoder:
    """The shipped model with the adapter that was fitted without a group of bases.

    Raises:
        ModelUnusable: the folder has no such adapter, or it does not fit the model.
    """
    from kb_index.onnx_encoder import open_or_export  # noqa: PLC0415

    files = adapted(find_model(PLAIN_MODEL), adapters / f"{group}.npz")
    encoder = open_or_export(settings.encoder_folder, files, settings.encoder_threads)
    return CachedEncoder(encoder, REMEMBERED)


def main(
    data: Annotated[Path, typer.Option(help="Folder of the labelled sets.")],
    adapters: Annotated[Path, typer.Option(help="Folder of GROUP.npz, each made without GROUP.")],
) -> None:
    """Refit the shipped weights to every set that may shape them."""
    settings = Settings()
    bases = [base for base in load_bases(data) if base.fittable]
    every = [*bases, *made_bases(bases)]
    found: list[Evaluated] = []
    for group in dict.fromkeys(base.group for base in every):
        encoder = fold_encoder(adapters, group, settings)
        found += collect([base for base in every if base.group == group], settings, encoder)
    fit(found).save(SHIPPED, ATTRIBUTION)


if __name__ == "__main__":
    typer.run(main)
