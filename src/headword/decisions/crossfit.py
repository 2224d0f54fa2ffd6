"""Scores of documents by models that did not learn from them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks
from headword.core.progress import Progress, silent
from headword.decisions.candidates import Candidates
from headword.scorers.protocol import Scorer, lists_labels
from headword.text.features import Features
from headword.text.words import csr

_BATCH_CELLS = 1 << 21
_BATCH_DOCS = 64
# Scorers that list labels go through their clusters, or postings, once a batch.
_LISTED_DOCS = 512
Result = TypeVar("Result")


def in_batches(
    work: Callable[[int, Features], Result], features: Features, *, cells: int, n_threads: int | None = None
) -> list[Result]:
    """Return `work(first document, batch)` of each batch of consecutive documents, worked off by threads.

    Parameters
    ----------
    cells
        Dense numbers that `work` needs for a document; a batch has 2 million of them at most, or one document. Without
        any, batches are larger.
    """
    n_docs = len(features)
    size = max(1, min(_BATCH_DOCS, _BATCH_CELLS // cells)) if cells else _LISTED_DOCS
    if n_docs <= size:
        return [work(0, features)]
    starts = range(0, n_docs, size)
    return run_chunks(lambda start: work(start, _window(features, start, min(start + size, n_docs))), starts, n_threads)


def _window(features: Features, start: int, stop: int) -> Features:
    """Return the documents start : stop without a copy: the bounds do not begin at 0."""
    return Features(
        {n: csr(b.indptr[start : stop + 1], b.indices, b.data, b.shape[1]) for n, b in features.blocks.items()}
    )


def score_candidates(
    scorers: Sequence[Scorer], features: Features, *, most: int, n_labels: int, n_threads: int | None = None
) -> Candidates:
    """Score documents with every scorer and keep the union of each one's `most` best of `n_labels` labels."""
    parts = in_batches(
        lambda _, some: select(scorers, some, most, n_labels),
        features, cells=dense_cells(scorers, n_labels), n_threads=n_threads,
    )  # fmt: skip
    return parts[0] if len(parts) == 1 else Candidates.concatenate(parts)


def dense_cells(scorers: Sequence[Scorer], n_labels: int) -> int:
    """Return the numbers that the scores of one document take: none where all scorers list the labels they mean."""
    return 0 if all(lists_labels(scorer) for scorer in scorers) else len(scorers) * n_labels


def select(scorers: Sequence[Scorer], features: Features, most: int, n_labels: int) -> Candidates:
    """Return the candidates of a few documents, by one thread."""
    listing = [scorer for scorer in scorers if lists_labels(scorer)]
    if len(listing) == len(scorers):
        return Candidates.of_lists([scorer.listed(features, n_threads=1) for scorer in listing], most, n_labels)
    return Candidates.select(np.stack([scorer.score(features, n_threads=1) for scorer in scorers]), most)


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
    watch: Callable[[np.ndarray, Sequence[Scorer], Features], None] | None = None,
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
    watch
        Called for each fold with its held documents' numbers, the scorers fitted on the others, and the features.

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
        some = features.rows(rows)
        parts.append(score_candidates(scorers, some, most=most, n_labels=targets.shape[1], n_threads=n_threads))
        if watch is not None:
            watch(rows, scorers, some)
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
