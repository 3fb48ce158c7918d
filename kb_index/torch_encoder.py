"""The reference encoder: sentence-transformers on torch. Slow to start and to encode."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from kb_index.adapter.lowrank import merge, read_corrections
from kb_index.encoder import Encoded, Vectors
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


def vectors_and_tones(model: Any, features: dict[str, Any]) -> tuple[Any, Any]:
    """Run a sentence-transformers model on tokens; both tensors as `Encoded` describes them."""
    import torch  # noqa: PLC0415 (as above)

    model.transformers_model.config.output_hidden_states = (
        True  # else it keeps the last layer alone
    )
    found = model(features)
    layers, mask = found["all_layer_embeddings"], found["attention_mask"].unsqueeze(-1).float()
    tones = (layers[len(layers) // 2] * mask).sum(1)
    normalize = torch.nn.functional.normalize
    return normalize(found["sentence_embedding"], dim=1), normalize(tones, dim=1)


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

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """One row for each text in both, in order."""
        import torch  # noqa: PLC0415 (as above)

        rows: list[tuple[Vectors, Vectors]] = []
        with torch.inference_mode():
            for text in texts:
                found = vectors_and_tones(self._model, self._model.preprocess([text]))
                rows.append((found[0][0].numpy(), found[1][0].numpy()))
        if not rows:
            return Encoded(self.encode([]), self.encode([]))
        vectors, tones = zip(*rows, strict=True)
        return Encoded(np.stack(vectors), np.stack(tones))
