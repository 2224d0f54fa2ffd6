from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.decisions import conformal
from headword.decisions.conformal import (
    NEVER,
    expected_gain,
    fewest_documents,
    p_value,
    precision_threshold,
    recall_threshold,
)

from .promises import judged, recalls


def brute_recall(documents: np.ndarray, p: np.ndarray, n_true: np.ndarray, level: float) -> float | None:
    """Try every threshold, from the definition."""
    n = len(n_true)
    best = None
    for t in sorted({0.0, *p[p >= 0].tolist()}):
        lost = sum(np.sum(p[documents == d] < t) / n_true[d] for d in range(n) if n_true[d])
        if (lost + 1) / (n + 1) <= 1 - level + 1e-12:
            best = t
    return best


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n_docs=st.integers(1, 25), level=st.sampled_from([0.5, 0.8, 0.9]))
def test_recall_threshold_is_that_of_the_definition(seed: int, n_docs: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    n_true = rng.integers(0, 4, n_docs)
    documents = np.repeat(np.arange(n_docs), n_true)
    p = np.round(rng.random(len(documents)), 1).astype(np.float32)  # with ties
    p[rng.random(len(p)) < 0.1] = -1
    found = recall_threshold(documents, p, n_true, level)
    want = brute_recall(documents, p, n_true, level)
    if found.threshold is None or want is None:
        assert found.threshold == want
        assert found.reachable < level
    else:
        # Between two probabilities of right labels, every threshold makes the same promise.
        assert found.threshold == pytest.approx(want) or not ((p >= want) ^ (p >= found.threshold)).any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), levels=st.tuples(st.floats(0.3, 0.95), st.floats(0.3, 0.95)))
def test_a_larger_recall_never_has_a_higher_threshold(seed: int, levels: tuple[float, float]) -> None:
    world = judged(60, seed)
    n_true = np.bincount(world.true_documents, minlength=len(world))
    low, high = (
        recall_threshold(world.true_documents, world.true_probabilities, n_true, level).threshold
        for level in sorted(levels)
    )
    assert low is not None
    assert high is None or high <= low


def test_recall_of_one_label_a_document_is_the_conformal_quantile() -> None:
    p = np.arange(1, 100, dtype=np.float32) / 100  # 99 documents
    found = recall_threshold(np.arange(99), p, np.ones(99, int), 0.9)
    # floor(.1 * 100) = 10 may be lost, the new document included: nine calibration documents are.
    assert found.threshold == pytest.approx(0.10)
    assert found.reachable == pytest.approx(0.99)


def test_expected_recall_over_many_draws_is_what_was_promised() -> None:
    got = []
    for seed in range(150):
        world, other = judged(80, seed), judged(80, 10_000 + seed)
        n_true = np.bincount(world.true_documents, minlength=len(world))
        t = recall_threshold(world.true_documents, world.true_probabilities, n_true, 0.8).threshold
        assert t is not None
        got.append(recalls(other.probabilities >= t, other).mean())
    sigma = np.std(got) / np.sqrt(len(got))
    assert 0.8 - 3 * sigma <= np.mean(got) <= 0.8 + 1 / 81 + 3 * sigma


def test_it_agrees_with_mapie_on_recall() -> None:
    methods = pytest.importorskip("mapie.risk_control.methods", reason="MAPIE is not installed")
    world = judged(120, 3)
    n_true = np.bincount(world.true_documents, minlength=len(world))
    grid = np.linspace(0.001, 0.999, 400)
    risks = np.array([1 - recalls(world.probabilities >= t, world) for t in grid]).T
    for level in (0.8, 0.9):
        _, above = methods.get_r_hat_plus(risks, grid, "crc", None, None, None)
        theirs = float(methods.find_best_predict_param(grid, above, np.array([1 - level]))[0])
        ours = recall_threshold(world.true_documents, world.true_probabilities, n_true, level).threshold
        assert ours is not None
        assert ours == pytest.approx(theirs, abs=0.006)


