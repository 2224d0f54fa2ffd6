import pickle
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.errors import RecipeError
from headword.decisions.policies import ExpectedF1, Policy, TopK, fixed, micro_f1, per_label
from headword.decisions.thresholds import best_threshold

DOCUMENTS = st.lists(st.lists(st.floats(0, 1, width=32), max_size=6), min_size=1, max_size=5)


def laid_out(documents: list[list[float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row bounds, columns and probabilities, best first as a ranking has them."""
    rows = [sorted(row, reverse=True) for row in documents]
    indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    columns = np.concatenate([np.arange(len(row)) for row in rows]).astype(np.int32)
    return indptr, columns, np.array([p for row in rows for p in row], dtype=np.float32)


def per_document(indptr: np.ndarray, chosen: np.ndarray) -> list[np.ndarray]:
    return [chosen[a:b] for a, b in pairwise(indptr)]


def unlearnt(policy: Policy) -> Policy:
    return policy.fit(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros(6, int))


@settings(deadline=None)
@given(DOCUMENTS, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_fixed_threshold_never_adds_a_label(documents: list[list[float]], a: float, b: float) -> None:
    low, high = sorted((a, b))
    pairs = laid_out(documents)
    more, fewer = unlearnt(fixed(low)).choose(*pairs), unlearnt(fixed(high)).choose(*pairs)
    assert not (fewer & ~more).any()


def test_a_fixed_threshold_is_reached_from_itself_on() -> None:
    pairs = laid_out([[0.25, 0.5, 0.75]])
    assert unlearnt(fixed(0.5)).choose(*pairs).tolist() == [True, True, False]
    assert unlearnt(fixed(0.0)).choose(*pairs).all()


@settings(deadline=None)
@given(DOCUMENTS, st.integers(1, 8))
def test_top_k_gives_exactly_k_or_all_there_are(documents: list[list[float]], k: int) -> None:
    indptr, columns, probabilities = laid_out(documents)
    for chosen in per_document(indptr, TopK(k).choose(indptr, columns, probabilities)):
        assert chosen.sum() == min(k, len(chosen))
        assert chosen[:k].all()


@settings(deadline=None)
@given(DOCUMENTS)
def test_expected_f1_takes_the_best_number_by_brute_force(documents: list[list[float]]) -> None:
    indptr, columns, probabilities = laid_out(documents)
    chosen = per_document(indptr, ExpectedF1().choose(indptr, columns, probabilities))
    for mine, row in zip(chosen, per_document(indptr, probabilities.astype(np.float64)), strict=True):
        if not len(row):
            continue
        value = [2 * row[:m].sum() / (m + row.sum()) for m in range(1, len(row) + 1)]
        assert mine.sum() >= 1
        assert (np.diff(mine.astype(int)) <= 0).all()
        assert value[int(mine.sum()) - 1] == pytest.approx(max(value), abs=1e-6)


def test_expected_f1_comes_near_the_exact_expectation() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        row = np.sort(rng.random(8).astype(np.float32) ** 2)[::-1]
        chosen = int(ExpectedF1().choose(np.array([0, 8]), np.arange(8, dtype=np.int32), row).sum())
        exact = np.zeros(8)
        for truth in product((0, 1), repeat=8):
            t = np.array(truth)
            weight = np.prod(np.where(t, row, 1 - row))
            exact += weight * 2 * np.cumsum(t) / (np.arange(1, 9) + t.sum())
        assert exact[chosen - 1] > exact.max() - 0.02


def pairs(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random((200, 12)) < np.geomspace(0.02, 0.6, 12)
    probabilities = 1 / (1 + np.exp(-(3 * truth - 2 + rng.standard_normal(truth.shape))))
    columns = np.tile(np.arange(12, dtype=np.int32), 200)
    return columns, probabilities.ravel().astype(np.float32), truth.ravel().astype(np.float32), truth.sum(axis=0)


def test_labels_without_any_weight_of_their_own_share_the_global_threshold() -> None:
    columns, probabilities, y, support = pairs()
    policy = per_label(strength=1e12).fit(columns, probabilities, y, support)
    threshold, _ = best_threshold(probabilities, y, float(support.sum()))
    found = policy.choose(np.arange(0, 2401, 12), columns, probabilities)
    assert np.array_equal(found, probabilities >= np.float32(threshold))


def test_micro_f1_without_slack_is_not_below_the_best_single_threshold() -> None:
    columns, probabilities, y, support = pairs()
    chosen = (
        micro_f1(slack=0).fit(columns, probabilities, y, support).choose(np.arange(0, 2401, 12), columns, probabilities)
    )
    _, best = best_threshold(probabilities, y, float(support.sum()))
    assert 2 * y[chosen].sum() / (chosen.sum() + support.sum()) >= best - 1e-9


def test_per_label_fits_each_label_at_least_as_well() -> None:
    columns, probabilities, y, support = pairs()

    def macro(policy: Policy) -> float:
        chosen = policy.fit(columns, probabilities, y, support).choose(np.arange(0, 2401, 12), columns, probabilities)
        both = np.bincount(columns[chosen], weights=y[chosen], minlength=12)
        return float((2 * both / (np.bincount(columns[chosen], minlength=12) + support)).mean())

    assert macro(per_label(strength=0.0)) >= macro(per_label(strength=20.0)) >= macro(per_label(strength=1e12))


@pytest.mark.parametrize("policy", [micro_f1(), per_label(), fixed(), TopK(), ExpectedF1()])
def test_a_policy_can_be_pickled(policy: Policy) -> None:
    columns, probabilities, y, support = pairs()
    again = pickle.loads(pickle.dumps(policy.fit(columns, probabilities, y, support)))
    indptr = np.arange(0, 2401, 12)
    assert np.array_equal(again.choose(indptr, columns, probabilities), policy.choose(indptr, columns, probabilities))


def test_parameters_out_of_range_are_told() -> None:
    with pytest.raises(RecipeError, match=r"slack of micro-f1 lies in \[0, 1\), found 1"):
        micro_f1(slack=1)
    with pytest.raises(RecipeError, match="shrinkage is at least 0, found -1"):
        per_label(strength=-1)
    with pytest.raises(RecipeError, match="found nan"):
        per_label(strength=float("nan"))
    with pytest.raises(RecipeError, match=r"fixed threshold lies in \[0, 1\], found 1.5"):
        fixed(1.5)
    with pytest.raises(RecipeError, match="top-k needs k >= 1, found 0"):
        TopK(0)
