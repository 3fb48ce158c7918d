"""The reference encoder: sentence-transformers on torch. Slow to start and to encode."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from kb_index.adapter.lowrank import merge, read_corrections
from kb_index.encoder import Vectors
from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles


def load_sentence_transformer(files: ModelFiles) -> Any:
    """Load the model, its adapter merged in, on the CPU, without touching the network.

    Raises:
        ModelUnusable: sentence-transformers cannot read it, or the adapter is not of this model.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported
    import sentence_transformers  # noqa: PLC0415 (takes seconds: only when asked for)
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = sentence_transformers.SentenceTransformer(
            str(files.folder), device="cpu", local_files_only=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnusable(f"model {files.name}: cannot be loaded") from error
    if files.adapter:
        merge(model.transformers_model, read_corrections(files.adapter))
    return model


class SentenceTransformerEncoder:
    """Runs the model as sentence-transformers does."""

    def __init__(self, files: ModelFiles, threads: int) -> None:
        import torch  # noqa: PLC0415 (takes seconds: only when asked for)

        self.name = files.name
        self.fingerprint = files.fingerprint
        self._model = load_sentence_transformer(files)
        self.dim = int(self._model.get_embedding_dimension())
        torch.set_num_threads(threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        rows: Vectors = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return rows.astype(np.float32, copy=False)
