"""Micro-averages: every (document, label) decision counts once, whatever its document or label.

Nothing chosen and nothing true is 0, as scikit-learn's `zero_division=0`.
"""

import numpy as np
import scipy.sparse as sp

from headword.metrics.additive import Ratio
from headword.metrics.counts import Decisions


def micro_precision(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return hits / decisions; 0 if nothing was chosen.

    Parameters
    ----------
    y_true, y_pred
        CSR (n_docs, n_labels) of ones.
    """
    return micro_ratios(Decisions.of(y_true, y_pred))["micro_precision"].value


def micro_recall(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return hits / true labels; 0 if there are none. Parameters as `micro_precision`."""
    return micro_ratios(Decisions.of(y_true, y_pred))["micro_recall"].value


def micro_f1(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return 2 hits / (decisions + true labels); 0 if there are neither. Parameters as `micro_precision`."""
    return micro_ratios(Decisions.of(y_true, y_pred))["micro_f1"].value


def micro_ratios(decisions: Decisions) -> dict[str, Ratio]:
    """Return the three micro-averages, document by document."""
    tp, pred, true = decisions.doc_tp, decisions.doc_pred, decisions.doc_true
    return {
        "micro_precision": Ratio(tp, pred, empty=0.0),
        "micro_recall": Ratio(tp, true, empty=0.0),
        "micro_f1": Ratio(2.0 * tp, np.asarray(pred + true), empty=0.0),
    }
