"""Hands the intent classifier its features as they are.

Rasa joins each message's sparse features with an empty dense matrix, by way of three conversions;
this pipeline has no dense features, so there is nothing to join.
"""

from __future__ import annotations

from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack

_with_dense_features = LogisticRegressionClassifier._create_X


def rows(self: LogisticRegressionClassifier, messages: list[Message]) -> csr_matrix:
    """One row of sentence features for each message; Rasa's own way where some are dense."""
    found = [message.get_sparse_features(attribute=TEXT)[1] for message in messages]
    dense = any(message.get_dense_features(attribute=TEXT)[1] for message in messages)
    if dense or not all(found):
        return _with_dense_features(self, messages)
    matrices = [csr_matrix(features.features) for features in found]
    return matrices[0] if len(matrices) == 1 else vstack(matrices)


def install() -> None:
    """Use the features as they are, in this process."""
    LogisticRegressionClassifier._create_X = rows
