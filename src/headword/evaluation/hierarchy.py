"""How near chosen labels are to the true ones in a thesaurus, beside the baselines."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import scipy.sparse as sp

from headword.evaluation.align import Aligned
from headword.evaluation.baselines import baselines
from headword.evaluation.report import ReportRow, plain
from headword.metrics.additive import Ratio, Ratios
from headword.metrics.hierarchy import DISTANCES, HIERARCHY_NAMES, hierarchy_ratios
from headword.metrics.intervals import bootstrap_intervals

if TYPE_CHECKING:
    from headword.thesaurus.hierarchy import Hierarchy

_CONVENTIONS = {
    "sets": "hierarchical precision, recall, F1: each set of labels joined by everything above its members, roots too",
    "lca_distance": "links up to the lowest common ancestor and down; roots are joined by one above them all",
    "kinds": "the closest of: exact, parent, child, ancestor, descendant, sibling, other; they sum to 1",
    "compared_with": "what is not exact, with the most specific labels of the other side",
    "empty": "documents without true or without chosen labels are left out of distances and kinds",
    "labels_without_concept": "each is a root of its own",
}


@dataclass(frozen=True, eq=False)
class HierarchyReport:
    """The figures of HIERARCHY_NAMES, beside baselines, with intervals.

    Attributes
    ----------
    metrics, intervals, baselines
        As in Report; distances are links, all others fractions.
    n_labels, n_matched
        Labels of the evaluation, and those of them that mean a concept of the thesaurus.
    n_concepts
        Concepts of the thesaurus.
    """

    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    baselines: Mapping[str, Mapping[str, float]]
    n_labels: int
    n_matched: int
    n_concepts: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-safe plain data; undefined figures are None."""
        return {
            "n_labels": self.n_labels,
            "n_matched": self.n_matched,
            "n_concepts": self.n_concepts,
            "metrics": plain(self.metrics),
            "intervals": plain(self.intervals),
            "baselines": plain(self.baselines),
            "conventions": dict(_CONVENTIONS),
        }

    def rows(self) -> list[ReportRow]:
        """Return the figures for printing, in the order of `metrics`."""
        rows = []
        for name, value in self.metrics.items():
            low, high = self.intervals.get(name, (math.nan, math.nan))
            beside = {baseline: plain(figures[name]) for baseline, figures in self.baselines.items()}
            rows.append(ReportRow(name, plain(value), plain(low), plain(high), beside))
        return rows


def evaluate_hierarchy(
    aligned: Aligned, hierarchy: "Hierarchy", *, n_bootstrap: int = 1000, seed: int = 0, confidence: float = 0.95
) -> HierarchyReport:
    """Judge the choices of an evaluation (`Report.aligned`) by how near they are.

    Parameters
    ----------
    hierarchy
        Of the label space of `aligned`.
    n_bootstrap, seed, confidence
        As in `evaluate_suggestions`.

    Raises
    ------
    LabelSpaceError
        If the hierarchy is that of other labels.
    """
    aligned.label_space.require_same(hierarchy.label_space, what="the hierarchy")
    truth = hierarchy.nodes_of(aligned.y_true)

    def ratios(y_pred: sp.csr_matrix) -> dict[str, Ratio]:
        found = hierarchy_ratios(truth, hierarchy.nodes_of(y_pred), hierarchy.ancestry)
        return {name: found[name] for name in HIERARCHY_NAMES}

    own = ratios(aligned.predictions.y_pred)
    farthest = 2.0 * (int(hierarchy.ancestry.depths.max(initial=0)) + 1)
    return HierarchyReport(
        metrics={name: ratio.value for name, ratio in own.items()},
        intervals=bootstrap_intervals(
            [Ratios(own)],
            n_bootstrap=n_bootstrap,
            seed=seed,
            confidence=confidence,
            upper=dict.fromkeys(DISTANCES, farthest),
        ),
        baselines={
            name: {metric: ratio.value for metric, ratio in ratios(predictions.y_pred).items()}
            for name, predictions in baselines(aligned).items()
        },
        n_labels=len(aligned.label_space),
        n_matched=hierarchy.n_matched,
        n_concepts=len(hierarchy.thesaurus),
    )
