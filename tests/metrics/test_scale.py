"""Sizes at which a dense matrix would not fit: a million labels, and the study size of 5,000 x 3,300."""

import time

import numpy as np
import pytest
import scipy.sparse as sp

from headword.metrics import CONSUMES, METRICS
from headword.metrics.propensity import inverse_propensities


def random_rows(rng, n_docs, n_labels, listed):
    columns = np.sort(rng.integers(0, n_labels, (n_docs, listed)), axis=1)
    columns += np.arange(listed)  # distinct within a row
    data = rng.random(n_docs * listed).astype(np.float32)
    return sp.csr_matrix((data, columns.ravel(), np.arange(n_docs + 1) * listed), shape=(n_docs, n_labels + listed))


def study(n_docs, n_labels, listed):
    rng = np.random.default_rng(0)
    score = random_rows(rng, n_docs, n_labels, listed)
    y_true = random_rows(rng, n_docs, n_labels + listed - 3, 3)
    y_true.data[:] = 1
    chosen = score > 0.97
    return y_true, {"y_score": score, "y_prob": score, "y_pred": chosen.astype(np.float32)}


def all_metrics(y_true, given):
    weights = inverse_propensities(np.bincount(y_true.indices, minlength=y_true.shape[1]), y_true.shape[0])
    return {
        name: METRICS.get(name)(y_true, given[CONSUMES[name]], *((weights,) if name == "psp@k" else ()))
        for name in METRICS
    }


def test_a_million_labels_need_no_dense_matrix() -> None:
    values = all_metrics(*study(2_000, 1_000_000, 100))
    assert np.isfinite(list(values.values())).all()


@pytest.mark.parametrize("name", list(METRICS))
def test_the_study_size_takes_well_under_a_second(name) -> None:
    y_true, given = study(5_000, 3_200, 100)
    extra = (np.ones(y_true.shape[1]),) if name == "psp@k" else ()
    start = time.perf_counter()
    METRICS.get(name)(y_true, given[CONSUMES[name]], *extra)
    assert time.perf_counter() - start < 1.0
