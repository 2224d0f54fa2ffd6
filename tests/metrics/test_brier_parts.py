import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.metrics.brier_parts import brier_parts


@given(seed=st.integers(0, 10**6), n_bins=st.integers(1, 20), ties=st.booleans())
def test_the_parts_add_up_to_the_score(seed: int, n_bins: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    p = rng.random((20, 6))
    p = np.round(p, 1) if ties else p
    true = sp.csr_matrix((rng.random(p.shape) < 0.3).astype(float))
    parts = brier_parts(true, sp.csr_matrix(p), top=4, n_bins=n_bins)
    assert parts.brier == pytest.approx(
        parts.reliability - parts.resolution + parts.uncertainty + parts.within, abs=1e-12
    )
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0


def test_two_bins_by_hand() -> None:
    parts = brier_parts(sp.csr_matrix([[1, 1, 0, 0]]), sp.csr_matrix([[0.8, 0.8, 0.4, 0.4]]), n_bins=2)
    assert parts.brier == pytest.approx((0.04 + 0.16) / 2)
    assert parts.reliability == pytest.approx((0.04 + 0.16) / 2)
    assert parts.resolution == pytest.approx(0.25)
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.within == pytest.approx(0)


def test_honest_probabilities_are_reliable_and_boastful_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    p = rng.random((3000, 5))
    true = sp.csr_matrix((rng.random(p.shape) < p).astype(float))
    honest = brier_parts(true, sp.csr_matrix(p))
    boastful = brier_parts(true, sp.csr_matrix(p**0.3))
    assert honest.reliability < 1e-3 < 0.02 < boastful.reliability
    assert boastful.resolution == pytest.approx(honest.resolution, abs=1e-3)


def test_nothing_judged_has_no_parts_and_scores_are_no_probabilities() -> None:
    assert np.isnan(brier_parts(sp.csr_matrix((2, 3)), sp.csr_matrix((2, 3))).brier)
    with pytest.raises(DataError, match=r"must be in \[0, 1\]"):
        brier_parts(sp.csr_matrix((1, 1)), sp.csr_matrix([[2.0]]))
