import numpy as np
import pytest

from headword.core.errors import DataError
from headword.evaluation.align import align
from headword.evaluation.frequency import by_frequency, frequency_groups, unseen_labels


def test_the_bounds_belong_to_the_torso() -> None:
    groups = frequency_groups(np.array([501, 500, 50, 49, 1, 0]))
    assert {name: columns.tolist() for name, columns in groups.items()} == {
        "head": [0],
        "torso": [1, 2],
        "tail": [3, 4],
    }


def test_the_bounds_can_be_set() -> None:
    groups = frequency_groups(np.array([5, 3, 2, 1]), (2, 4))
    assert [c.tolist() for c in groups.values()] == [[0], [1, 2], [3]]
    with pytest.raises(DataError, match="1 <= lower <= upper, found 9 and 4"):
        frequency_groups(np.array([5]), (9, 4))


def test_figures_by_hand(case, training) -> None:
    found = by_frequency(align(*case, **training))
    # zoology: true in documents 1 and 2, chosen in 0 and 1, suggested for 1 only.
    assert found["head"] == {
        "n_labels": 1,
        "n_test_labels": 1,
        "n_assignments": 2,
        "n_chosen": 2,
        "micro_precision": 0.5,
        "micro_recall": 0.5,
        "micro_f1": 0.5,
        "macro_f1": 0.5,
        "macro_f1_all": 0.5,
        "found_in_top_5": 0.5,
    }
    # botany: true in document 0, chosen in 0 and 2.
    assert found["torso"]["micro_f1"] == pytest.approx(2 / 3)
    # rare: never true, never chosen.
    assert np.isnan(found["tail"]["micro_recall"])
    assert found["tail"]["macro_f1_all"] == 0.0


def test_unseen_labels_by_hand(case, training) -> None:
    assert unseen_labels(align(*case, **training)) == {
        "n_labels": 1,
        "share_of_labels": pytest.approx(1 / 3),
        "n_assignments": 1,
        "share_of_assignments": 0.25,
        "n_documents": 1,
        "examples": ["new"],
    }


def test_a_label_of_the_model_without_training_documents_is_unseen_too(case) -> None:
    found = unseen_labels(align(*case, train_support=np.array([0, 5, 1]), n_train=10))
    assert found["examples"] == ["zoology", "new"]
    assert found["n_assignments"] == 3
    assert found["n_documents"] == 2


def test_nothing_true_has_no_shares(case, training, make_corpus) -> None:
    found = unseen_labels(align(case[0], make_corpus([[]] * 5), **training))
    assert np.isnan(found["share_of_assignments"])
