"""Mistakes: the surest ones, and which label was chosen in place of which."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.evaluation.align import Aligned
from headword.metrics.counts import Decisions

_PER_LABEL = 3


@dataclass(frozen=True)
class Mistake:
    """A wrong decision about one label of one document.

    Attributes
    ----------
    id, title
        The document.
    label
        Chosen though it is not among the document's labels, or the other way round.
    probability
        As stated; 0 if the label was not among the suggestions.
    true, chosen
        All labels the document has, and all that were chosen.
    """

    id: str
    title: str
    label: str
    probability: float
    true: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Confusion:
    """A label that was missed where another was wrongly chosen.

    Attributes
    ----------
    missed, chosen
        The two labels.
    n_docs
        Documents in which the one was missed and the other wrongly chosen.
    n_missed
        Documents in which `missed` was missed.
    by_chance
        How many documents there would be if the two mistakes had nothing to do with one another.
    """

    missed: str
    chosen: str
    n_docs: int
    n_missed: int
    by_chance: float


def surest_mistakes(aligned: Aligned, corpus: Corpus, n: int = 20) -> tuple[tuple[Mistake, ...], tuple[Mistake, ...]]:
    """Return wrongly chosen labels, the most probable first, and missed ones, the least probable first.

    `n` of each at most, three of a label at most; equals stand with the most frequent label of training first. Many
    are mistakes of whoever gave the labels: they are what to look at first.

    Parameters
    ----------
    corpus
        The evaluated documents, in the order of `aligned`.
    """
    decisions = Decisions.of(aligned.y_true, aligned.predictions.y_pred)
    prob = aligned.predictions.y_prob
    wrong, missed = _without(decisions.y_pred, decisions.both), _without(decisions.y_true, decisions.both)
    return (
        _listed(aligned, corpus, wrong, prob, n, surest=1.0),
        _listed(aligned, corpus, missed, prob, n, surest=0.0),
    )


def confusions(aligned: Aligned, n: int = 50) -> tuple[Confusion, ...]:
    """Return pairs of a missed and a wrongly chosen label, the most beyond chance first; at least two documents."""
    decisions = Decisions.of(aligned.y_true, aligned.predictions.y_pred)
    missed, wrong = _without(decisions.y_true, decisions.both), _without(decisions.y_pred, decisions.both)
    pairs = sp.coo_matrix(missed.T @ wrong)
    n_missed, n_wrong = (np.bincount(m.indices, minlength=m.shape[1]) for m in (missed, wrong))
    by_chance = n_missed[pairs.row] * n_wrong[pairs.col] / max(len(aligned.ids), 1)
    beyond = pairs.data - by_chance
    order = np.lexsort((pairs.col, pairs.row, -beyond))
    names = aligned.label_space.names
    return tuple(
        Confusion(
            names[pairs.row[i]], names[pairs.col[i]], int(pairs.data[i]), int(n_missed[pairs.row[i]]), by_chance[i]
        )
        for i in order
        if pairs.data[i] >= 2 and beyond[i] > 0
    )[:n]


def _without(matrix: sp.csr_matrix, both: sp.csr_matrix) -> sp.csr_matrix:
    out = sp.csr_matrix(matrix - both)
    out.eliminate_zeros()
    return out


def _listed(
    aligned: Aligned, corpus: Corpus, pairs: sp.csr_matrix, prob: sp.csr_matrix, n: int, *, surest: float
) -> tuple[Mistake, ...]:
    docs = np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr))
    p = np.asarray(prob[docs, pairs.indices]).ravel() if pairs.nnz else np.zeros(0)
    order = np.lexsort((docs, -aligned.train_support[pairs.indices], np.abs(p - surest)))
    kept: list[int] = []
    of_label: Counter[int] = Counter()
    for i in order.tolist():
        if len(kept) == n:
            break
        label = int(pairs.indices[i])
        if of_label[label] < _PER_LABEL:
            of_label[label] += 1
            kept.append(i)
    space = aligned.label_space
    return tuple(
        Mistake(
            id=aligned.ids[docs[i]],
            title=corpus.titles[docs[i]],
            label=space.names[pairs.indices[i]],
            probability=float(p[i]),
            true=space.decode(aligned.y_true[docs[i]])[0],
            chosen=space.decode(aligned.predictions.y_pred[docs[i]])[0],
        )
        for i in kept
    )
