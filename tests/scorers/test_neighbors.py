from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.scorers.neighbor_index import SEARCHES
from headword.scorers.neighbors import Neighbors
from headword.text.features import Features

from .conftest import Problem, features_of, make_problem, targets_of

# A weight kept in a byte is off by 1.6 % at most, a cosine mostly by much less.
NEAR = 0.008


def remembered(scorer: Neighbors) -> np.ndarray:
    assert scorer.index is not None
    return scorer.index.decoded().toarray()


def brute_force(index: np.ndarray, queries: np.ndarray, k: int) -> list[list[tuple[int, float]]]:
    """Return the k nearest by whole numbers: 2^15 for a weight of 1."""
    left, right = (np.rint(x * 2.0**15).astype(np.int64) for x in (queries, index))
    cosines = left @ right.T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return [
        [(int(i), min(float(row[i]) / 2.0**30, 1.0)) for i in at if row[i] > 0]
        for row, at in zip(cosines, order, strict=True)
    ]


def assert_same(best: np.ndarray, similar: np.ndarray, expected: list[list[tuple[int, float]]]) -> None:
    for documents, cosines, plain in zip(best, similar, expected, strict=True):
        n = len(plain)
        assert documents[:n].tolist() == [document for document, _ in plain]
        assert cosines[:n].tolist() == pytest.approx([cosine for _, cosine in plain], rel=1e-6)
        assert (documents[n:] == -1).all()
        assert (cosines[n:] == 0).all()


@pytest.mark.parametrize("k", [1, 7, 400])
def test_neighbors_are_those_of_brute_force(problem: Problem, k: int) -> None:
    queries = make_problem(seed=5).features
    scorer = Neighbors(k=k).fit(problem.features, problem.targets)
    best, similar = scorer.neighbors(queries)
    assert best.shape == similar.shape == (150, k)
    assert (best.dtype, similar.dtype) == (np.int64, np.float32)
    assert_same(best, similar, brute_force(remembered(scorer), queries["words"].toarray(), k))


def test_cosines_are_near_to_the_true_ones(problem: Problem) -> None:
    queries = make_problem(seed=5).features
    best, similar = Neighbors(k=20).fit(problem.features, problem.targets).neighbors(queries)
    true = queries["words"].toarray() @ problem.x.toarray().T
    for row, documents, cosines in zip(true, best, similar, strict=True):
        found = documents >= 0
        assert cosines[found] == pytest.approx(row[documents[found]], abs=NEAR)
        nearest = np.sort(row)[::-1][: found.sum()]
        assert cosines[found] == pytest.approx(nearest, abs=NEAR)


def test_votes_by_hand() -> None:
    # cosines with the query (1, 1) / sqrt 2: 1, sqrt 1/2, 0; squares 1, 1/2; shares 2/3, 1/3
    index = features_of([[1, 1, 0], [1, 0, 0], [0, 0, 1]])
    scorer = Neighbors(k=3, power=2.0).fit(index, targets_of([[1, 0, 0], [1, 1, 0], [0, 0, 1]]))
    found = scorer.score(features_of([[2, 2, 0]]))
    assert found == pytest.approx(np.log([[1.001, 1 / 3 + 0.001, 0.001]]), abs=1e-4)
    assert scorer.neighbors(features_of([[2, 2, 0]]))[0].tolist() == [[0, 1, -1]]


@pytest.mark.parametrize("power", [1.5, 2.0])
def test_votes_are_those_of_brute_force(problem: Problem, power: float) -> None:
    queries = make_problem(seed=5).features
    scorer = Neighbors(k=9, power=power).fit(problem.features, problem.targets)
    found = scorer.score(queries)
    true = problem.targets.toarray()
    for i, plain in enumerate(brute_force(remembered(scorer), queries["words"].toarray(), 9)):
        weights = np.array([cosine**power for _, cosine in plain])
        share = (true[[d for d, _ in plain]] * (weights / weights.sum())[:, None]).sum(axis=0) if plain else 0 * true[0]
        assert found[i] == pytest.approx(np.log(share + 0.001), abs=1e-5)


def test_ties_go_to_the_lower_number() -> None:
    index = features_of([[0, 1], [1, 0], [1, 0], [1, 0], [1, 1]])
    scorer = Neighbors(k=2).fit(index, targets_of(np.eye(5)))
    assert scorer.neighbors(features_of([[1, 0]]))[0].tolist() == [[1, 2]]


def test_documents_keep_their_numbers_where_some_are_indexed(problem: Problem) -> None:
    rows = np.array([10, 20, 30, 40])
    best, _ = Neighbors(k=3).fit(problem.features, problem.targets, rows).neighbors(problem.features)
    assert set(np.unique(best)) <= {-1, *rows.tolist()}
    assert all(best[row, 0] == row for row in rows)


def test_a_document_is_not_its_own_neighbour_where_it_is_left_out(problem: Problem) -> None:
    fold = np.arange(150) % 3
    for number in range(3):
        held, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        best, _ = Neighbors(k=150).fit(problem.features, problem.targets, rest).neighbors(problem.features.rows(held))
        assert not set(held.tolist()) & set(best.ravel().tolist())


def test_a_query_without_known_features_has_no_neighbours(problem: Problem) -> None:
    scorer = Neighbors(k=4).fit(problem.features, problem.targets)
    nothing = features_of(np.zeros((2, 60)))
    best, similar = scorer.neighbors(nothing)
    assert (best == -1).all()
    assert (similar == 0).all()
    assert scorer.score(nothing) == pytest.approx(np.full((2, 12), np.log(0.001)), rel=1e-5)
    assert scorer.score(features_of(np.zeros((0, 60)))).shape == (0, 12)


