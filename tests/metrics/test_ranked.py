import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.ranked import Ranking


def test_best_first_and_ties_in_column_order() -> None:
    ranking = Ranking.of(sp.csr_matrix([[0, 1, 0, 1]]), sp.csr_matrix([[1.0, 3.0, 3.0, 2.0]]))
    assert ranking.columns.tolist() == [1, 2, 3, 0]
    assert ranking.ranks.tolist() == [0, 1, 2, 3]
    assert ranking.hits.tolist() == [True, False, True, False]


def test_a_zero_is_a_score_and_beats_negative_ones(sparse_scores) -> None:
    dense = np.array([[-1.0, 0.0, -2.0]])
    ranking = Ranking.of(sp.csr_matrix((1, 3)), sparse_scores(dense, np.array([[True, True, False]])))
    assert ranking.columns.tolist() == [1, 0]


def test_a_stored_minus_infinity_is_as_good_as_absent(sparse_scores) -> None:
    dense = np.array([[1.0, -np.inf], [-np.inf, 2.0]])
    ranking = Ranking.of(sp.csr_matrix(np.eye(2)), sparse_scores(dense, np.ones((2, 2), dtype=bool)))
    assert ranking.columns.tolist() == [0, 1]
    assert ranking.order.tolist() == [0, 3]
    assert ranking.indptr.tolist() == [0, 1, 2]


def test_entries_keep_their_way_back_to_the_matrix(world) -> None:
    score = world.y_score
    ranking = Ranking.of(world.y_true, score)
    assert (score.data[ranking.order] == ranking.scores).all()
    assert (score.indices[ranking.order] == ranking.columns).all()


def test_shapes_must_agree() -> None:
    with pytest.raises(DataError, match="y_score"):
        Ranking.of(sp.csr_matrix((2, 2)), sp.csr_matrix((2, 3)))
