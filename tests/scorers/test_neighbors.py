import numpy as np
import pytest

from headword.core.errors import NotFittedError, RecipeError
from headword.scorers.neighbors import Neighbors
from headword.text.features import Features

from .conftest import Problem, features_of, make_problem, targets_of


def brute_force(index: np.ndarray, queries: np.ndarray, k: int) -> list[list[tuple[int, float]]]:
    cosines = queries @ index.T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return [[(int(i), float(row[i])) for i in at if row[i] > 0] for row, at in zip(cosines, order, strict=True)]


@pytest.mark.parametrize("k", [1, 7, 400])
def test_neighbors_are_those_of_brute_force(problem: Problem, k: int) -> None:
    queries = make_problem(seed=5).features
    best, similar = Neighbors(k=k).fit(problem.features, problem.targets).neighbors(queries)
    assert best.shape == similar.shape == (150, k)
    expected = brute_force(problem.x.toarray(), queries["words"].toarray(), k)
    for documents, cosines, plain in zip(best, similar, expected, strict=True):
        found = documents[documents >= 0]
        assert len(found) == len(plain)
        assert cosines[: len(found)] == pytest.approx([cosine for _, cosine in plain], abs=1e-5)
        assert (np.diff(cosines) <= 0).all()
        assert (cosines[len(found) :] == 0).all()
        assert len(set(found.tolist())) == len(found)


def test_votes_by_hand() -> None:
    # cosines with the query (1, 1) / sqrt 2: 1, sqrt 1/2, 0; squares 1, 1/2; shares 2/3, 1/3
    index = features_of([[1, 1, 0], [1, 0, 0], [0, 0, 1]])
    scorer = Neighbors(k=3, power=2.0).fit(index, targets_of([[1, 0, 0], [1, 1, 0], [0, 0, 1]]))
    found = scorer.score(features_of([[2, 2, 0]]))
    assert found == pytest.approx(np.log([[1.001, 1 / 3 + 0.001, 0.001]]), abs=1e-5)
    assert scorer.neighbors(features_of([[2, 2, 0]]))[0].tolist() == [[0, 1, -1]]


def test_votes_are_those_of_brute_force(problem: Problem) -> None:
    queries = make_problem(seed=5).features
    found = Neighbors(k=9, power=1.5).fit(problem.features, problem.targets).score(queries)
    true = problem.targets.toarray()
    for i, plain in enumerate(brute_force(problem.x.toarray(), queries["words"].toarray(), 9)):
        weights = np.array([cosine**1.5 for _, cosine in plain])
        share = (true[[d for d, _ in plain]] * (weights / weights.sum())[:, None]).sum(axis=0) if plain else 0 * true[0]
        assert found[i] == pytest.approx(np.log(share + 0.001), abs=1e-3)


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


def test_a_kept_state_scores_bit_for_bit_alike(problem: Problem) -> None:
    rows = np.arange(0, 150, 2)
    scorer = Neighbors(k=5).fit(problem.features, problem.targets, rows)
    again = Neighbors(k=5).restore(scorer.state())
    assert np.array_equal(scorer.score(problem.features), again.score(problem.features))
    assert np.array_equal(scorer.neighbors(problem.features)[0], again.neighbors(problem.features)[0])


def test_bad_parameters_and_unfitted_use(problem: Problem) -> None:
    with pytest.raises(RecipeError, match="neighbors need k >= 1, found 0"):
        Neighbors(k=0)
    none: Features = problem.features
    with pytest.raises(NotFittedError, match="call fit before score"):
        Neighbors().score(none)
    with pytest.raises(NotFittedError, match="call fit before"):
        Neighbors().neighbors(none)
    with pytest.raises(NotFittedError, match="call fit before state"):
        Neighbors().state()
