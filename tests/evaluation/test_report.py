import numpy as np

from headword.evaluation import evaluate_suggestions
from headword.evaluation.report import plain


def test_plain_data_has_no_numpy_and_no_nan() -> None:
    got = plain({1: (np.float64("nan"), np.int64(2), [np.float32(0.5)]), "a": float("inf"), "b": np.bool_(True)})
    assert got == {"1": [None, 2, [0.5]], "a": None, "b": True}
    assert type(got["1"][1]) is int
    assert type(got["b"]) is bool


def test_tables_hang_on_the_report(case, training) -> None:
    report = evaluate_suggestions(*case, **training, n_bootstrap=0)
    assert [row.label for row in report.per_label()] == ["zoology", "botany", "rare", "new"]
    assert [row.id for row in report.decisions()] == ["0", "1", "2", "3"]
    assert "aligned" not in repr(report)
