"""Scored documents as the promises of headword take them, and random parts of them."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from benchmarks.trust.scores import Scored
from headword.decisions.judged import Judged
from headword.metrics.ranked import Ranking


def sigmoid(scores: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-score), float64."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores.astype(np.float64), -30, 30))))


def probabilities(scores: sp.csr_matrix) -> sp.csr_matrix:
    """Return the scores as log odds taken for probabilities; absent ones stay absent."""
    return sp.csr_matrix((sigmoid(scores.data), scores.indices, scores.indptr), shape=scores.shape)


def judged(found: Scored, part: str) -> Judged:
    """Return the suggestions and the truth of one part."""
    believed = probabilities(found.scores[part])
    ranking, truth = Ranking.of(found.truth[part], believed), found.truth[part]
    p = ranking.scores.astype(np.float32)
    inside = believed.copy()
    inside.data = inside.data + 1.0  # so that a probability of 0 stays an entry
    documents = np.repeat(np.arange(truth.shape[0]), np.diff(truth.indptr))
    at_true = np.asarray(inside[documents, truth.indices]).ravel() - 1.0
    return Judged(
        indptr=ranking.indptr,
        columns=ranking.columns.astype(np.int32),
        probabilities=p,
        right=ranking.hits.astype(np.float64),
        chosen=p >= found.thresholds[ranking.columns],
        true_documents=documents,
        true_columns=truth.indices.astype(np.int64),
        true_probabilities=at_true.astype(np.float32),
        n_labels=truth.shape[1],
    )


def joined(first: Judged, second: Judged) -> Judged:
    """Return the documents of both."""
    arrays = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("columns", "probabilities", "right", "chosen", "true_columns", "true_probabilities")
    }
    return replace(
        first,
        **arrays,
        indptr=np.concatenate([first.indptr, second.indptr[1:] + first.indptr[-1]]),
        true_documents=np.concatenate([first.true_documents, second.true_documents + len(first)]),
    )


def taken(whole: Judged, rows: np.ndarray) -> Judged:
    """Return the documents at `rows`, a mask."""
    pairs, truths = rows[whole.documents], rows[whole.true_documents]
    place = np.cumsum(rows) - 1
    arrays = {name: getattr(whole, name)[pairs] for name in ("columns", "probabilities", "right", "chosen")}
    return replace(
        whole,
        **arrays,
        indptr=np.concatenate([[0], np.cumsum(np.diff(whole.indptr)[rows])]).astype(np.int64),
        true_documents=place[whole.true_documents[truths]],
        true_columns=whole.true_columns[truths],
        true_probabilities=whole.true_probabilities[truths],
    )
