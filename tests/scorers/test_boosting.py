"""Boosted trees against plain Python."""

import numpy as np
import pytest

from headword.core.errors import DataError
from headword.scorers.boosting import BoostedTrees, fit_trees


def drawn(n: int = 600, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((n, 4)).astype(np.float32)
    rows[:, 3] = rng.integers(0, 3, n)
    chance = 1 / (1 + np.exp(-3 * (rows[:, 0] > 0) * (rows[:, 3] == 1) - rows[:, 1] + 2))
    return rows, (rng.random(n) < chance).astype(np.float32)


def loss(logits: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0, logits) - y * logits))


@pytest.fixture(scope="module")
def trees() -> BoostedTrees:
    rows, y = drawn()
    return fit_trees(rows, y, np.ones(len(y), np.float32), n_trees=40, depth=3)


def read(trees: BoostedTrees, row: np.ndarray) -> float:
    total = trees.intercept
    for features, thresholds, values in zip(trees.features, trees.thresholds, trees.values, strict=True):
        at = 0
        while at < len(features):
            at = 2 * at + (2 if row[features[at]] > thresholds[at] else 1)
        total += values[at]
    return total


def test_trees_are_read_as_they_stand(trees: BoostedTrees) -> None:
    rows, _ = drawn(50, seed=1)
    np.testing.assert_allclose(trees.logits(rows), [read(trees, row) for row in rows], atol=1e-4)


def test_they_learn_what_belongs_together(trees: BoostedTrees) -> None:
    rows, y = drawn(2000, seed=2)
    rate = np.log(y.mean() / (1 - y.mean()))
    assert loss(trees.logits(rows), y) < 0.9 * loss(np.full(len(y), rate), y)


def test_the_first_split_is_the_best_there_is() -> None:
    rows, y = drawn(120)
    found = fit_trees(rows, y, np.ones(len(y), np.float32), n_trees=1, depth=1, penalty=3.0, least=1.5)
    mean = (y.sum() + 0.5) / (len(y) + 1)
    g, h = y - mean, mean * (1 - mean) * np.ones(len(y))

    def gain(right: np.ndarray) -> float:
        sides = [(g[side].sum(), h[side].sum()) for side in (right, ~right)]
        if min(weight for _, weight in sides) < 1.5:
            return 0.0
        return float(sum(s * s / (w + 3) for s, w in sides) - g.sum() ** 2 / (h.sum() + 3))

    ranked = [np.sort(rows[:, feature]) for feature in range(4)]
    every = max(gain(rows[:, f] > t) for f in range(4) for t in ranked[f])
    own = gain(rows[:, found.features[0, 0]] > found.thresholds[0, 0])
    assert own > 0.8 * every  # thresholds lie between shares of the rows, not between all of them
    right = rows[:, found.features[0, 0]] > found.thresholds[0, 0]
    expected = 0.12 * g[right].sum() / (h[right].sum() + 3)
    assert found.values[0, 2] == pytest.approx(expected, rel=1e-4)


def test_contributions_sum_to_the_log_odds(trees: BoostedTrees) -> None:
    rows, _ = drawn(30, seed=3)
    parts = trees.contributions(rows)
    assert parts.shape == (30, 5)
    np.testing.assert_allclose(parts.sum(axis=1), trees.logits(rows), atol=1e-4)
    assert np.ptp(parts[:, -1]) == 0


def test_weights_are_repeats() -> None:
    rows, y = drawn(100)
    rows = np.round(rows)
    twice = fit_trees(np.repeat(rows, 2, axis=0), np.repeat(y, 2), np.ones(200, np.float32), n_trees=3)
    heavy = fit_trees(rows, y, np.full(100, 2, np.float32), n_trees=3)
    np.testing.assert_allclose(twice.logits(rows), heavy.logits(rows), atol=0.02)


def test_threads_change_nothing(trees: BoostedTrees) -> None:
    rows, _ = drawn(20_000)
    one, two = (trees.logits(rows, n_threads=n) for n in (1, 2))
    assert one.tobytes() == two.tobytes()


def test_trees_go_on_from_a_base() -> None:
    rows, y = drawn()
    ones = np.ones(len(y), np.float32)
    first = fit_trees(rows, y, ones, n_trees=5, depth=2)
    rest = fit_trees(rows, y, ones, first.logits(rows), n_trees=5, depth=3)
    assert rest.intercept == 0
    joined = first.plus(rest)
    other, targets = drawn(2000, seed=4)
    np.testing.assert_allclose(joined.logits(other), first.logits(other) + rest.logits(other), atol=1e-5)
    assert joined.depth == 3
    assert loss(joined.logits(other), targets) < loss(first.logits(other), targets)
    np.testing.assert_allclose(joined.contributions(other).sum(axis=1), joined.logits(other), atol=1e-4)
    np.testing.assert_allclose(first.scaled(0.5).logits(other), 0.5 * first.logits(other), atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_few_rows_give_their_mean(n: int) -> None:
    found = fit_trees(np.zeros((n, 2), np.float32), np.ones(n, np.float32), np.ones(n, np.float32), n_trees=2)
    assert np.isfinite(found.logits(np.ones((3, 2), np.float32))).all()


def test_a_kept_state_reads_alike(trees: BoostedTrees) -> None:
    rows, _ = drawn(20)
    again = BoostedTrees.from_state({name: array.copy() for name, array in trees.state().items()}, 4)
    assert again.logits(rows).tobytes() == trees.logits(rows).tobytes()


@pytest.mark.parametrize(
    ("part", "damaged"),
    [
        ("features", lambda a: a + 4),
        ("features", lambda a: a[:, :-1]),
        ("thresholds", lambda a: a * np.float32(np.nan)),
        ("values", lambda a: a[:, :-1]),
        ("intercept", lambda a: a[:0]),
    ],
)
def test_damaged_trees_are_told(trees: BoostedTrees, part: str, damaged: object) -> None:
    state = dict(trees.state())
    with pytest.raises(DataError):
        BoostedTrees.from_state({**state, part: damaged(state[part])}, 4)  # type: ignore[operator]