@pytest.mark.parametrize("binary", [False, True])
def test_p_values_agree_with_mapie(binary: bool) -> None:
    methods = pytest.importorskip("mapie.risk_control.methods", reason="MAPIE is not installed")
    for n in (20, 200):
        for hits in range(0, n // 4):
            risk = hits / n
            theirs = methods.compute_hoeffding_bentkus_p_value(np.array([risk]), n, 0.25, binary=binary)
            ours = p_value(risk, n, 0.25, binary=binary)
            # With 0/1 values we take the exact binomial one, and never more than they.
            assert ours <= float(theirs[0, 0]) + 1e-9
            if not binary and np.ceil(n * risk) == hits:  # they round .07 * 200 up to 15
                assert ours == pytest.approx(min(1, float(theirs[0, 0])), rel=1e-6)


def test_the_expected_gain_is_that_of_poisson_many_others() -> None:
    rng = np.random.default_rng(0)
    others = rng.poisson(1.7, 200_000)
    got = expected_gain(np.zeros(2, int), np.array([0.3, 0.0]), np.array([2.0]))
    assert got[0] == pytest.approx(0.3 * np.mean(1 / (1 + others)), abs=0.002)
    assert got[1] == 0
    assert expected_gain(np.zeros(1, int), np.array([0.4]), np.array([0.4])) == pytest.approx(0.4)
    assert expected_gain(np.zeros(1, int), np.array([-1.0]), np.array([0.4])) == -1


@given(seed=st.integers(0, 10**6))
def test_gains_keep_the_order_of_a_documents_labels(seed: int) -> None:
    world = judged(10, seed, spread=4.0)
    gain = expected_gain(world.documents, world.probabilities, world.totals)
    for start, stop in pairwise(world.indptr):
        assert (np.diff(gain[start:stop]) <= 0).all()


def test_sets_by_gain_are_smaller_at_the_same_recall() -> None:
    rng = np.random.default_rng(0)
    p = np.where(rng.random((4000, 1)) < 0.5, 0.3, 0.9) * rng.random((4000, 6))  # few labels, or many
    right = rng.random(p.shape) < p
    documents = np.repeat(np.arange(4000), 6)
    n_true = right.sum(axis=1)
    sizes = []
    for scores in (p.ravel(), expected_gain(documents, p.ravel(), p.sum(axis=1))):
        t = recall_threshold(documents[right.ravel()], scores[right.ravel()], n_true, 0.8).threshold
        assert t is not None
        sizes.append((scores >= t).sum())
    assert sizes[1] < 0.99 * sizes[0]


def test_p_values_hold_their_level() -> None:
    rng = np.random.default_rng(0)
    small = [p_value(float((rng.random(60) < 0.2).mean()), 60, 0.2) <= 0.1 for _ in range(3000)]
    assert np.mean(small) <= 0.1
    assert p_value(0.3, 50, 0.2) == 1
    assert p_value(0.0, 0, 0.2) == 1


def precision_at(world, t: float) -> float:  # type: ignore[no-untyped-def]
    chosen = world.probabilities >= t
    size = np.bincount(world.documents, weights=chosen, minlength=len(world))
    hits = np.bincount(world.documents, weights=chosen * world.right, minlength=len(world))
    return float((hits[size > 0] / size[size > 0]).mean())


def test_promised_precision_is_missed_no_more_often_than_allowed() -> None:
    truth = judged(20_000, 99)
    real = {}
    missed = found = 0
    for seed in range(100):
        world = judged(300, seed)
        t = precision_threshold(world.documents, world.probabilities, world.right, 0.8, delta=0.2).threshold
        if t is not None:
            found += 1
            real.setdefault(t, precision_at(truth, t))
            missed += real[t] < 0.8
    assert found > 75
    assert missed <= 0.2 * 100


def test_a_higher_precision_never_has_a_lower_threshold_here() -> None:
    world = judged(3000)
    t = [
        precision_threshold(world.documents, world.probabilities, world.right, level).threshold or NEVER
        for level in (0.6, 0.7, 0.8, 0.9, 0.95)
    ]
    assert t == sorted(t)
    assert t[0] < t[-1] < NEVER


def test_risks_are_those_of_the_definition() -> None:
    world = judged(200, 5)
    sizes, risks = conformal._risks(world.documents, world.probabilities, 1.0 - world.right)
    for at in range(0, len(conformal._GRID), 20):
        chosen = world.probabilities >= conformal._GRID[at]
        size = np.bincount(world.documents, weights=chosen, minlength=200)
        assert sizes[at] == (size > 0).sum()
        want = 1 - precision_at(world, float(conformal._GRID[at])) if sizes[at] else 1.0
        assert risks[at] == pytest.approx(want, abs=1e-9)


def test_too_few_documents_promise_nothing_and_say_what_they_saw() -> None:
    world = judged(20)
    found = precision_threshold(world.documents, world.probabilities, world.right, 0.95)
    assert found.threshold is None
    assert 0 <= found.precision <= 1
    assert fewest_documents(0.95, 0.05) == 59
    nothing = precision_threshold(np.zeros(0, int), np.zeros(0, np.float32), np.zeros(0), 0.9)
    assert nothing.threshold is None
    assert nothing.n_docs == 0
