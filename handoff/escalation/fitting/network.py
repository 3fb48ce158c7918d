"""Fits a small network: a weighted sum of the inputs, and one layer of hidden units beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from handoff.escalation.embedding import Vector

# Chosen on recorded sets left out of the fit: docs/quality-escalation.md, how the mood is chosen.
_NETWORKS = 5
_EPOCHS = 12
_BATCH = 256
_RATE = 2e-3
_DECAY = 0.1
_DROPOUT = 0.4


@dataclass(frozen=True, slots=True)
class Weights:
    """Of inputs (n wide) and of hidden units (m): `linear` n, `hidden` m by n, `outputs` m."""

    linear: Vector
    bias: float
    hidden: Vector
    hidden_bias: Vector
    outputs: Vector

    def scores(self, inputs: Vector) -> Vector:
        """The log-odds of each row of inputs."""
        units = np.maximum(inputs @ self.hidden.T + self.hidden_bias, 0.0)
        scores: Vector = inputs @ self.linear + units @ self.outputs + self.bias
        return scores


class _Network(nn.Module):
    def __init__(self, width: int, units: int, sources: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, 1)
        self.hidden = nn.Linear(width, units)
        self.outputs = nn.Linear(units, 1)
        self.sources = nn.Linear(sources, 1, bias=False)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, inputs: torch.Tensor, sources: torch.Tensor) -> torch.Tensor:
        units = torch.relu(self.hidden(self.dropout(inputs)))
        found: torch.Tensor = (
            self.linear(inputs) + self.outputs(self.dropout(units)) + self.sources(sources)
        )
        return found[:, 0]


def fit(inputs: Vector, sources: Vector, labels: Vector, weights: Vector, units: int) -> Weights:
    """Fit networks from different starts; their mean is one network as wide as all of them.

    `sources` holds a column for each source whose habits are not to be learnt: its intercept is
    dropped. One thread, so that the same inputs give the same weights.
    """
    mean = inputs.mean(axis=0)
    data = [torch.tensor(each, dtype=torch.float32)
            for each in (inputs - mean, sources, labels, weights)]  # fmt: skip
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            fitted = [_fitted(data, units, seed) for seed in range(_NETWORKS)]
    finally:
        torch.set_num_threads(threads)
    linear = np.mean([_numbers(each.linear.weight)[0] for each in fitted], axis=0)
    hidden = np.concatenate([_numbers(each.hidden.weight) for each in fitted])
    biases = np.concatenate([_numbers(each.hidden.bias) for each in fitted])
    outputs = np.concatenate([_numbers(each.outputs.weight / _NETWORKS)[0] for each in fitted])
    bias = np.mean([_numbers(each.linear.bias + each.outputs.bias)[0] for each in fitted])
    return Weights(linear, float(bias - mean @ linear), hidden, biases - hidden @ mean, outputs)


def _fitted(data: list[torch.Tensor], units: int, seed: int) -> _Network:
    inputs, sources, labels, weights = data
    torch.manual_seed(seed)
    network = _Network(inputs.shape[1], units, sources.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    for _ in range(_EPOCHS):
        order = torch.randperm(len(labels))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            scores = network(inputs[batch], sources[batch])
            losses = nn.functional.binary_cross_entropy_with_logits(
                scores, labels[batch], weight=weights[batch], reduction="sum"
            )
            optimizer.zero_grad()
            torch.autograd.backward(losses / weights[batch].sum())
            optimizer.step()
    return network


def _numbers(values: torch.Tensor) -> Vector:
    found: Vector = values.detach().numpy().astype(np.float32)
    return found
