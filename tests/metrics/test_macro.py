import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import precision_recall_fscore_support

from headword.metrics import macro

PARTS = ("precision", "recall", "f1")


def ours(world, average):
    return [getattr(macro, f"{average}_{part}")(world.y_true, world.y_pred) for part in PARTS]


def test_macro_agrees_with_scikit_learn_over_the_labels_with_documents(world) -> None:
    has = world.true.sum(axis=0) > 0
    want = precision_recall_fscore_support(world.true[:, has], world.pred[:, has], average="macro", zero_division=0)[:3]
    assert ours(world, "macro") == pytest.approx(want, abs=1e-12)


def test_macro_f1_all_is_scikit_learns_macro(world) -> None:
    want = precision_recall_fscore_support(world.true, world.pred, average="macro", zero_division=0)[2]
    assert macro.macro_f1_all(world.y_true, world.y_pred) == pytest.approx(want, abs=1e-12)


def test_weighted_agrees_with_scikit_learn(world) -> None:
    want = precision_recall_fscore_support(world.true, world.pred, average="weighted", zero_division=0)[:3]
    assert ours(world, "weighted") == pytest.approx(want, abs=1e-12)


def test_a_label_without_documents_lowers_only_macro_f1_all() -> None:
    y_true, y_pred = sp.csr_matrix([[1, 0], [1, 0]]), sp.csr_matrix([[1, 1], [1, 0]])
    assert macro.macro_f1(y_true, y_pred) == 1.0
    assert macro.macro_f1_all(y_true, y_pred) == 0.5


def test_nothing_true_is_undefined_for_macro_and_zero_for_the_others() -> None:
    y_true, y_pred = sp.csr_matrix((2, 2)), sp.csr_matrix([[1, 0], [0, 0]])
    assert np.isnan(macro.macro_f1(y_true, y_pred))
    assert macro.macro_f1_all(y_true, y_pred) == 0.0
    assert macro.weighted_f1(y_true, y_pred) == 0.0


def test_nothing_chosen_is_zero() -> None:
    assert macro.macro_precision(sp.csr_matrix([[1, 0]]), sp.csr_matrix((1, 2))) == 0.0
