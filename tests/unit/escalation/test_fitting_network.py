"""The network that weighs cues and tone: what is fitted is what serves."""

import json

import numpy as np
import pytest
import torch

from handoff.escalation.fitted import as_model
from handoff.escalation.fitting import network
from handoff.escalation.fitting.corpus import Examples
from handoff.escalation.fitting.models import RECIPES, stored, threshold_of

RNG = np.random.default_rng(5)
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def fitted_on(labels: list[float], weights: list[float] | None = None) -> network.Weights:
    inputs = np.tile(CORNERS, (300, 1))
    sources = np.zeros((len(inputs), 1), np.float32)
    counts = np.tile(np.array(weights or [1.0] * 4, np.float32), 300)
    return network.fit(inputs, sources, np.tile(np.array(labels, np.float32), 300), counts, 16)


def test_it_learns_what_no_weighted_sum_can():
    scores = fitted_on([0, 1, 1, 0]).scores(CORNERS)
    assert min(scores[1], scores[2]) > max(scores[0], scores[3])


def test_the_same_examples_give_the_same_network():
    first, again = (fitted_on([0, 1, 1, 0]).scores(CORNERS) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.fixture
def two_threads():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("two_threads")
def test_a_fit_leaves_threads_and_chance_as_they_were():
    before = torch.get_rng_state()
    fitted_on([0, 1, 1, 0])
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.get_rng_state(), before)


def test_a_heavier_example_counts_more():
    even = fitted_on([0, 1, 0, 1]).scores(CORNERS).mean()
    heavy = fitted_on([0, 1, 0, 1], [1.0, 9.0, 1.0, 9.0]).scores(CORNERS).mean()
    assert heavy > even


def test_the_habit_of_a_source_is_not_served():
    inputs = np.zeros((600, 2), np.float32)
    sources = np.repeat(np.array([[0.0], [1.0]], np.float32), 300, axis=0)
    fitted = network.fit(inputs, sources, sources[:, 0], np.ones(600, np.float32), 8)
    assert fitted.scores(inputs[:1])[0] < 0.0


@pytest.mark.parametrize("units", [0, 6])
def test_what_is_stored_says_what_was_fitted(units):
    wide, names = 5, ["shouted", "said_no"]
    found = network.Weights(
        linear=RNG.normal(size=7).astype(np.float32),
        bias=0.25,
        hidden=RNG.normal(size=(units, 7)).astype(np.float32),
        hidden_bias=RNG.normal(size=units).astype(np.float32),
        outputs=RNG.normal(size=units).astype(np.float32),
    )
    recipe = RECIPES["unease"]
    model = as_model(json.loads(json.dumps(stored(recipe, found, wide, names))))
    row, cues = RNG.normal(size=wide).astype(np.float32), {"said_no": 1.0, "shouted": 0.5}
    inputs = np.concatenate([row * recipe.scale, [0.5, 1.0]]).astype(np.float32)
    assert model.logit(row, cues) == pytest.approx(found.scores(inputs[None])[0], abs=0.02)


def test_examples_are_taken_by_place():
    examples = Examples()
    examples.add(["a", "b", "c"], 1.0, "own")
    assert examples.at([2, 0]).texts == ["c", "a"]


def test_of_thresholds_that_are_as_good_the_one_with_the_fewest_false_alarms_is_taken():
    chance = np.arange(1000, dtype=np.float32) / 1000
    labels = (chance >= 0.5).astype(np.float32)
    labels[480:500:3] = 1.0
    counts = np.ones(1000, np.float32)
    assert 0.5 <= threshold_of(labels, chance, counts) <= 0.51


def test_a_plainly_worse_threshold_is_not_taken_for_its_few_false_alarms():
    chance = np.arange(1000, dtype=np.float32) / 1000
    labels = (chance >= 0.5).astype(np.float32)
    labels[400:500] = 1.0
    assert threshold_of(labels, chance, np.ones(1000, np.float32)) <= 0.42
