import pytest
import scipy.sparse as sp
from sklearn.metrics import precision_recall_fscore_support

from headword.metrics.micro import micro_f1, micro_precision, micro_recall


def test_agrees_with_scikit_learn(world) -> None:
    want = precision_recall_fscore_support(world.true, world.pred, average="micro", zero_division=0)[:3]
    got = [metric(world.y_true, world.y_pred) for metric in (micro_precision, micro_recall, micro_f1)]
    assert got == pytest.approx(want, abs=1e-12)


def test_worked_example() -> None:
    # 2 hits of 3 choices and 4 true labels.
    y_true, y_pred = sp.csr_matrix([[1, 1, 0], [1, 1, 0]]), sp.csr_matrix([[1, 0, 1], [0, 1, 0]])
    assert micro_precision(y_true, y_pred) == pytest.approx(2 / 3)
    assert micro_recall(y_true, y_pred) == 0.5
    assert micro_f1(y_true, y_pred) == pytest.approx(4 / 7)


@pytest.mark.parametrize("metric", [micro_precision, micro_recall, micro_f1])
def test_nothing_chosen_and_nothing_true_is_zero(metric) -> None:
    assert metric(sp.csr_matrix((3, 2)), sp.csr_matrix((3, 2))) == 0.0
