"""Small sparse problems whose labels follow from the features."""

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp

from headword.text.features import Features
from headword.text.weighting import unit_rows
from headword.text.words import csr


@dataclass(frozen=True)
class Problem:
    features: Features
    targets: sp.csr_matrix

    @property
    def x(self) -> sp.csr_matrix:
        """The documents as scikit-learn takes them."""
        return sp.csr_matrix(self.features["words"].toarray())

    def subset(self, rows: np.ndarray) -> "Problem":
        return Problem(self.features.rows(rows), self.targets[rows])


def features_of(dense: np.ndarray) -> Features:
    matrix = sp.csr_matrix(np.asarray(dense, dtype=np.float32))
    return Features({"words": unit_rows(csr(matrix.indptr, matrix.indices, matrix.data, matrix.shape[1]))})


def targets_of(dense: np.ndarray) -> sp.csr_matrix:
    return sp.csr_matrix(np.asarray(dense, dtype=np.float32))


def make_problem(n_docs: int = 150, n_features: int = 60, n_labels: int = 12, seed: int = 0) -> Problem:
    """The last label but one has no documents, the last has all; document 3 has no features, document 4 no labels."""
    rng = np.random.default_rng(seed)
    dense = rng.random((n_docs, n_features)) * (rng.random((n_docs, n_features)) < 0.15)
    dense[3] = 0
    weights = rng.standard_normal((n_features, n_labels)) * (rng.random((n_features, n_labels)) < 0.3)
    scores = dense @ weights + 0.2 * rng.standard_normal((n_docs, n_labels))
    true = scores > np.quantile(scores, np.linspace(0.5, 0.95, n_labels), axis=0).diagonal()
    true[:, -2], true[:, -1] = False, True
    true[4] = False
    return Problem(features_of(dense), targets_of(true))


@pytest.fixture(scope="session")
def problem() -> Problem:
    return make_problem()
