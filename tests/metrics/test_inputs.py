import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.inputs import at_true, binary, rows_of, same_shape, values


def test_marks_exactly_the_stored_entries_that_are_true(world) -> None:
    score = world.y_score
    marked = at_true(binary(world.y_true), score)
    assert (marked == world.true[rows_of(score), score.indices].astype(bool)).all()


def test_marks_nothing_without_truth_or_entries() -> None:
    empty, full = sp.csr_matrix((2, 3)), sp.csr_matrix(np.ones((2, 3)))
    assert not at_true(empty, full).any()
    assert at_true(full, empty).shape == (0,)


def test_explicit_zeros_are_no_labels_but_are_scores() -> None:
    matrix = sp.csr_matrix((np.array([0.0, 1.0]), ([0, 0], [0, 1])), shape=(1, 2))
    assert binary(matrix).nnz == 1
    assert values(matrix, name="y_score").nnz == 2
    assert matrix.nnz == 2


def test_sorts_a_copy() -> None:
    matrix = sp.csr_matrix((np.array([2.0, 1.0]), np.array([1, 0]), np.array([0, 2])), shape=(1, 2))
    assert values(matrix, name="y_score").data.tolist() == [1.0, 2.0]
    assert matrix.indices.tolist() == [1, 0]


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.float32])
def test_any_number_type_of_ones_will_do(kind) -> None:
    assert binary(sp.csr_matrix(np.eye(3, dtype=kind))).data.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(2), "must be a scipy sparse matrix, found ndarray"),
        (sp.csr_matrix([[2.0]]), "must hold ones only .* found 2"),
        (sp.csr_matrix([[np.nan]]), "holds NaN"),
        (sp.csr_matrix((np.ones(2), np.array([0, 0]), np.array([0, 2])), shape=(1, 1)), "position twice"),
    ],
)
def test_says_what_is_wrong_with_a_matrix(matrix, message) -> None:
    with pytest.raises(DataError, match=message):
        binary(matrix)


def test_says_which_shapes_differ() -> None:
    with pytest.raises(DataError, match=r"y_true is \(1, 2\) but y_pred is \(2, 1\)"):
        same_shape(sp.csr_matrix((1, 2)), sp.csr_matrix((2, 1)), name="y_pred")
