"""Contributions and base are the score, exactly, for every scorer that tells them."""

import numpy as np
import pytest
import scipy.sparse as sp

from headword.scorers.contributions import ComparingScorer, ExplainingScorer, RoutingScorer
from headword.scorers.linear import Linear
from headword.scorers.neighbors import Neighbors
from headword.scorers.poly2 import Poly2
from headword.scorers.prior import Prior
from headword.scorers.tree import FLOORS, Tree
from headword.text.features import Features
from headword.text.weighting import unit_rows

N_LABELS = 12
SCORERS = {
    "prior": Prior(),
    "linear": Linear(),
    "logistic": Linear(loss="logistic"),
    "tree": Tree(leaf=2, beam=2),
    "poly2": Poly2(per_document=6, min_df=2),
    "neighbors": Neighbors(k=7),
    "cubed": Neighbors(k=7, power=3.0),
}


def documents(n: int, seed: int) -> tuple[Features, sp.csr_matrix]:
    rng = np.random.default_rng(seed)
    rows = rng.random((n, 40)) * (rng.random((n, 40)) < 0.2)
    y = (rows[:, :N_LABELS] + rows[:, 12 : 12 + N_LABELS]) > 0.5
    y[:, -1] = False  # nobody has the last label
    rows[0] = 0
    found = unit_rows(sp.csr_matrix(rows.astype(np.float32)))
    found.indptr = found.indptr.astype(np.int64)
    targets = sp.csr_matrix(y.astype(np.float32))
    return Features({"words": found}), targets


@pytest.fixture(scope="module")
def train() -> tuple[Features, sp.csr_matrix]:
    return documents(120, 1)


@pytest.mark.parametrize("name", SCORERS)
def test_base_and_contributions_are_the_score(name: str, train: tuple[Features, sp.csr_matrix]) -> None:
    scorer = SCORERS[name].fit(*train, n_threads=1)
    assert isinstance(scorer, ExplainingScorer)
    new, _ = documents(15, 2)
    moved = 0.0
    for row in range(15):
        one = new.rows(slice(row, row + 1))
        scores = scorer.score(one, n_threads=1)[0]
        for columns in (np.arange(N_LABELS), np.array([7, 2]), np.zeros(0, np.int64)):
            found = scorer.contributions(one, columns)
            assert found.base.shape == columns.shape
            assert found.values.shape == (one["words"].nnz, len(columns))
            np.testing.assert_allclose(found.base + found.values.sum(axis=0), scores[columns], atol=1e-4)
            moved = max(moved, np.abs(found.values).max(initial=0))
    assert (moved > 0) == (name != "prior")


def test_a_label_off_the_shortlist_is_not_spoken_for(train: tuple[Features, sp.csr_matrix]) -> None:
    scorer = Tree(leaf=2, beam=1).fit(*train, n_threads=1)
    new, _ = documents(5, 3)
    one = new.rows(slice(1, 2))
    found = scorer.contributions(one, np.arange(N_LABELS))
    off = scorer.score(one)[0] == FLOORS["squared-hinge"]
    assert off.sum() >= N_LABELS - 3
    assert (found.base[off] == FLOORS["squared-hinge"]).all()
    assert not found.values[:, off].any()


def test_neighbors_share_what_makes_their_cosine(train: tuple[Features, sp.csr_matrix]) -> None:
    scorer = Neighbors(k=9).fit(*train, n_threads=1)
    assert isinstance(scorer, ComparingScorer)
    new, _ = documents(15, 4)
    for row in range(15):
        one = new.rows(slice(row, row + 1))
        near = scorer.compared(one, np.array([3, 0]))
        rows, cosines = scorer.neighbors(one, n_threads=1)
        assert near.rows.tolist() == rows[0][rows[0] >= 0].tolist()
        np.testing.assert_allclose(near.shared.sum(axis=1), near.cosines, atol=1e-6)
        np.testing.assert_allclose(near.cosines, cosines[0][rows[0] >= 0])
        products = train[0]["words"][near.rows].toarray()[:, one["words"].indices] * one["words"].data
        np.testing.assert_allclose(near.shared, products, atol=0.01)
        assert near.carries.tolist() == (train[1][near.rows][:, [3, 0]].toarray() > 0).tolist()


def test_a_term_speaks_for_the_labels_of_those_it_made_near() -> None:
    """Two neighbours, each by one word: the word of the one that has the label is for it, the other against."""
    words = sp.csr_matrix(np.array([[1, 0], [0, 1]], dtype=np.float32))
    words.indptr = words.indptr.astype(np.int64)
    scorer = Neighbors(k=2).fit(Features({"words": words}), sp.csr_matrix(np.array([[1.0], [0]], np.float32)))
    one = Features({"words": unit_rows(sp.csr_matrix(np.array([[3, 1]], np.float32)))})
    found = scorer.contributions(one, np.array([0]))
    assert found.values[0, 0] > 0 > found.values[1, 0]
    np.testing.assert_allclose(found.values[0] / -found.values[1], [9], rtol=0.02)
    np.testing.assert_allclose(np.exp(found.base + found.values.sum()), [0.9 + 0.001], rtol=0.01)


def test_no_neighbor_no_contribution() -> None:
    words = sp.csr_matrix(np.array([[1, 0]], dtype=np.float32))
    words.indptr = words.indptr.astype(np.int64)
    scorer = Neighbors(k=2).fit(Features({"words": words}), sp.csr_matrix(np.ones((1, 1), np.float32)))
    one = Features({"words": sp.csr_matrix(np.array([[0, 1]], np.float32))})
    found = scorer.contributions(one, np.array([0]))
    np.testing.assert_allclose(found.base, scorer.score(one)[0])
    assert not found.values.any()


@pytest.mark.parametrize("most_flat", [256, 2])
def test_the_way_to_a_label_is_told_as_it_was_taken(
    most_flat: int, train: tuple[Features, sp.csr_matrix], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headword.scorers.tree_router._MOST_FLAT", most_flat)
    monkeypatch.setattr("headword.scorers.tree_router._GROUP", 2)
    scorer = Tree(leaf=1, beam=20).fit(*train, n_threads=1)
    assert isinstance(scorer, RoutingScorer)
    one = documents(5, 3)[0].rows(slice(1, 2))
    steps = scorer.routes(one, np.arange(N_LABELS))
    assert len(steps) == (1 if most_flat == 256 else 2)
    assert np.isnan(steps[0].base[-1])  # nobody has the last label
    found = [(step.base + step.values.sum(axis=0))[scorer.labels] for step in steps]
    router = scorer.router
    assert router is not None
    clusters = np.arange(len(scorer.labels))
    scores = router.matcher.score(one)[0]
    if router.middle is None:
        np.testing.assert_allclose(found[0], scores[clusters], atol=1e-5)
        return
    groups = np.searchsorted(router.middle.label_bounds, clusters, side="right") - 1
    np.testing.assert_allclose(found[0], scores[groups], atol=1e-5)
    own = router.middle.score(one["words"], np.arange(groups[-1] + 1, dtype=np.int32)[None])[0]
    np.testing.assert_allclose(found[1], own[np.isfinite(own)], atol=1e-5)
