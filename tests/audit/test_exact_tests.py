"""Exact tests of many items: agreement with scipy, and the rate of false alarms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from headword.audit.exact_tests import able_to_count, rate_tests
from headword.core.errors import DataError
from headword.metrics.paired import holm


@st.composite
def counts(draw: st.DrawFn) -> tuple[np.ndarray, int, np.ndarray, int]:
    n_a, n_b = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    size = draw(st.integers(0, 12))
    a = draw(st.lists(st.integers(0, n_a), min_size=size, max_size=size))
    b = draw(st.lists(st.integers(0, n_b), min_size=size, max_size=size))
    return np.array(a, dtype=np.int64), n_a, np.array(b, dtype=np.int64), n_b


@settings(max_examples=150, deadline=None)
@given(counts())
def test_p_is_twice_the_smaller_tail_of_the_hypergeometric(given: tuple[np.ndarray, int, np.ndarray, int]) -> None:
    a, n_a, b, n_b = given
    p, adjusted = rate_tests(*given)
    law = hypergeom(n_a + n_b, a + b, n_a)
    wanted = np.minimum(1, 2 * np.minimum(law.cdf(a), law.sf(a - 1)))
    np.testing.assert_allclose(p, wanted, rtol=1e-6, atol=1e-12)
    assert (adjusted >= p * (1 - 1e-12)).all()


@settings(max_examples=60, deadline=None)
@given(counts(), st.randoms(use_true_random=False))
def test_neither_the_order_of_items_nor_of_corpora_matters(
    given: tuple[np.ndarray, int, np.ndarray, int], shuffle: object
) -> None:
    a, n_a, b, n_b = given
    order = np.random.default_rng(shuffle.randint(0, 99)).permutation(len(a))  # type: ignore[attr-defined]
    _, adjusted = rate_tests(*given)
    np.testing.assert_allclose(rate_tests(a[order], n_a, b[order], n_b)[1], adjusted[order])
    np.testing.assert_allclose(rate_tests(b, n_b, a, n_a)[1], adjusted, rtol=1e-6, atol=1e-12)


def test_holm_equals_its_definition() -> None:
    p = np.array([0.001, 0.02, 0.02, 0.4, 0.03])
    wanted, largest = np.empty(5), 0.0
    for rank, i in enumerate(np.argsort(p, kind="stable")):
        largest = max(largest, min(1.0, (5 - rank) * p[i]))
        wanted[i] = largest
    np.testing.assert_allclose(holm(p), wanted)
    assert len(holm(np.zeros(0))) == 0


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.001, 0.5))
def test_items_left_out_could_not_have_counted(least: list[float], alpha: float) -> None:
    able = able_to_count(np.array(least), alpha)
    n = int(able.sum())
    # Tarone: the least k with at most k items able to reach alpha / k.
    k = next(k for k in range(1, len(least) + 2) if sum(one <= alpha / k for one in least) <= k)
    assert able.tolist() == [one <= alpha / k for one in least]
    assert n <= k


def test_rare_items_do_not_cost_the_others_power() -> None:
    rare = np.ones(5000, dtype=np.int64)
    _, alone = rate_tests(np.array([5]), 200, np.array([30]), 200)
    _, among = rate_tests(np.r_[5, rare], 200, np.r_[30, 0 * rare], 200)
    assert among[0] == alone[0] < 0.05
    assert (among[1:] == 1).all()


def test_false_alarms_are_at_most_nominal() -> None:
    rng = np.random.default_rng(0)
    has = rng.random((300, 80)) < rng.random(80) ** 2
    has[:, 40:] = has[:, :40]  # items that go together
    alarms = 0
    for _ in range(300):
        a = rng.permutation(300) < 120
        adjusted = rate_tests(has[a].sum(0), 120, has[~a].sum(0), 180)[1]
        alarms += adjusted.min() <= 0.05
    assert alarms <= 300 * 0.05 + 3 * np.sqrt(300 * 0.05 * 0.95)
    assert alarms > 0  # nor is it silent


def test_what_cannot_be_is_refused() -> None:
    one = np.array([1])
    with pytest.raises(DataError, match="between 0 and 1"):
        rate_tests(one, 1, one, 1, alpha=0)
    with pytest.raises(DataError, match="number of documents"):
        rate_tests(np.array([3]), 2, one, 1)
