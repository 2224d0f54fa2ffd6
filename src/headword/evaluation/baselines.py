"""What is reached without reading a document: the figures every other figure must be held against."""

import numpy as np
import scipy.sparse as sp

from headword.evaluation.align import Aligned, Predictions

LISTED = 100


def typical_cardinality(train_support: np.ndarray, n_train: int) -> int:
    """Return the labels of an average training document, rounded (halves up), at least 1."""
    return max(1, int(np.floor(train_support.sum() / n_train + 0.5)))


def baselines(aligned: Aligned) -> dict[str, Predictions]:
    """Return the three baselines by name.

    predict_nothing
        Neither scores nor choices.
    most_frequent_labels
        Each document gets the k most frequent training labels, with probability 1; k is `typical_cardinality`.
    label_prior
        Each document gets the LISTED most frequent training labels with their share of training documents as score and
        probability; those of at least one half are chosen.

    Equally frequent labels stand in column order; labels without training documents are never given.
    """
    shape = (int(aligned.y_true.shape[0]), len(aligned.label_space))
    support = aligned.train_support
    by_frequency = np.argsort(-support, kind="stable")[: int((support > 0).sum())]
    prior = support / aligned.n_train
    k = typical_cardinality(support, aligned.n_train)
    return {
        "predict_nothing": _same_for_all(shape, by_frequency[:0], prior, prior),
        "most_frequent_labels": _same_for_all(shape, by_frequency[:k], prior, np.ones(len(prior))),
        "label_prior": _same_for_all(shape, by_frequency[:LISTED], prior, prior),
    }


def _same_for_all(
    shape: tuple[int, int], columns: np.ndarray, score: np.ndarray, probability: np.ndarray
) -> Predictions:
    """Give every document the labels `columns`; score and probability are (n_labels,), from 1/2 a label is chosen."""
    listed = np.sort(columns)
    chosen = listed[probability[listed] >= 0.5]
    return Predictions(
        y_score=_tiled(shape, listed, score[listed]),
        y_prob=_tiled(shape, listed, probability[listed]),
        y_pred=_tiled(shape, chosen, np.ones(len(chosen))),
    )


def _tiled(shape: tuple[int, int], columns: np.ndarray, data: np.ndarray) -> sp.csr_matrix:
    n_docs = shape[0]
    indptr = np.arange(n_docs + 1, dtype=np.int64) * len(columns)
    return sp.csr_matrix((np.tile(data, n_docs), np.tile(columns, n_docs), indptr), shape=shape)
