"""Runs in Rasa's own environment: the classifier's features are those that Rasa makes."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from bot import sparse_rows, verdict_policy


def message(*values, dense=False):
    row = np.array([values], dtype=float)
    made = Message.build("hello")
    kind = row if dense else csr_matrix(row)
    made.add_features(Features(kind, FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return made


def test_loading_the_policy_puts_it_in_place():
    assert verdict_policy.sparse_rows is sparse_rows
    assert LogisticRegressionClassifier._create_X is sparse_rows.rows


@pytest.mark.parametrize(
    "messages",
    [
        [message(1, 0, 3)],
        [message(1, 0, 3), message(0, 2, 0)],
        [message(1.5, 2, dense=True)],
    ],
    ids=["one", "several", "dense"],
)
def test_the_matrix_is_the_one_that_rasa_makes(messages):
    ours = sparse_rows.rows(None, messages).toarray()
    theirs = sparse_rows._with_dense_features(None, messages).toarray()
    assert np.array_equal(ours, theirs)