def test_threads_and_batches_change_nothing() -> None:
    large = make_problem(n_docs=400)
    scorer = Neighbors(k=10).fit(large.features, large.targets, n_threads=1)
    whole = scorer.score(large.features, n_threads=1)
    assert np.array_equal(whole, scorer.score(large.features, n_threads=2))
    for i in (0, 3, 129, 399):
        assert np.array_equal(whole[i], scorer.score(large.features.rows(np.array([i])))[0])


def test_what_is_listed_is_what_is_scored(problem: Problem) -> None:
    queries = features_of(np.vstack([make_problem(seed=5).features["words"].toarray(), np.zeros((2, 60))]))
    scorer = Neighbors(k=9).fit(problem.features, problem.targets)
    listed = scorer.listed(queries, n_threads=2)
    assert (listed.indptr.dtype, listed.columns.dtype, listed.values.dtype) == (np.int64, np.int32, np.float32)
    assert np.array_equal(listed.dense(12), scorer.score(queries))
    assert (listed.values > listed.absent).all()
    assert listed.indptr[150] == listed.indptr[152] == len(listed.columns)
    for first, last in pairwise(listed.indptr):
        assert len(set(listed.columns[first:last].tolist())) == last - first


@pytest.mark.parametrize("search", SEARCHES)
def test_a_kept_state_scores_bit_for_bit_alike(problem: Problem, search: str) -> None:
    rows = np.arange(0, 150, 2)
    scorer = Neighbors(k=5, search=search).fit(problem.features, problem.targets, rows)
    again = Neighbors(k=5, search=search).restore(scorer.state())
    assert np.array_equal(scorer.score(problem.features), again.score(problem.features))
    assert np.array_equal(scorer.neighbors(problem.features)[0], again.neighbors(problem.features)[0])


def test_a_state_is_small(problem: Problem) -> None:
    state = Neighbors().fit(problem.features, problem.targets).state()
    n_postings, n_labels = len(problem.x.data), len(problem.targets.indices)
    assert state["gaps"].nbytes == state["codes"].nbytes == n_postings
    assert state["target_labels"].nbytes == n_labels
    assert not len(state["rows"])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("gaps", None, "tensor 'gaps' is missing"),
        ("gaps", lambda x: x[:-1], "are not the postings of one index"),
        ("gaps", lambda x: np.append(x, x[-1:]), "are not the postings of one index"),
        ("gaps", lambda x: np.full_like(x, 255), "are not the postings of one index"),
        ("gaps", lambda x: np.full_like(x, 127), "are not the postings of one index"),
        ("gaps", lambda x: x.astype(np.int16), "tensor 'gaps' is int16"),
        ("codes", lambda x: x[:-1], "are not the postings of one index"),
        ("codes", lambda x: np.append(x, x), "are not the postings of one index"),
        ("sizes", lambda x: x[:-1], "tensor 'shape' is 75 x 60, expected"),
        ("sizes", lambda x: np.append(x, x[-1:]), "are not the postings of one index"),
        ("sizes", lambda x: np.full_like(x, 128), "are not the postings of one index"),
        ("sizes", lambda x: x[::-1].copy() | 1, "are not the postings of one index"),
        ("weights", lambda x: x[:255], "tensor 'weights' is int32"),
        ("weights", lambda x: np.full_like(x, 1 << 30), "must lie between -65536 and 65536"),
        ("shape", lambda x: x + 1, "tensor 'shape' is 76 x 61, expected 75"),
        ("shape", lambda x: x * (1, 1 << 20), "expected 75 x"),
        ("shape", lambda x: -x, "tensor 'shape' must lie between"),
        ("rows", None, "tensor 'rows' is missing"),
        ("rows", lambda x: x[:-1], "tensor 'rows' has 74 numbers, expected none or 75"),
        ("target_counts", lambda x: x + 1, "tensor 'target_counts' adds up to"),
        ("target_labels", lambda x: x + 12, "tensor 'target_labels' must lie between 0 and 11"),
        ("n_labels", lambda x: x * 0, "tensor 'n_labels' must lie between 1 and"),
    ],
)
def test_states_that_do_not_fit_are_refused(problem: Problem, name: str, value: Any, message: str) -> None:
    state = dict(Neighbors().fit(problem.features, problem.targets, np.arange(0, 150, 2)).state())
    if value is None:
        del state[name]
    else:
        state[name] = value(state[name])
    for n_features in (None, 60):
        with pytest.raises(DataError, match=message):
            Neighbors().restore(state, n_features=n_features)


def test_other_features_than_the_index_has_are_refused(problem: Problem) -> None:
    scorer = Neighbors().fit(problem.features, problem.targets)
    with pytest.raises(DataError, match="the documents have 61 features, the index 60"):
        scorer.score(features_of(np.ones((1, 61))))
    with pytest.raises(DataError, match="tensor 'shape' is 150 x 60, expected 150 x 61"):
        Neighbors().restore(scorer.state(), n_features=61)


def test_bad_parameters_and_unfitted_use(problem: Problem) -> None:
    with pytest.raises(RecipeError, match="neighbors need k >= 1, found 0"):
        Neighbors(k=0)
    with pytest.raises(RecipeError, match="the search for neighbors is one of exact, approximate, found 'quick'"):
        Neighbors(search="quick")
    none: Features = problem.features
    with pytest.raises(NotFittedError, match="call fit before score"):
        Neighbors().score(none)
    with pytest.raises(NotFittedError, match="call fit before"):
        Neighbors().neighbors(none)
    with pytest.raises(NotFittedError, match="call fit before state"):
        Neighbors().state()
