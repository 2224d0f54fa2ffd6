"""Averages over labels: each label's precision, recall and F1, then a mean.

`macro_*` average over the labels that apply to at least one document of the evaluation, `macro_f1_all` over every label
of the matrix (what scikit-learn calls macro), `weighted_*` weight a label by the documents it applies to. A label with
nothing chosen has precision 0, one with nothing true recall 0, one with neither F1 0 (scikit-learn's
`zero_division=0`).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.metrics.additive import divide, point_values
from headword.metrics.counts import Decisions


def macro_precision(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean precision of the labels with at least one document; NaN if there are none.

    Parameters
    ----------
    y_true, y_pred
        CSR (n_docs, n_labels) of ones.
    """
    return _point(y_true, y_pred, "macro_precision")


def macro_recall(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean recall of the labels with at least one document; NaN if none. Parameters as `macro_precision`."""
    return _point(y_true, y_pred, "macro_recall")


def macro_f1(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean F1 of the labels with at least one document; NaN if none. Parameters as `macro_precision`."""
    return _point(y_true, y_pred, "macro_f1")


def macro_f1_all(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean F1 of all labels, 0 for those without documents; NaN without labels.

    Parameters as `macro_precision`.
    """
    return _point(y_true, y_pred, "macro_f1_all")


def weighted_precision(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean precision weighted by a label's documents; 0 if none. Parameters as `macro_precision`."""
    return _point(y_true, y_pred, "weighted_precision")


def weighted_recall(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean recall weighted by a label's documents, which is micro-recall; 0 if none.

    Parameters as `macro_precision`.
    """
    return _point(y_true, y_pred, "weighted_recall")


def weighted_f1(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean F1 weighted by a label's documents; 0 if there are none. Parameters as `macro_precision`."""
    return _point(y_true, y_pred, "weighted_f1")


def precision_recall_f1(
    tp: np.ndarray, pred: np.ndarray, true: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1 from counts of hits, decisions and truths (any one shape); 0 for 0/0."""
    return divide(tp, pred, 0.0), divide(tp, true, 0.0), divide(2.0 * tp, pred + true, 0.0)


@dataclass(frozen=True, eq=False)
class LabelAverages:
    """All averages over labels as one Additive.

    The quantities are hits, decisions and truths of each label that has any; the others add 0 to every sum, and only
    `n_labels` knows of them. Three sparse blocks, so a resample costs as much as there are chosen and true labels.

    Attributes
    ----------
    quantities
        CSR (3 * n_active, n_docs).
    n_labels
        All labels, for `macro_f1_all`.
    """

    quantities: sp.csr_matrix
    n_labels: int

    @classmethod
    def of(cls, decisions: Decisions, active: np.ndarray | None = None) -> "LabelAverages":
        """Collect the per-document, per-label counts, of the labels `active` where that is given (a superset)."""
        if active is None:
            _, pred, true = decisions.label_counts()
            active = np.flatnonzero(pred + true)
        blocks = [m.tocsc()[:, active].T for m in (decisions.both, decisions.y_pred, decisions.y_true)]
        return cls(sp.vstack(blocks, format="csr"), decisions.shape[1])

    def compute(self, totals: np.ndarray) -> dict[str, np.ndarray]:
        """Return the averages by name; totals (3 * n_active, n_resamples)."""
        n = totals.shape[0] // 3
        true = totals[2 * n :]
        n_present, n_true = (true > 0).sum(axis=0), true.sum(axis=0)
        out = {}
        per_label = precision_recall_f1(totals[:n], totals[n : 2 * n], true)
        for name, value in zip(("precision", "recall", "f1"), per_label, strict=True):
            # A label without documents has no hits, so all three are 0 and it adds nothing to the sum.
            out[f"macro_{name}"] = divide(value.sum(axis=0), n_present, np.nan)
            out[f"weighted_{name}"] = divide(np.multiply(value, true).sum(axis=0), n_true, 0.0)
        out["macro_f1_all"] = divide(per_label[2].sum(axis=0), np.full(totals.shape[1], self.n_labels), np.nan)
        return out


def _point(y_true: sp.csr_matrix, y_pred: sp.csr_matrix, name: str) -> float:
    return point_values([LabelAverages.of(Decisions.of(y_true, y_pred))])[name]
