"""Trains the corrections: questions of one entry draw together, others of the same base apart.

Every step draws one knowledge base: some of its entries with a few texts each, and questions none
of them answers. The loss is the supervised contrastive one with each positive against all
negatives (Khosla et al. 2020, "in the log" denominators without other positives). A second term
keeps the vectors of unrelated talk where they were, so that the encoder stays a general one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kb_index.adapter.material import Base
from kb_index.adapter.network import AdaptedNetwork
from kb_index.adapter.opposites import opposites

#: Label of a text that belongs with no other.
ALONE = -1
SHORTHAND = ((" you ", " u "), (" are ", " r "), ("please", "pls"), ("'", ""), ("?", ""))


@dataclass(frozen=True)
class Recipe:
    """All that shapes the fit besides the texts.

    steps: draws of a base. layers: ends of the names of the corrected linear layers.
    temperature: of the cosines in the loss.
    entries, texts, unanswerable, opposites: how many of each a step draws.
    titles, slips: share of entries that show their title, and of texts typed in a hurry.
    general, hold: texts of unrelated talk a step, and the weight of leaving them alone.
    """

    steps: int
    rank: int = 4
    layers: tuple[str, ...] = (
        "self.query",
        "self.key",
        "self.value",
        "output.dense",
        "intermediate.dense",
    )
    rate: float = 3e-3
    warm_up: float = 0.1
    temperature: float = 0.05
    entries: int = 24
    texts: int = 3
    titles: float = 0.3
    slips: float = 0.25
    unanswerable: int = 12
    opposites: int = 8
    general: int = 8
    hold: float = 3.0
    seed: int = 0


@dataclass(frozen=True)
class Draw:
    """Texts of one step, and which entry each belongs to (`ALONE`: to none)."""

    texts: tuple[str, ...]
    labels: tuple[int, ...]


def train(
    network: AdaptedNetwork,
    bases: Sequence[Base],
    general: Sequence[str],
    recipe: Recipe,
    report: Callable[[int, float], None],
) -> None:
    """Train the network's corrections; `report` is told step and loss."""
    rng = random.Random(recipe.seed)  # noqa: S311 (nothing secret)
    anchors = [general[place % len(general)] for place in range(recipe.steps * recipe.general)]
    held = torch.from_numpy(network.frozen(anchors))
    optimizer = torch.optim.AdamW(network.parameters, lr=recipe.rate)
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _pace(step, recipe)
        base = rng.choices(bases, [base.weight for base in bases])[0]
        drawn = draw(base, recipe, rng)
        now = slice(step * recipe.general, (step + 1) * recipe.general)
        vectors = network.shortened((*drawn.texts, *anchors[now]))
        asked, talk = vectors[: len(drawn.texts)], vectors[len(drawn.texts) :]
        loss = contrast(asked, drawn.labels, recipe.temperature)
        moved = (talk - held[now]).square().sum(dim=1).mean()
        optimizer.zero_grad()
        (loss + recipe.hold * moved).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters, 1.0)
        optimizer.step()
        report(step + 1, loss.item())


def draw(base: Base, recipe: Recipe, rng: random.Random) -> Draw:
    """One step's texts; entries that were not drawn lend questions that cannot be answered."""
    count = min(recipe.entries, max(4, int(0.8 * len(base.entries))))
    order = rng.sample(base.entries, len(base.entries))
    chosen, others = order[:count], order[count:]
    texts: list[str] = []
    labels: list[int] = []
    for label, entry in enumerate(chosen):
        taken = rng.sample(entry.texts, min(recipe.texts, len(entry.texts)))
        if base.titled or rng.random() < recipe.titles:
            taken[0] = entry.title
        texts += [slip(text, rng) if rng.random() < recipe.slips else text for text in taken]
        labels += [label] * len(taken)
    alone = rng.sample(base.unanswerable, min(recipe.unanswerable, len(base.unanswerable)))
    while len(alone) < recipe.unanswerable and others:
        alone.append(rng.choice(rng.choice(others).texts))
    alone += opposites(base, recipe.opposites, rng)
    return Draw((*texts, *alone), (*labels, *[ALONE] * len(alone)))


def slip(text: str, rng: random.Random) -> str:
    """The text with a letter or two left out, swapped, doubled, or with chat shorthand."""
    for _ in range(rng.choice((1, 1, 2))):
        if len(text) < 4:
            return text
        place, kind = rng.randrange(1, len(text) - 1), rng.random()
        before, letter, after = text[:place], text[place], text[place + 1 :]
        if kind < 0.35:
            text = before + after
        elif kind < 0.6:
            text = before + after[0] + letter + after[1:]
        elif kind < 0.8:
            text = before + letter + letter + after
        else:
            text = text.lower()
            for word, short in SHORTHAND:
                text = text.replace(word, short)
    return text


def contrast(vectors: Tensor, labels: Sequence[int], temperature: float) -> Tensor:
    """Mean over texts of the mean over their positives; a text alone is a negative only."""
    label = torch.tensor(labels)
    itself = torch.eye(len(label), dtype=torch.bool)
    same = (label[:, None] == label) & (label != ALONE) & ~itself
    other = ((label[:, None] != label) | (label == ALONE)) & ~itself
    scores = vectors @ vectors.T / temperature
    against = torch.logsumexp(scores.masked_fill(~other, -1e9), dim=1, keepdim=True)
    losses = (torch.logaddexp(scores, against) - scores).masked_fill(~same, 0.0)
    counts = same.sum(dim=1)
    asked = counts > 0
    return (losses.sum(dim=1)[asked] / counts[asked]).mean()


def _pace(step: int, recipe: Recipe) -> float:
    """Share of the learning rate: linear warm-up, then a cosine to nothing."""
    warm = min(1.0, (step + 1) / (recipe.warm_up * recipe.steps))
    return warm * max(0.02, 0.5 * (1 + math.cos(math.pi * step / recipe.steps)))
