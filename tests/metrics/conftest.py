"""Small random worlds, dense so that references are easy, sparse for the code under test."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp


@dataclass(frozen=True)
class World:
    """Dense truth, scores (-inf: absent), probabilities and decisions of the same documents and labels."""

    true: np.ndarray
    score: np.ndarray
    prob: np.ndarray
    pred: np.ndarray

    @property
    def y_true(self) -> sp.csr_matrix:
        return sp.csr_matrix(self.true, dtype=np.float32)

    @property
    def y_pred(self) -> sp.csr_matrix:
        return sp.csr_matrix(self.pred, dtype=np.float32)

    @property
    def y_score(self) -> sp.csr_matrix:
        return stored(self.score, self.score > -np.inf)

    @property
    def y_prob(self) -> sp.csr_matrix:
        return stored(self.prob, self.score > -np.inf)

    @property
    def finite(self) -> np.ndarray:
        """Scores for scikit-learn, which knows no -inf: absent ones one below the least."""
        least = self.score[self.score > -np.inf].min(initial=0.0)
        return np.where(self.score > -np.inf, self.score, least - 1.0)


def stored(dense: np.ndarray, where: np.ndarray) -> sp.csr_matrix:
    """CSR that stores exactly the entries `where`, zeros included."""
    rows, columns = np.nonzero(where)
    return sp.csr_matrix((dense[rows, columns], (rows, columns)), shape=dense.shape)


def make_world(seed: int = 0, n_docs: int = 120, n_labels: int = 25, listed: float = 0.6, ties: bool = True) -> World:
    rng = np.random.default_rng(seed)
    true = (rng.random((n_docs, n_labels)) < rng.random(n_labels) * 0.3).astype(np.int64)
    true[:, 3] = 0  # a label without documents
    true[4] = 0  # a document without labels
    true[5] = 1  # a document with all of them
    score = 1.5 * rng.standard_normal((n_docs, n_labels)) + true
    score = np.round(score, 1) if ties else score
    score[rng.random((n_docs, n_labels)) > listed] = -np.inf
    score[6] = -np.inf  # a document without suggestions
    prob = np.where(score > -np.inf, 1.0 / (1.0 + np.exp(-np.maximum(score, -50.0))), 0.0)
    pred = (prob > 0.7).astype(np.int64)
    pred[7] = true[7]
    return World(true, score, prob, pred)


@pytest.fixture
def build_world() -> Callable[..., World]:
    return make_world


@pytest.fixture(params=[(0, 0.05, True), (1, 0.6, True), (2, 1.0, False), (3, 1.0, True)], ids=str)
def world(request: pytest.FixtureRequest) -> World:
    """From nearly empty to full score matrices, with and without ties."""
    seed, listed, ties = request.param
    return make_world(seed, listed=listed, ties=ties)


@pytest.fixture
def sparse_scores() -> Callable[[np.ndarray, np.ndarray], sp.csr_matrix]:
    return stored
