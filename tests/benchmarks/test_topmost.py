"""Precision over any number of labels agrees with headword's own."""

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks.topmost import precision
from headword.metrics.ranking import precision_at_k


def test_it_is_precision_at_k() -> None:
    rng = np.random.default_rng(0)
    truth = sp.random(200, 40, density=0.1, random_state=0, format="csr")
    truth.data[:] = 1
    best = np.array([rng.permutation(40)[:5] for _ in range(200)])
    scores = np.zeros((200, 40))
    np.put_along_axis(scores, best, [5, 4, 3, 2, 1], axis=1)
    found = precision(best, truth)
    assert found == {
        f"p@{k}": pytest.approx(precision_at_k(truth, sp.csr_matrix(scores), k), abs=1e-5) for k in (1, 3, 5)
    }


def test_missing_answers_are_wrong_and_large_spaces_are_fine() -> None:
    truth = sp.csr_matrix(([1.0, 1.0], ([0, 1], [0, 999_999_999])), shape=(2, 1_000_000_000))
    best = np.array([[-1, -1, -1, -1, -1], [999_999_999, -1, -1, -1, -1]])
    assert precision(best, truth) == {"p@1": 0.5, "p@3": pytest.approx(1 / 6, abs=1e-5), "p@5": 0.1}
