"""Scores of documents by models that did not learn from them."""

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp

from headword.core.progress import Progress, silent
from headword.decisions.candidates import Candidates
from headword.scorers.protocol import Scorer
from headword.text.features import Features

_BATCH_CELLS = 1 << 23


def score_candidates(
    scorers: Sequence[Scorer], features: Features, *, most: int, n_threads: int | None = None
) -> Candidates:
    """Score documents with every scorer and keep the union of each one's `most` best labels.

    Worked off in batches, so that no dense block exceeds 8 million scores.
    """
    n_docs = len(features)
    if not n_docs:
        empty = np.zeros((0, len(scorers)), dtype=np.float32)
        return Candidates(np.zeros(1, np.int64), np.zeros(0, np.int32), empty, 0)
    probe = features.rows(slice(0, 1))
    n_labels = scorers[0].score(probe, n_threads=n_threads).shape[1] if n_docs > 1 else 1
    batch = max(1, min(2048, _BATCH_CELLS // (len(scorers) * max(n_labels, 1))))
    parts = []
    for start in range(0, n_docs, batch):
        some = features if n_docs <= batch else features.rows(slice(start, start + batch))
        scores = np.stack([scorer.score(some, n_threads=n_threads) for scorer in scorers])
        parts.append(Candidates.select(scores, most))
    return parts[0] if len(parts) == 1 else Candidates.concatenate(parts)


def cross_fit(
    make: Callable[[], Sequence[Scorer]],
    features: Features,
    targets: sp.csr_matrix,
    fold: np.ndarray,
    *,
    most: int,
    n_used: int | None = None,
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> tuple[np.ndarray, Candidates]:
    """Return (documents, candidates): each document scored by models fitted on the other folds.

    Parameters
    ----------
    make
        Returns fresh, unfitted scorers.
    fold
        int (n_docs,), the fold of each document.
    n_used
        Score only the documents of the first so many folds (None: all), each fold at the price of one fit.

    Returns
    -------
    documents
        int64, ascending: the documents that were scored.
    candidates
        One row for each of them.
    """
    n_folds = int(fold.max()) + 1
    used = range(n_folds if n_used is None else min(n_used, n_folds))
    held, parts = [], []
    for number in used:
        rows = np.flatnonzero(fold == number)
        rest = np.flatnonzero(fold != number)
        scorers = []
        for scorer in make():
            progress(f"cross-fit, fold {number + 1} of {len(used)}", number, len(used))
            scorers.append(scorer.fit(features, targets, rest, seed=seed, n_threads=n_threads))
        parts.append(score_candidates(scorers, features.rows(rows), most=most, n_threads=n_threads))
        held.append(rows)
    progress("cross-fit", len(used), len(used))
    documents = np.concatenate(held)
    order = np.argsort(documents, kind="stable")
    return documents[order], Candidates.concatenate(parts).rows(order)


def at_least_two(fold: np.ndarray) -> np.ndarray:
    """Return `fold` (int (n_docs,)), or the two halves of the documents where there is one fold only.

    What is fitted on out-of-fold scores needs documents of its own to be judged by.
    """
    return np.arange(len(fold)) % 2 if fold.min() == fold.max() else fold  # type: ignore[no-any-return]
