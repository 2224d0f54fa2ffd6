"""Averages over documents: one figure for each document's set of chosen labels, then the mean.

A document with nothing chosen and nothing true counts 0 in precision, recall, F1 and Jaccard, as scikit-learn's
`zero_division=0`, and 1 in subset accuracy. All are NaN without documents.
"""

import numpy as np
import scipy.sparse as sp

from headword.metrics.additive import Ratio, divide
from headword.metrics.counts import Decisions


def samples_precision(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean share of a document's chosen labels that apply; 0 for a document with none chosen.

    Parameters
    ----------
    y_true, y_pred
        CSR (n_docs, n_labels) of ones.
    """
    return samples_ratios(Decisions.of(y_true, y_pred))["samples_precision"].value


def samples_recall(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean share of a document's labels that were chosen; 0 for one without labels, unlike R@k.

    Parameters as `samples_precision`.
    """
    return samples_ratios(Decisions.of(y_true, y_pred))["samples_recall"].value


def samples_f1(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean F1 of a document's chosen labels. Parameters as `samples_precision`."""
    return samples_ratios(Decisions.of(y_true, y_pred))["samples_f1"].value


def jaccard(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the mean of hits / (chosen or true labels). Parameters as `samples_precision`."""
    return samples_ratios(Decisions.of(y_true, y_pred))["jaccard"].value


def hamming(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the share of all n_docs * n_labels pairs that are decided wrongly; lower is better.

    It is small for whoever chooses nothing: read it beside the baselines. Parameters as `samples_precision`.
    """
    return samples_ratios(Decisions.of(y_true, y_pred))["hamming"].value


def subset_accuracy(y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> float:
    """Return the share of documents with exactly the true labels chosen. Parameters as `samples_precision`."""
    return samples_ratios(Decisions.of(y_true, y_pred))["subset_accuracy"].value


def samples_ratios(decisions: Decisions) -> dict[str, Ratio]:
    """Return the averages over documents, document by document."""
    tp, pred, true = decisions.doc_tp, decisions.doc_pred, decisions.doc_true
    wrong = pred + true - 2.0 * tp
    per_doc = {
        "samples_precision": divide(tp, pred, 0.0),
        "samples_recall": divide(tp, true, 0.0),
        "samples_f1": divide(2.0 * tp, pred + true, 0.0),
        "jaccard": divide(tp, pred + true - tp, 0.0),
        "hamming": wrong / max(decisions.shape[1], 1),
        "subset_accuracy": (wrong == 0).astype(np.float64),
    }
    one = np.ones(decisions.shape[0])
    return {name: Ratio(values, one) for name, values in per_doc.items()}
