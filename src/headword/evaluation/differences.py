"""What differs between two systems: a row a metric, a label, a document."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.evaluation.align import Aligned
from headword.metrics.additive import divide
from headword.metrics.counts import Decisions
from headword.metrics.macro import precision_recall_f1
from headword.metrics.paired import Difference, false_discovery, holm, mcnemar

COMPARED = (
    "p@1", "p@3", "p@5", "r@5", "ndcg@5", "lrap", "micro_f1", "macro_f1", "samples_f1", "subset_accuracy", "brier",
)  # fmt: skip
_MOST_DOCS = 10


@dataclass(frozen=True)
class MetricRow:
    """One metric of both systems; `p_holm` is corrected over all metrics. Undefined figures are NaN."""

    metric: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float


@dataclass(frozen=True)
class LabelDifference:
    """One label.

    Attributes
    ----------
    support
        Evaluated documents that have it.
    only_a, only_b
        Groups of documents of which the one system decided more rightly about the label (documents, where each is a
        group of its own).
    f1_a, f1_b
        F1 of either.
    p, q
        McNemar's exact p-value, and the q-value among all labels that could count; 1 for those that could not.
    """

    label: str
    support: int
    only_a: int
    only_b: int
    f1_a: float
    f1_b: float
    p: float
    q: float


@dataclass(frozen=True)
class DocumentDifference:
    """One document on which the systems differ: its labels, what each chose, and the F1 of either."""

    id: str
    title: str
    true: tuple[str, ...]
    chosen_a: tuple[str, ...]
    chosen_b: tuple[str, ...]
    f1_a: float
    f1_b: float


@dataclass(frozen=True)
class Spaces:
    """The labels of both systems: how many they share, and those that only one of them knows."""

    n_shared: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


def metric_rows(found: Mapping[str, Difference]) -> tuple[MetricRow, ...]:
    """Return the rows of COMPARED, with p-values corrected over all of them."""
    of = [found[name] for name in COMPARED]
    corrected = holm(np.array([one.p for one in of])).tolist()
    return tuple(
        MetricRow(name, one.a, one.b, one.difference, one.low, one.high, one.p, p)
        for name, one, p in zip(COMPARED, of, corrected, strict=True)
    )


def label_differences(
    space: LabelSpace, decisions: list[Decisions], level: float, membership: sp.csr_matrix
) -> tuple[LabelDifference, ...]:
    """Return the labels that the two systems decide differently for some document, the surest difference first.

    Parameters
    ----------
    decisions
        Of the first and of the second system, over `space`.
    level
        The accepted share of false discoveries: labels whose disagreements are too few to reach it are not tested.
    membership
        CSR (n_docs, n_groups): the group of each document. A group counts for the system that decides more of its
        documents rightly, and for none if both decide as many.
    """
    wrong_a, wrong_b = (abs(d.y_true - d.y_pred) for d in decisions)
    # A decision is right or wrong, so where the systems decide differently exactly one is right.
    ahead = sp.csr_matrix(membership.T @ (wrong_b - wrong_a))
    only_a, only_b = (np.bincount(ahead.indices[ahead.data * sign > 0], minlength=len(space)) for sign in (1, -1))
    p, least = mcnemar(only_a, only_b)
    q = false_discovery(p, least <= level)
    counts = [d.label_counts() for d in decisions]
    f1 = [precision_recall_f1(*count)[2] for count in counts]
    order = np.lexsort((-np.abs(only_a - only_b), p, q))
    return tuple(
        LabelDifference(
            space.names[i], int(counts[0][2][i]), int(only_a[i]), int(only_b[i]),
            float(f1[0][i]), float(f1[1][i]), float(p[i]), float(q[i]),
        )
        for i in order.tolist()
        if only_a[i] or only_b[i]
    )  # fmt: skip


def document_differences(
    first: Aligned, second: Aligned, decisions: list[Decisions], corpus: Corpus
) -> tuple[tuple[DocumentDifference, ...], tuple[DocumentDifference, ...]]:
    """Return the documents on which the first, and those on which the second system is ahead by most in F1."""
    f1 = [divide(2.0 * d.doc_tp, d.doc_pred + d.doc_true, 0.0) for d in decisions]
    gap = f1[1] - f1[0]
    order = np.argsort(gap, kind="stable")
    space = first.label_space

    def shown(i: int) -> DocumentDifference:
        true, chosen_a, chosen_b = (
            space.decode(m[i])[0] for m in (first.y_true, first.predictions.y_pred, second.predictions.y_pred)
        )
        return DocumentDifference(
            corpus.ids[i], corpus.titles[i], true, chosen_a, chosen_b, float(f1[0][i]), float(f1[1][i])
        )

    return (
        tuple(shown(i) for i in order[:_MOST_DOCS].tolist() if gap[i] < 0),
        tuple(shown(i) for i in order[::-1][:_MOST_DOCS].tolist() if gap[i] > 0),
    )
