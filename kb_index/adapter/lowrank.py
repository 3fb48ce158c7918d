"""Low-rank corrections of a transformer's linear layers (LoRA: Hu et al. 2021), read and merged.

The file holds two float16 matrices for each corrected layer: `<layer>.down` (rank, inputs) and
`<layer>.up` (outputs, rank). A merged layer has the weight W + up @ down, and costs nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kb_index.errors import ModelUnusable

#: By layer name: `down` and `up`.
Corrections: TypeAlias = dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]


def write_corrections(path: Path, corrections: Corrections) -> None:
    """Store them in float16."""
    arrays = {
        f"{layer}.{side}": matrix.astype(np.float16)
        for layer, pair in corrections.items()
        for side, matrix in zip(("down", "up"), pair, strict=True)
    }
    np.savez(path, **arrays)  # type: ignore[arg-type]  # numpy's hint takes `allow_pickle` for one


def read_corrections(path: Path) -> Corrections:
    """Raises ModelUnusable if the file is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            layers = sorted({name.rpartition(".")[0] for name in stored})
            return {
                layer: (
                    stored[f"{layer}.down"].astype(np.float32),
                    stored[f"{layer}.up"].astype(np.float32),
                )
                for layer in layers
            }
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise ModelUnusable(f"the adapter {path.name} cannot be read") from error


def mean(fits: Sequence[Corrections]) -> Corrections:
    """The corrections whose products are the means of those of several fits, of the same layers.

    The mean of fitted weights is a model of its own, often better than each (model soups:
    Wortsman et al. 2022). Its rank is the sum of theirs.
    """
    return {
        layer: (
            np.concatenate([fitted[layer][0] for fitted in fits], axis=0),
            np.concatenate([fitted[layer][1] / np.float32(len(fits)) for fitted in fits], axis=1),
        )
        for layer in fits[0]
    }


def merge(transformer: Any, corrections: Corrections) -> None:
    """Add the corrections to the weights of a Hugging Face transformer, in place.

    Raises:
        ModelUnusable: it has no such layers.
    """
    import torch  # noqa: PLC0415 (takes seconds: only when a model is loaded)

    try:
        for layer, (down, up) in corrections.items():
            weight = transformer.get_submodule(layer).weight
            with torch.no_grad():
                weight += torch.from_numpy(up @ down)
    except (AttributeError, RuntimeError) as error:
        raise ModelUnusable("the adapter is not of this model") from error
