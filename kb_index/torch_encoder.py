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
    if model.transformers_model is None:
        raise ModelUnusable(f"model {files.name}: has no transformer")
    if files.adapter:
        merge(model.transformers_model, read_corrections(files.adapter))
    return model


def tones_of(layers: Sequence[Any], mask: Any) -> Any:
    """The tones of `Encoded`, of what each layer made of the tokens and which tokens there are."""
    import torch  # noqa: PLC0415 (as above)

    middle = layers[len(layers) // 2]
    return torch.nn.functional.normalize((middle * mask.unsqueeze(-1)).sum(1).float(), dim=1)


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
        """See `Encoder`; a second run makes the tones."""
        import torch  # noqa: PLC0415 (as above)

        network = self._model.transformers_model
        tones = np.empty((len(texts), network.config.hidden_size), np.float32)
        for row, text in enumerate(texts):
            tokens = self._model.tokenizer(
                text, truncation=True, max_length=self._model.max_seq_length, return_tensors="pt"
            )
            with torch.inference_mode():
                layers = network(**tokens, output_hidden_states=True).hidden_states
                tones[row] = tones_of(layers, tokens["attention_mask"])[0].numpy()
        return Encoded(self.encode(texts), tones)
