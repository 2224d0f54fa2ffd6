from dataclasses import replace

import numpy as np
import pytest

from headword.core.errors import DataError, LabelSpaceError
from headword.evaluation.align import align


def test_the_models_labels_come_first_and_test_only_ones_follow(case, training) -> None:
    aligned = align(*case, **training)
    assert aligned.label_space.names == ("zoology", "botany", "rare", "new")
    assert aligned.y_true.toarray().tolist() == [[0, 1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert aligned.train_support.tolist() == [600, 90, 3, 0]
    assert aligned.test_support.tolist() == [2, 1, 0, 1]


def test_documents_that_are_not_annotated_are_left_out_and_counted(case, training) -> None:
    aligned = align(*case, **training)
    assert aligned.ids == ("0", "1", "2", "3")
    assert aligned.n_unannotated == 1
    assert aligned.predictions.y_pred.toarray().tolist() == [[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_labels_of_the_corpus_that_no_evaluated_document_has_are_not_evaluated(case, training, make_corpus) -> None:
    corpus = make_corpus([["botany"], ["zoology"], [], [], [], ["elsewhere"]]).subset(range(5))
    assert "elsewhere" not in align(case[0], corpus, **training).label_space


def test_only_an_unannotated_document_has_it_so_it_is_not_evaluated(case, training) -> None:
    corpus = replace(case[1], annotated=np.array([True, False, True, True, False]))
    assert align(case[0], corpus, **training).label_space.names == ("zoology", "botany", "rare")


def test_zero_scores_stay_scores(make_suggestions, make_corpus) -> None:
    aligned = align(
        make_suggestions(["a"], [[("a", 0.5)]]), make_corpus([["a"]]), train_support=np.array([1]), n_train=1
    )
    assert aligned.predictions.y_score.data.tolist() == [0.0]


def test_bad_input_is_named(case, training, make_corpus) -> None:
    suggestions, corpus = case
    with pytest.raises(DataError, match="5 documents have suggestions but the corpus holds 2"):
        align(suggestions, corpus.subset([0, 1]), **training)
    with pytest.raises(DataError, match="document 1 is '0' in the suggestions but '1' in the corpus"):
        align(suggestions, corpus.subset([1, 0, 2, 3, 4]), **training)
    with pytest.raises(DataError, match="none of the 5 documents is annotated"):
        align(suggestions, make_corpus([None] * 5), **training)
    with pytest.raises(LabelSpaceError, match=r"train_support of shape \(2,\) does not fit the model's 3 labels"):
        align(suggestions, corpus, train_support=np.array([1, 2]), n_train=10)
    with pytest.raises(DataError, match="found n_train=5"):
        align(suggestions, corpus, train_support=np.array([1, 2, 6]), n_train=5)
