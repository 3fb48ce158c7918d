"""The shipped model with trainable low-rank corrections beside its linear layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from kb_index.adapter.lowrank import Corrections
from kb_index.encoder import Vectors
from kb_index.model_files import ModelFiles
from kb_index.torch_encoder import load_sentence_transformer

MAX_TOKENS = 32
#: Texts of like length are run together: padding all to the longest took twice as long.
RUNS = 4
BATCH = 64


class Corrected(nn.Module):
    """A frozen linear layer and its correction, which starts at zero."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        start = torch.randn(rank, frozen.in_features) / math.sqrt(frozen.in_features)
        self.down = nn.Parameter(start)
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """The layer's output, corrected."""
        return torch.as_tensor(self.frozen(inputs) + (inputs @ self.down.T) @ self.up.T)


class AdaptedNetwork:
    """Encodes as the shipped model does until its corrections are trained.

    layers: which linear layers of each block are corrected, by the end of their names.
    """

    def __init__(self, files: ModelFiles, rank: int, layers: Sequence[str]) -> None:
        self._model = load_sentence_transformer(files)
        self._model.eval()  # no dropout: few weights, few steps
        self._model.requires_grad_(False)
        self._tokens: dict[str, list[int]] = {}
        self._corrected: dict[str, Corrected] = {}
        transformer = self._model.transformers_model
        transformer.set_attn_implementation("eager")  # the fused one is slow in 16 bits
        for name, module in list(transformer.named_modules()):
            if isinstance(module, nn.Linear) and name.endswith(tuple(layers)):
                self._corrected[name] = Corrected(module, rank)
                parent, _, own = name.rpartition(".")
                setattr(transformer.get_submodule(parent), own, self._corrected[name])

    @property
    def parameters(self) -> list[nn.Parameter]:
        """What is trained."""
        return [matrix for layer in self._corrected.values() for matrix in (layer.down, layer.up)]

    @property
    def corrections(self) -> Corrections:
        """The corrections as they are now."""
        return {
            name: (layer.down.detach().numpy(), layer.up.detach().numpy())
            for name, layer in self._corrected.items()
        }

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, a row each, with gradients."""
        order = sorted(range(len(texts)), key=lambda place: len(self._ids(texts[place])))
        size = -(-len(order) // RUNS)
        runs = [order[start : start + size] for start in range(0, len(order), size)]
        vectors = torch.cat([self._run([texts[place] for place in run]) for run in runs])
        return vectors[torch.tensor(order).argsort()]

    def shortened(self, texts: Sequence[str]) -> Tensor:
        """The same with products in 16 bits (bfloat16): half the time of a step."""
        with torch.autocast("cpu", torch.bfloat16):
            found = self(texts)
        return nn.functional.normalize(found.float(), dim=1)

    def frozen(self, texts: Sequence[str]) -> Vectors:
        """The vectors as numbers only."""
        with torch.no_grad():
            parts = [self(texts[i : i + BATCH]).numpy() for i in range(0, len(texts), BATCH)]
        return np.concatenate(parts)

    def _run(self, texts: Sequence[str]) -> Tensor:
        rows = [torch.tensor(self._ids(text)) for text in texts]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        mask = nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        found = self._model({"input_ids": ids, "attention_mask": mask})
        return nn.functional.normalize(found["sentence_embedding"], dim=1)

    def _ids(self, text: str) -> list[int]:
        if text not in self._tokens:
            found = self._model.tokenizer(text, truncation=True, max_length=MAX_TOKENS)
            self._tokens[text] = found["input_ids"]
        return self._tokens[text]
