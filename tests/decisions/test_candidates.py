import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.decisions.candidates import Candidates
from headword.decisions.scales import Scales
from headword.scorers.protocol import Listed

SHAPES = st.tuples(st.integers(1, 3), st.integers(0, 5), st.integers(1, 7))


def plain_selection(scores: np.ndarray, most: int) -> list[list[int]]:
    order = np.argsort(-scores, axis=2, kind="stable")[:, :, :most]
    return [sorted(set(order[:, doc].ravel().tolist())) for doc in range(scores.shape[1])]


def rows_of(found: Candidates) -> list[list[int]]:
    return [found.columns[a:b].tolist() for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True)]


@settings(deadline=None)
@given(SHAPES, st.integers(1, 9), st.integers(0, 10_000))
def test_the_union_of_each_members_best(shape: tuple[int, int, int], most: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-2, 3, shape).astype(np.float32)  # full of ties
    found = Candidates.select(scores, most)
    assert rows_of(found) == plain_selection(scores, most)
    assert found.n_labels == shape[2]
    assert len(found) == shape[1]
    assert np.array_equal(found.values, scores[:, found.documents, found.columns].T)
    assert (found.indptr.dtype, found.columns.dtype, found.values.dtype) == (np.int64, np.int32, np.float32)


@settings(deadline=None)
@given(SHAPES, st.integers(0, 10_000))
def test_right_pairs_are_marked(shape: tuple[int, int, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = Candidates.select(rng.standard_normal(shape).astype(np.float32), 3)
    truth = (rng.random(shape[1:]) < 0.4).astype(np.float32)
    expected = truth[found.documents, found.columns]
    assert np.array_equal(found.targets(sp.csr_matrix(truth)), expected)


@settings(deadline=None)
@given(SHAPES, st.integers(1, 9), st.integers(0, 10_000))
def test_lists_give_the_candidates_that_are_on_them(shape: tuple[int, int, int], most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = np.where(rng.random(shape) < 0.6, rng.integers(-2, 3, shape), -3).astype(np.float32)
    lists = []
    for of_member in scores:
        rows = [rng.permutation(np.flatnonzero(row > -3)) for row in of_member]
        columns = np.concatenate([np.zeros(0, np.int32), *rows]).astype(np.int32)
        indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
        values = of_member[np.repeat(np.arange(len(rows)), np.diff(indptr)), columns]
        lists.append(Listed(indptr, columns, values, -3.0))
    found, plain = Candidates.of_lists(lists, most, shape[2]), plain_selection(scores, most)
    listed = [
        [c for c in row if any(scores[m, d, c] > -3 and c in plain_selection(scores[m : m + 1], most)[d]
                               for m in range(shape[0]))]
        for d, row in enumerate(plain)
    ]  # fmt: skip
    assert rows_of(found) == listed
    assert np.array_equal(found.values, scores[:, found.documents, found.columns].T)
    assert (found.indptr.dtype, found.columns.dtype, found.values.dtype) == (np.int64, np.int32, np.float32)


@pytest.fixture
def found() -> Candidates:
    return Candidates.select(np.random.default_rng(0).standard_normal((2, 9, 6)).astype(np.float32), 2)


def test_rows_are_taken_in_order_and_put_together_again(found: Candidates) -> None:
    some = found.rows(np.array([4, 0, 4]))
    assert rows_of(some) == [rows_of(found)[i] for i in (4, 0, 4)]
    assert np.array_equal(some.values[: some.indptr[1]], found.values[found.indptr[4] : found.indptr[5]])
    assert len(found.rows(np.zeros(0, dtype=np.int64))) == 0
    parts = [found.rows(np.arange(a, a + 3)) for a in (0, 3, 6)]
    whole = Candidates.concatenate(parts)
    for name in ("indptr", "columns", "values"):
        assert np.array_equal(getattr(whole, name), getattr(found, name))
        assert getattr(whole, name).dtype == getattr(found, name).dtype


def test_members_come_and_go(found: Candidates) -> None:
    opinion = np.arange(len(found.columns), dtype=np.float64)
    more = found.with_member(opinion)
    assert more.values.shape == (len(opinion), 3)
    assert more.values.dtype == np.float32
    assert np.array_equal(more.of_members([2, 0]).values, more.values[:, [2, 0]])
    assert more.of_members([1]).values.flags.c_contiguous
    assert found.values.shape[1] == 2


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_nominated_are_the_candidates_of_some_members_alone(seed: int, most: int) -> None:
    scores = np.random.default_rng(seed).standard_normal((3, 5, 8)).astype(np.float32)
    found = Candidates.select(scores, most)
    for members in ([0], [2], [0, 1], [1, 2], [0, 1, 2]):
        alone = Candidates.select(scores[members], most)
        left = found.nominated_by(members, most)
        assert np.array_equal(left.indptr, alone.indptr)
        assert np.array_equal(left.columns, alone.columns)
        assert np.array_equal(left.values, alone.values)


def test_what_a_member_does_not_list_it_does_not_nominate() -> None:
    values = np.array([[3, -1], [0, -1], [0, -1], [0, 2]], dtype=np.float32)
    found = Candidates(np.array([0, 4, 4]), np.arange(4, dtype=np.int32), values, n_labels=4)
    assert found.nominated([0], 3).tolist() == [True, False, False, False]
    assert found.nominated([0, 1], 3).tolist() == [True, False, False, True]
    assert len(found.nominated_by([0, 1], 3).columns) == 4  # nobody left: what is there was nominated


def test_pair_features_by_hand() -> None:
    found = Candidates(
        np.array([0, 3, 3, 4], dtype=np.int64),
        np.array([0, 2, 3, 1], dtype=np.int32),
        np.array([[1.0], [4.0], [3.0], [5.0]], dtype=np.float32),
        n_labels=4,
    )
    prior = np.array([-1, -2, -3, -4], dtype=np.float32)
    scales = Scales(np.array([0.5], dtype=np.float32), np.array([-1.0], dtype=np.float32))
    # score, minus best, lead over the best other, ln(1 + rank), best, second best, log prior, ln(candidates), consensus
    expected = [
        [1, -3, -3, np.log(3), 4, 3, -1, np.log(3), -0.5, -0.5],
        [4, 0, 1, np.log(1), 4, 3, -3, np.log(3), 1, 1],
        [3, -1, -1, np.log(2), 4, 3, -4, np.log(3), 0.5, 0.5],
        [5, 0, 0, np.log(1), 5, 5, -2, np.log(1), 1.5, 1.5],
    ]
    assert found.features(prior, scales) == pytest.approx(np.array(expected), abs=1e-6)


def test_consensus_by_hand() -> None:
    one = Candidates(np.array([0, 1]), np.zeros(1, np.int32), np.array([[2.0, -40.0]], dtype=np.float32), n_labels=1)
    scales = Scales(np.array([1, 1], dtype=np.float32), np.array([1, 2], dtype=np.float32))
    mean = (1 / (1 + np.exp(-3)) + 0) / 2  # of probabilities, not of log odds: whoever is sure is heard
    features = one.features(np.zeros(1, np.float32), scales)[0]
    assert features[-2:] == pytest.approx([np.log(mean / (1 - mean)), (3 - 38) / 2], abs=1e-5)


def test_pair_features_of_each_member_stand_side_by_side(found: Candidates) -> None:
    prior = np.linspace(-1, 1, 6).astype(np.float32)
    scales = Scales(np.array([1, 2], dtype=np.float32), np.zeros(2, dtype=np.float32))
    both = found.features(prior, scales)
    assert both.shape == (len(found.columns), 16)
    for member in (0, 1):
        alone = found.of_members([member]).features(prior, scales.of([member]))
        assert np.array_equal(both[:, 6 * member : 6 * member + 6], alone[:, :6])
        assert np.array_equal(both[:, 12:14], alone[:, 6:8])
