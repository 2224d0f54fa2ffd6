from dataclasses import replace

import numpy as np
import pytest

from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestion, Suggestions


def suggestions() -> Suggestions:
    return Suggestions(
        ids=("x", "y", "z"),
        label_space=LabelSpace(("a", "b", "c", "d")),
        indptr=np.array([0, 4, 4, 6], dtype=np.int64),
        columns=np.array([2, 0, 3, 1, 1, 2], dtype=np.int32),
        scores=np.array([3, 0, -1, -2, 1, 0.5], dtype=np.float32),
        probabilities=np.array([0.95, 0.5, 0.25, 0.125, 0.75, 0.625], dtype=np.float32),
        chosen=np.array([True, False, True, False, True, True]),
    )


def test_a_document_gives_its_labels_best_first() -> None:
    found = suggestions()
    assert found.shape == (3, 4)
    assert found[2] == [Suggestion("b", 0.75, 1.0, True), Suggestion("c", 0.625, 0.5, True)]
    assert found[-1] == found[2]
    assert [[s.label for s in one] for one in found] == [["c", "a", "d", "b"], [], ["b", "c"]]
    with pytest.raises(IndexError, match="out of range"):
        found[3]


def test_top_keeps_the_best_and_every_chosen_label() -> None:
    best = suggestions().top(1)
    assert [[s.label for s in one] for one in best] == [["c", "d"], [], ["b", "c"]]
    assert best.indptr.dtype == np.int64
    assert [s.label for s in suggestions().top(2)[0]] == ["c", "a", "d"]
    assert [[s.label for s in one] for one in suggestions().top(0)] == [["c", "d"], [], ["b", "c"]]


def test_top_of_all_is_all() -> None:
    assert list(suggestions().top(99)) == list(suggestions())


def test_matrices_hold_what_is_listed() -> None:
    found = suggestions()
    scores = found.score_matrix()
    assert scores.nnz == 6  # the score 0 is stored
    assert scores.toarray()[0].tolist() == [0, -2, 3, -1]
    assert found.probability_matrix().toarray()[2].tolist() == [0, 0.75, 0.625, 0]
    chosen = found.chosen_matrix()
    assert chosen.toarray().tolist() == [[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 1, 0]]
    assert chosen.nnz == 4
    assert chosen.dtype == np.float32


def test_matrices_are_copies() -> None:
    found = suggestions()
    found.score_matrix().data[:] = 7
    assert found.scores[0] == 3


def test_arrays_must_fit() -> None:
    with pytest.raises(DataError, match="3 documents need 4 row bounds, found 3"):
        replace(suggestions(), indptr=np.array([0, 4, 6]))
    for name in ("columns", "scores", "probabilities", "chosen"):
        with pytest.raises(DataError, match=f"6 entries need as many {name}, found 1"):
            replace(suggestions(), **{name: np.zeros(1)})
