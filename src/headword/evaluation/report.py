"""Report: what an evaluation found, as plain data."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from headword.evaluation.align import Aligned
from headword.evaluation.table import DocumentRow, LabelRow, document_rows, label_rows


@dataclass(frozen=True)
class ReportRow:
    """One metric for people: value, interval and the baselines' values; None where undefined."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    baselines: Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Report:
    """Metrics of one set of suggestions, beside baselines, with intervals; all shares are fractions.

    Attributes
    ----------
    metrics
        Value by metric name; NaN where undefined.
    intervals
        (low, high) by metric name; empty if no resamples were drawn.
    baselines
        The same metrics of each baseline.
    by_frequency
        Figures of head, torso and tail.
    unseen_labels
        Labels that training never saw, their number and share.
    labels_per_document
        Mean number of true and of chosen labels.
    conventions
        The parameters and definitions behind the figures.
    aligned
        What the figures were computed from.
    """

    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    baselines: Mapping[str, Mapping[str, float]]
    by_frequency: Mapping[str, Mapping[str, Any]]
    unseen_labels: Mapping[str, Any]
    labels_per_document: Mapping[str, float]
    conventions: Mapping[str, Any]
    aligned: Aligned = field(repr=False)

    @property
    def n_docs(self) -> int:
        """Evaluated documents."""
        return len(self.aligned.ids)

    @property
    def n_labels(self) -> int:
        """Labels of the evaluation label space: the model's and those only the truth has."""
        return len(self.aligned.label_space)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-safe plain data; undefined figures are None."""
        return {
            "n_docs": self.n_docs,
            "n_labels": self.n_labels,
            "n_test_labels": int((self.aligned.test_support > 0).sum()),
            "metrics": plain(self.metrics),
            "intervals": plain(self.intervals),
            "baselines": plain(self.baselines),
            "by_frequency": plain(self.by_frequency),
            "unseen_labels": plain(self.unseen_labels),
            "n_unannotated": self.aligned.n_unannotated,
            "labels_per_document": plain(self.labels_per_document),
            "conventions": plain(self.conventions),
        }

    def rows(self) -> list[ReportRow]:
        """Return the metrics for printing, in the order of `metrics`."""
        rows = []
        for name, value in self.metrics.items():
            low, high = self.intervals.get(name, (math.nan, math.nan))
            beside = {baseline: plain(figures[name]) for baseline, figures in self.baselines.items()}
            rows.append(ReportRow(name, plain(value), plain(low), plain(high), beside))
        return rows

    def per_label(self) -> list[LabelRow]:
        """Return how each label was decided, in the order of the evaluation label space."""
        return label_rows(self.aligned)

    def decisions(self) -> Iterator[DocumentRow]:
        """Yield how each document was decided."""
        return document_rows(self.aligned)


def plain(value: Any) -> Any:
    """Return `value` with mappings as dict, sequences as list, numpy scalars as Python's, NaN and infinity as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
