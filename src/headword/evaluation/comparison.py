"""Two systems on the same documents: differences with intervals and tests, over all, by label and by document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.evaluation.align import Aligned, align
from headword.evaluation.differences import (
    COMPARED,
    DocumentDifference,
    LabelDifference,
    MetricRow,
    Spaces,
    document_differences,
    label_differences,
    metric_rows,
)
from headword.evaluation.report import plain
from headword.metrics.additive import Additive, Ratios
from headword.metrics.calibration import brier_ratio, probabilities
from headword.metrics.counts import Decisions
from headword.metrics.macro import LabelAverages
from headword.metrics.micro import micro_ratios
from headword.metrics.paired import Grouped, paired_differences
from headword.metrics.ranked import Ranking
from headword.metrics.ranking import ndcg_ratio, precision_ratio, recall_ratio
from headword.metrics.samples import samples_ratios
from headword.metrics.tied_ranks import lrap_ratio


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two systems make of the same documents; differences are b - a.

    Attributes
    ----------
    n_docs, n_labels
        Evaluated documents, and labels of the evaluation.
    metrics
        In the order of COMPARED.
    labels
        Those on which the systems differ, the surest difference first.
    a_better, b_better
        The documents on which one is ahead by most.
    spaces
        The labels the systems know.
    conventions
        The parameters and definitions behind the figures.
    """

    n_docs: int
    n_labels: int
    metrics: tuple[MetricRow, ...]
    labels: tuple[LabelDifference, ...]
    a_better: tuple[DocumentDifference, ...]
    b_better: tuple[DocumentDifference, ...]
    spaces: Spaces
    conventions: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-safe plain data; undefined figures are None."""
        return {"n_docs": self.n_docs, "n_labels": self.n_labels, **_plain_rows(self)}


class Suggesting(Protocol):
    """Whatever suggests labels for the documents of a corpus, such as a fitted tagger."""

    def suggest(self, documents: Corpus) -> Suggestions:
        """Return ranked labels for each document."""


def compare(a: Suggesting, b: Suggesting, corpus: Corpus, **options: Any) -> Comparison:
    """Compare two fitted taggers; options as for `compare_suggestions`. Neither may have learnt from `corpus`."""
    return compare_suggestions(a.suggest(corpus), b.suggest(corpus), corpus, **options)


def compare_suggestions(
    a: Suggestions,
    b: Suggestions,
    corpus: Corpus,
    *,
    shared_labels: bool = False,
    groups: np.ndarray | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    false_discoveries: float = 0.05,
) -> Comparison:
    """Compare what two systems suggest for the documents of `corpus`.

    Both are judged over the same labels: those that either knows, and those that only the documents have. A label that
    one of them does not know counts as missed by it.

    Parameters
    ----------
    shared_labels
        Judge only by the labels both know, and leave all others out of suggestions and truth.
    groups
        int (n_docs,), equal for documents of `corpus` that belong together, such as versions of one text: tests and
        intervals take a group for one piece of evidence. None: each document is.
    n_resamples
        Of the paired bootstrap, and of the randomisation test.
    false_discoveries
        The accepted share of false ones among the labels that are said to differ, in (0, 1).

    Raises
    ------
    DataError
        If documents differ, none is annotated, or a parameter is out of range.
    LabelSpaceError
        If the systems share no label.
    """
    spaces = _spaces(a.label_space, b.label_space)
    if not spaces.n_shared:
        raise LabelSpaceError(
            f"the models share none of their {len(a.label_space):,} and {len(b.label_space):,} labels: nothing can be "
            "compared; train both on the same labels, or align them with headword thesaurus align"
        )
    if shared_labels:
        space = LabelSpace(tuple(name for name in a.label_space.names if name in b.label_space))
        corpus = _restricted(corpus, space)
    else:
        space = LabelSpace(a.label_space.names + spaces.only_b)
    first, second = (_aligned(_over(one, space), corpus) for one in (a, b))
    decisions = [Decisions.of(one.y_true, one.predictions.y_pred) for one in (first, second)]
    active = np.flatnonzero(sum(np.add(*d.label_counts()[1:]) for d in decisions))
    rows = np.flatnonzero(corpus.annotated)
    membership = _membership(groups, rows, len(corpus))
    found = paired_differences(
        _measured(first, decisions[0], active, membership), _measured(second, decisions[1], active, membership),
        n_resamples=n_resamples, seed=seed, confidence=confidence,
    )  # fmt: skip
    a_better, b_better = document_differences(first, second, decisions, corpus.subset(rows))
    return Comparison(
        n_docs=len(first.ids),
        n_labels=len(first.label_space),
        metrics=metric_rows(found),
        labels=label_differences(first.label_space, decisions, false_discoveries, membership),
        a_better=a_better,
        b_better=b_better,
        spaces=spaces,
        conventions={
            "n_groups": int(membership.shape[1]),
            "n_resamples": n_resamples,
            "seed": seed,
            "confidence": confidence,
            "false_discoveries": false_discoveries,
            "shared_labels": shared_labels,
            **_CONVENTIONS,
        },
    )


_CONVENTIONS = {
    "difference": "b - a",
    "interval": "paired bootstrap over documents: percentiles, centred on the difference",
    "p": "approximate randomisation: what both said of a document is exchanged by a fair coin; two-sided",
    "p_holm": "Holm's correction over all metrics of the table",
    "groups": "documents that belong together are drawn, exchanged and counted as one",
    "labels": "McNemar's exact test on the documents that one system decided rightly and the other did not",
    "q": "Benjamini and Hochberg, over the labels with enough disagreements to count at all",
    "documents": "the largest differences in F1",
}


def _spaces(a: LabelSpace, b: LabelSpace) -> Spaces:
    only_a = tuple(name for name in a.names if name not in b)
    return Spaces(len(a) - len(only_a), only_a, tuple(name for name in b.names if name not in a))


def _over(suggestions: Suggestions, space: LabelSpace) -> Suggestions:
    """Return the suggestions for the labels of `space`, in its columns; others are dropped."""
    columns = space.columns_of(suggestions.label_space.names)[suggestions.columns]
    keep = columns >= 0
    kept = np.concatenate([[0], np.cumsum(keep)])
    return replace(
        suggestions,
        label_space=space,
        indptr=kept[suggestions.indptr].astype(np.int64),
        columns=columns[keep].astype(np.int32),
        scores=suggestions.scores[keep],
        probabilities=suggestions.probabilities[keep],
        chosen=suggestions.chosen[keep],
    )


def _restricted(corpus: Corpus, space: LabelSpace) -> Corpus:
    names = tuple(name for name in corpus.label_space.names if name in space)
    columns = corpus.label_space.columns_of(names)
    return replace(corpus, targets=corpus.targets[:, columns], label_space=LabelSpace(names))


def _aligned(suggestions: Suggestions, corpus: Corpus) -> Aligned:
    # No figure of a comparison depends on the training counts.
    return align(suggestions, corpus, train_support=np.zeros(len(suggestions.label_space), np.int64), n_train=1)


def _membership(groups: np.ndarray | None, rows: np.ndarray, n_docs: int) -> sp.csr_matrix:
    """Return which of the evaluated documents `rows` belongs to which group, CSR (n_rows, n_groups)."""
    if groups is not None and len(groups) != n_docs:
        raise DataError(f"{len(groups)} documents have a group, but the corpus holds {n_docs}")
    number = np.arange(len(rows)) if groups is None else np.unique(groups[rows], return_inverse=True)[1]
    shape = (len(rows), int(number.max()) + 1)
    return sp.csr_matrix((np.ones(len(rows)), (np.arange(len(rows)), number)), shape=shape)


def _measured(one: Aligned, decisions: Decisions, active: np.ndarray, membership: sp.csr_matrix) -> list[Additive]:
    ranking = Ranking.of(one.y_true, one.predictions.y_score)
    ratios = {
        **{f"p@{k}": precision_ratio(ranking, k) for k in (1, 3, 5)},
        "r@5": recall_ratio(ranking, 5),
        "ndcg@5": ndcg_ratio(ranking, 5),
        "lrap": lrap_ratio(ranking),
        **micro_ratios(decisions),
        **samples_ratios(decisions),
        "brier": brier_ratio(decisions.y_true, probabilities(one.predictions.y_prob)),
    }
    wanted = {name: ratio for name, ratio in ratios.items() if name in COMPARED}
    return [Grouped(Ratios(wanted), membership), Grouped(LabelAverages.of(decisions, active), membership)]


def _plain_rows(found: Comparison) -> dict[str, Any]:
    rows = ("metrics", "labels", "a_better", "b_better")
    listed = {name: [asdict(row) for row in getattr(found, name)] for name in rows}
    return {**plain(listed), "spaces": plain(asdict(found.spaces)), "conventions": plain(found.conventions)}
