from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.decisions.label_sets import budget, kept_sets, nonconformity


def brute_force(p: np.ndarray, most: float) -> dict[tuple[int, ...], float]:
    """Every one of the 2^n label sets, with its nonconformity, if that is at most `most`."""
    out = {}
    for bits in product((0, 1), repeat=len(p)):
        cost = nonconformity(p, np.array(bits), 0)
        if cost <= most * (1 + 1e-6) + 1e-9:
            out[tuple(np.flatnonzero(bits).tolist())] = cost
    return out


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10**6), n=st.integers(0, 12), most=st.floats(0, 12), ties=st.booleans(), sure=st.floats(0.3, 4)
)
def test_it_equals_brute_force(seed: int, n: int, most: float, ties: bool, sure: float) -> None:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-sure * rng.standard_normal(n)))
    p = (np.round(p, 1) if ties else p).astype(np.float32)
    want = brute_force(p, most)
    got = kept_sets(np.arange(n), p, most, limit=1 << 13)
    assert got.complete
    assert len(set(got.sets)) == len(got.sets)
    assert set(got.sets) == set(want)
    costs = [want[one] for one in got.sets]
    assert costs == pytest.approx(sorted(costs), abs=1e-6)
    everywhere = set.intersection(*map(set, want)) if want else set()
    somewhere = set.union(*map(set, want)) if want else set()
    assert set(got.certain) == everywhere
    assert set(got.certain) | set(got.possible) == somewhere | set(got.possible)
    assert somewhere <= set(got.certain) | set(got.possible)


def test_the_enumeration_stops_where_told_and_says_so() -> None:
    p = np.full(30, 0.5, dtype=np.float32)
    got = kept_sets(np.arange(30), p, 21.0, limit=20)
    assert len(got.sets) == 20
    assert not got.complete


def test_thousands_of_labels_are_decided_without_enumeration() -> None:
    p = np.full(5000, 1e-6, dtype=np.float32)
    p[[7, 9]] = 0.999, 0.6
    got = kept_sets(np.arange(5000), p, 2.0)
    assert got.certain == (7,)
    assert got.possible == (9,)
    assert set(got.sets) == {(7, 9), (7,)}
    assert got.complete
    assert got.others == 0


def test_columns_are_those_given_and_a_large_budget_lets_other_labels_in() -> None:
    got = kept_sets(np.array([40, 3]), np.array([0.9, 0.8], np.float32), 10.0)
    assert got.sets[0] == (3, 40)
    assert got.others == 1


def test_nothing_conforms_where_all_is_unsure() -> None:
    assert kept_sets(np.arange(4), np.full(4, 0.5, np.float32), 2.0).sets == ()


def test_the_budget_is_the_conformal_quantile() -> None:
    scores = np.arange(1, 20, dtype=float)  # 19 documents
    assert budget(scores, 0.9) == 18.0  # m = floor(.1 * 20) = 2: the second largest
    assert budget(scores, 0.95) == 19.0
    assert budget(scores, 0.96) is None
    assert budget(np.zeros(0), 0.5) is None


def test_the_right_set_is_kept_as_often_as_promised() -> None:
    rng = np.random.default_rng(1)
    kept = []
    for _ in range(300):
        p = rng.random((60, 6)) ** 2
        truth = rng.random(p.shape) < p
        scores = [nonconformity(one, right, 0) for one, right in zip(p[:-1], truth[:-1], strict=True)]
        most = budget(np.array(scores), 0.8)
        assert most is not None
        kept.append(nonconformity(p[-1], truth[-1], 0) <= most)
    assert np.mean(kept) == pytest.approx(0.8, abs=3 * 0.4 / np.sqrt(300))
