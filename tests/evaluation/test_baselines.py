import numpy as np
import pytest

from headword.evaluation.align import align
from headword.evaluation.baselines import baselines, typical_cardinality


@pytest.mark.parametrize(
    ("support", "n_train", "k"), [([6, 1], 10, 1), ([9, 6], 10, 2), ([9, 9, 6], 10, 2), ([0, 0], 10, 1), ([1], 1, 1)]
)
def test_the_usual_number_of_labels_is_rounded_and_at_least_one(support, n_train, k) -> None:
    assert typical_cardinality(np.array(support), n_train) == k


def test_every_document_gets_the_same(case) -> None:
    aligned = align(*case, train_support=np.array([6, 9, 1]), n_train=10)
    found = baselines(aligned)
    assert found["predict_nothing"].y_score.nnz == found["predict_nothing"].y_pred.nnz == 0
    frequent, prior = found["most_frequent_labels"], found["label_prior"]
    assert frequent.y_pred.toarray().tolist() == [[1, 1, 0, 0]] * 4
    assert frequent.y_prob.toarray().tolist() == [[1, 1, 0, 0]] * 4
    assert prior.y_prob.toarray() == pytest.approx(np.array([[0.6, 0.9, 0.1, 0.0]] * 4))
    assert prior.y_pred.toarray().tolist() == [[1, 1, 0, 0]] * 4


def test_equally_frequent_labels_stand_in_column_order(case) -> None:
    aligned = align(*case, train_support=np.array([4, 4, 4]), n_train=10)
    assert baselines(aligned)["most_frequent_labels"].y_pred.toarray().tolist() == [[1, 0, 0, 0]] * 4
    assert baselines(aligned)["label_prior"].y_pred.nnz == 0


def test_labels_without_training_documents_are_never_given(case) -> None:
    aligned = align(*case, train_support=np.array([0, 7, 0]), n_train=7)
    assert baselines(aligned)["label_prior"].y_score.indices.tolist() == [1] * 4


def test_a_model_without_any_trained_label_still_has_baselines(case) -> None:
    aligned = align(*case, train_support=np.zeros(3, dtype=int), n_train=7)
    assert all(p.y_score.nnz == 0 for p in baselines(aligned).values())
