"""Labels in figures: how many, how unevenly spread, and which go together.

References
----------
Tsoumakas, Katakis and Vlahavas, "Mining multi-label data" (2010): cardinality and density.
Charte, Rivera, del Jesus and Herrera, "Addressing imbalance in multilabel classification", Neurocomputing 163 (2015):
IRLbl, mean IR, CVIR. The same, "Dealing with difficult minority labels in imbalanced multilabel data sets",
Neurocomputing 326 (2019): SCUMBLE.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.evaluation.frequency import frequency_groups

_MOST_PAIRS = 50
_LEAST_PAIR = 5


@dataclass(frozen=True)
class LabelRow:
    """One label.

    Attributes
    ----------
    share
        Of the annotated documents.
    imbalance
        IRLbl: documents of the most frequent label for each of this one.
    scumble
        Mean SCUMBLE of its documents: near 0 where it stands beside labels as frequent as itself.
    most_beside
        The label that most often stands beside it, and in what share of its documents; empty if it stands alone.
    """

    label: str
    support: int
    share: float
    imbalance: float
    scumble: float
    most_beside: str
    beside: float


@dataclass(frozen=True)
class LabelPair:
    """Two labels that go together: documents with both, of either; lift over independence."""

    first: str
    second: str
    together: int
    either: int
    lift: float


@dataclass(frozen=True)
class LabelProfile:
    """The labels of the annotated documents.

    Attributes
    ----------
    cardinality, density
        Labels a document, and that divided by the number of labels.
    label_sets, unique_sets
        Different sets of labels, and those that only one document has.
    mean_imbalance, largest_imbalance, imbalance_variation
        Mean, maximum and coefficient of variation of IRLbl over the labels; 0 for no labels.
    scumble
        Mean over documents of how far rare and frequent labels stand together in them, 0 (not) to 1.
    per_document
        Documents with 0, 1, 2, ... labels.
    bands
        Head, torso and tail: labels with more than 500, 50 to 500 and fewer than 50 documents, and their share of all
        assignments.
    rows
        Every label with a document, the most frequent first.
    pairs
        The pairs that most often stand together, at most 50.
    inseparable
        Pairs of which neither ever stands without the other, in 5 documents at least.
    """

    n_labels: int
    cardinality: float
    density: float
    label_sets: int
    unique_sets: int
    mean_imbalance: float
    largest_imbalance: float
    imbalance_variation: float
    scumble: float
    per_document: tuple[int, ...]
    bands: dict[str, tuple[int, float]]
    rows: tuple[LabelRow, ...]
    pairs: tuple[LabelPair, ...]
    inseparable: tuple[LabelPair, ...]


def label_profile(corpus: Corpus) -> LabelProfile:
    """Return the figures of the labels of the annotated documents; a document without labels has SCUMBLE 0."""
    targets = corpus.targets[corpus.annotated]
    support = np.bincount(targets.indices, minlength=targets.shape[1]).astype(np.int64)
    used = np.flatnonzero(support)
    imbalance = np.where(support > 0, support.max(initial=0) / np.maximum(support, 1), 0.0)
    sizes = np.diff(targets.indptr)
    sets = np.unique([hash(row) for row in _rows(targets)], return_counts=True)[1] if targets.shape[0] else np.zeros(0)
    per_document = scumble_of(targets, imbalance)
    of_used = imbalance[used]
    mean = float(of_used.mean()) if len(used) else 0.0
    cardinality = float(sizes.mean()) if len(sizes) else 0.0
    together = _together(targets)
    return LabelProfile(
        n_labels=len(used),
        cardinality=cardinality,
        density=cardinality / len(used) if len(used) else 0.0,
        label_sets=len(sets),
        unique_sets=int((sets == 1).sum()),
        mean_imbalance=mean,
        largest_imbalance=float(of_used.max(initial=0.0)),
        imbalance_variation=float(of_used.std(ddof=1)) / mean if len(used) > 1 else 0.0,
        scumble=float(per_document.mean()) if len(per_document) else 0.0,
        per_document=tuple(np.bincount(sizes).tolist()),
        bands=_bands(support),
        rows=_label_rows(corpus, targets, support, imbalance, per_document, together),
        pairs=_pairs(corpus, support, together, len(sizes)),
        inseparable=_inseparable(corpus, support, together, len(sizes)),
    )


def scumble_of(targets: sp.csr_matrix, imbalance: np.ndarray) -> np.ndarray:
    """Return the SCUMBLE of each document, float64 (n_docs,): 1 - geometric / arithmetic mean of its labels' IRLbl.

    0 for documents with fewer than two labels.
    """
    sizes = np.diff(targets.indptr)
    document = np.repeat(np.arange(len(sizes)), sizes)
    own = imbalance[targets.indices]
    n = np.maximum(sizes, 1)
    arithmetic = np.bincount(document, weights=own, minlength=len(sizes)) / n
    logs = np.bincount(document, weights=np.log(own), minlength=len(sizes)) / n
    out = np.zeros(len(sizes))
    several = sizes > 1
    out[several] = np.maximum(0.0, 1 - np.exp(logs[several]) / arithmetic[several])
    return out


def _rows(targets: sp.csr_matrix) -> list[bytes]:
    bounds = targets.indptr
    return [targets.indices[a:b].tobytes() for a, b in pairwise(bounds.tolist())]


def _together(targets: sp.csr_matrix) -> sp.csr_matrix:
    """Return CSR (n_labels, n_labels), documents with both; the diagonal empty."""
    counts = targets.astype(np.int64)
    both = (counts.T @ counts).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    return both


def _bands(support: np.ndarray) -> dict[str, tuple[int, float]]:
    total = max(int(support.sum()), 1)
    groups = frequency_groups(support)
    return {name: (len(columns), float(support[columns].sum() / total)) for name, columns in groups.items()}


def _label_rows(
    corpus: Corpus,
    targets: sp.csr_matrix,
    support: np.ndarray,
    imbalance: np.ndarray,
    scumble: np.ndarray,
    together: sp.csr_matrix,
) -> tuple[LabelRow, ...]:
    names, n_docs = corpus.label_space.names, max(targets.shape[0], 1)
    own = np.asarray(targets.T @ scumble).ravel() / np.maximum(support, 1)
    order = sorted(np.flatnonzero(support).tolist(), key=lambda c: (-support[c], names[c]))
    out = []
    for c in order:
        beside = together[[c]]
        at = int(np.lexsort((beside.indices, -beside.data))[0]) if beside.nnz else -1
        name, n = (names[beside.indices[at]], int(beside.data[at])) if at >= 0 else ("", 0)
        n_own = int(support[c])
        out.append(LabelRow(names[c], n_own, n_own / n_docs, float(imbalance[c]), float(own[c]), name, n / n_own))
    return tuple(out)


def _pairs(corpus: Corpus, support: np.ndarray, together: sp.csr_matrix, n_docs: int) -> tuple[LabelPair, ...]:
    upper = sp.triu(together, format="coo")
    order = np.lexsort((upper.col, upper.row, -upper.data))[:_MOST_PAIRS]
    return tuple(
        _pair(corpus, support, int(upper.row[i]), int(upper.col[i]), int(upper.data[i]), n_docs) for i in order
    )


def _inseparable(corpus: Corpus, support: np.ndarray, together: sp.csr_matrix, n_docs: int) -> tuple[LabelPair, ...]:
    upper = sp.triu(together, format="coo")
    a, b, n = upper.row, upper.col, upper.data
    keep = np.flatnonzero((n >= _LEAST_PAIR) & (n == support[a]) & (n == support[b]))
    return tuple(_pair(corpus, support, int(a[i]), int(b[i]), int(n[i]), n_docs) for i in keep)


def _pair(corpus: Corpus, support: np.ndarray, a: int, b: int, n: int, n_docs: int) -> LabelPair:
    names = corpus.label_space.names
    expected = support[a] * support[b] / n_docs
    return LabelPair(names[a], names[b], n, int(support[a] + support[b] - n), float(n / expected))
