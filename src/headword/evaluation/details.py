"""Details: what a report looks at beyond its headline figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.evaluation.align import Aligned
from headword.evaluation.frequency import frequency_groups
from headword.evaluation.mistakes import Confusion, Mistake, confusions, surest_mistakes
from headword.evaluation.reliability import ReliabilityBin, reliability
from headword.evaluation.report import Report, plain
from headword.evaluation.slices import Slice, lengths, slices
from headword.metrics.curves import PrecisionRecall

_GRID = tuple(round(0.01 * step, 2) for step in range(1, 100))


@dataclass(frozen=True)
class ThresholdRow:
    """What one threshold on all probabilities would give; figures are fractions."""

    threshold: float
    precision: float
    recall: float
    f1: float
    labels_per_document: float


@dataclass(frozen=True, eq=False)
class Details:
    """Curves, reliability, slices and mistakes of one evaluation.

    Attributes
    ----------
    curves
        Precision and recall of every threshold, for `all` labels and for `head`, `torso` and `tail`.
    thresholds
        What the thresholds .01 to .99 would give.
    reliability
        Bins of stated probability for the same groups.
    slices
        Figures by year, provider, language, length and whatever else sorts the documents.
    confusions
        Labels missed where another was wrongly chosen.
    wrong, missed
        The surest mistakes of either kind.
    """

    curves: Mapping[str, PrecisionRecall]
    thresholds: tuple[ThresholdRow, ...]
    reliability: Mapping[str, tuple[ReliabilityBin, ...]]
    slices: tuple[Slice, ...]
    confusions: tuple[Confusion, ...]
    wrong: tuple[Mistake, ...]
    missed: tuple[Mistake, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-safe plain data; undefined figures are None."""
        curves = {
            name: {
                "average_precision": curve.average_precision,
                "points": [dict(zip(("recall", "precision", "threshold"), p, strict=True)) for p in curve.points()],
            }
            for name, curve in self.curves.items()
        }
        rows = ("thresholds", "slices", "confusions", "wrong", "missed")
        bins = {name: [asdict(one) for one in several] for name, several in self.reliability.items()}
        listed = {name: [asdict(row) for row in getattr(self, name)] for name in rows}
        return {"curves": plain(curves), "reliability": plain(bins), **plain(listed)}


def details(report: Report, corpus: Corpus, properties: Mapping[str, Sequence[str | None]] | None = None) -> Details:
    """Look closer at an evaluation.

    Parameters
    ----------
    corpus
        The corpus that was evaluated.
    properties
        What to slice by beyond the length: by name, a value for each document of `corpus`; None where it has none.

    Raises
    ------
    DataError
        If `corpus` does not hold the evaluated documents, or a property has another number of values.
    """
    aligned, given = report.aligned, report.conventions
    rows = np.flatnonzero(corpus.annotated)
    judged = corpus.subset(rows)
    if judged.ids != aligned.ids:
        raise DataError("the corpus is not the one that was evaluated; give the corpus of the report")
    kept: dict[str, Sequence[str | None]] = {}
    for name, values in (properties or {}).items():
        if len(values) != len(corpus):
            raise DataError(f"property {name!r} has {len(values)} values for {len(corpus)} documents")
        kept[name] = [values[i] for i in rows.tolist()]
    if judged.features is None:
        kept["length"] = lengths(judged.texts())
    resampling = {name: given[name] for name in ("n_bootstrap", "seed", "confidence")}
    curves = _curves(aligned, given["frequency_bounds"])
    wrong, missed = surest_mistakes(aligned, judged)
    return Details(
        curves=curves,
        thresholds=_thresholds(curves["all"], len(aligned.ids)),
        reliability=reliability(aligned, given["frequency_bounds"], **resampling),
        slices=slices(aligned, kept, **resampling),
        confusions=confusions(aligned),
        wrong=wrong,
        missed=missed,
    )


def _curves(aligned: Aligned, bounds: tuple[int, int]) -> dict[str, PrecisionRecall]:
    y_true, y_prob = aligned.y_true, aligned.predictions.y_prob
    groups = frequency_groups(aligned.train_support, bounds)
    return {
        "all": PrecisionRecall.of(y_true, y_prob),
        **{
            name: PrecisionRecall.of(y_true[:, columns], y_prob[:, columns])
            for name, columns in groups.items()
            if len(columns)
        },
    }


def _thresholds(curve: PrecisionRecall, n_docs: int) -> tuple[ThresholdRow, ...]:
    out = []
    for threshold in _GRID:
        precision, recall, f1, chosen = curve.at(threshold)
        out.append(ThresholdRow(threshold, precision, recall, f1, chosen / n_docs))
    return tuple(out)
