from itertools import pairwise

import numpy as np
import pytest

from headword.core.errors import DataError
from headword.scorers.linear import Linear
from headword.scorers.tree import Tree
from headword.scorers.tree_router import Router, group_bounds

from .conftest import Problem, features_of, targets_of

N_LABELS = 300


@pytest.fixture(scope="module")
def many() -> Problem:
    """Each document has two labels of a topic of ten, a feature for the topic and one for each label."""
    rng = np.random.default_rng(0)
    topic, inside = rng.integers(0, 30, 1500), rng.integers(0, 10, (1500, 2))
    labels, rows = topic[:, None] * 10 + inside, np.arange(1500)
    dense, true = 0.3 * (rng.random((1500, 400)) < 0.03), np.zeros((1500, N_LABELS))
    dense[rows, topic] = 1
    for column in (0, 1):
        dense[rows, 50 + labels[:, column]] = 1
        true[rows, labels[:, column]] = 1
    return Problem(features_of(dense), targets_of(true))


def routed(problem: Problem, beam: int = 10, n_threads: int = 2) -> Router:
    rows = np.arange(len(problem.features))
    return Router.fit(problem.features["words"], problem.targets, rows, Linear(prune=0.05), beam, n_threads=n_threads)


def test_groups_are_the_halves_of_halves() -> None:
    for n in (1, 2, 16, 17, 300, 2501):
        bounds = group_bounds(n)
        sizes = np.diff(bounds)
        assert bounds[0] == 0 and bounds[-1] == n
        assert sizes.max() <= 16
        assert sizes.min() >= min(n, 8)
    assert set(group_bounds(40).tolist()) >= {0, 20, 40}


def test_few_clusters_are_all_looked_at(many: Problem) -> None:
    rows = np.arange(len(many.features))
    few = many.targets[:, :256]
    router = Router.fit(many.features["words"], few, rows, Linear(prune=0.05), 10)
    assert router.middle is None
    assert router.n_clusters == 256
    expected = np.argsort(-router.matcher.score(many.features), axis=1, kind="stable")[:, :10]
    assert np.array_equal(router.beams(many.features["words"]), expected)


def test_many_clusters_are_found_by_way_of_their_groups(many: Problem) -> None:
    router = routed(many)
    assert router.middle is not None
    assert router.n_clusters == N_LABELS
    beams = router.beams(many.features["words"])
    assert beams.shape == (1500, 10)
    for row in beams[:100].tolist():
        assert len(set(row)) == 10
        assert min(row) >= 0 and max(row) < N_LABELS
    groups = np.argsort(-router.matcher.score(many.features), axis=1, kind="stable")[:, :10]
    bounds = group_bounds(N_LABELS)
    of_beam = np.searchsorted(bounds, beams, side="right") - 1
    assert (of_beam[:, :, None] == groups[:, None, :]).any(axis=2).all()


def test_it_finds_what_a_look_at_all_finds(many: Problem) -> None:
    flat = Linear(prune=0.05).fit(many.features, many.targets).score(many.features)
    best = np.argsort(-flat, axis=1, kind="stable")[:, 0]
    found = (routed(many).beams(many.features["words"]) == best[:, None]).any(axis=1)
    assert found.mean() > 0.95


def test_threads_change_no_byte(many: Problem) -> None:
    one, two = routed(many, n_threads=1).state(), routed(many, n_threads=2).state()
    assert one.keys() == two.keys() and all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_a_kept_state_routes_alike_and_a_spoilt_one_is_refused(many: Problem) -> None:
    router = routed(many)
    state, x = router.state(), many.features["words"]
    again = Router.from_state(state, Linear(prune=0.05), 10, x.shape[1])
    assert np.array_equal(again.beams(x), router.beams(x))
    for name in state:
        with pytest.raises(DataError, match=f"{name.split('.')[0]}: "):
            Router.from_state({key: value for key, value in state.items() if key != name}, Linear(), 10, x.shape[1])
    fewer = Linear(prune=0.05).fit(many.features, many.targets[:, :7]).state()
    with pytest.raises(DataError, match="300 clusters do not fit 7 groups"):
        Router.from_state(state | {f"matcher.{n}": a for n, a in fewer.items()}, Linear(), 10, x.shape[1])


def test_a_tree_of_three_layers_keeps_and_restores(many: Problem) -> None:
    tree = Tree(leaf=1).fit(many.features, many.targets)
    assert tree.router is not None and tree.router.middle is not None
    again = Tree(leaf=1).restore(tree.state(), n_features=many.features["words"].shape[1], n_labels=N_LABELS)
    assert again.score(many.features).tobytes() == tree.score(many.features).tobytes()
    assert all(last - first == 10 for first, last in pairwise(tree.listed(many.features).indptr))
