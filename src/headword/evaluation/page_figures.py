"""The parts of the evaluation page that show figures of all documents: headlines, all metrics, curves, reliability."""

import math
from collections.abc import Sequence

from headword.evaluation.details import Details
from headword.evaluation.hierarchy import HierarchyReport
from headword.evaluation.report import Report, ReportRow
from headword.metrics import LOWER_IS_BETTER
from headword.pages import (
    Bar,
    Column,
    Line,
    Tile,
    bar_chart,
    callout,
    charts,
    line_chart,
    paragraph,
    table,
    tiles,
)
from headword.pages.figures import count, fraction, interval
from headword.pages.markup import Child

HEADLINES = {
    "p@1": "Precision of the best suggestion",
    "ndcg@5": "nDCG of the five best",
    "micro_f1": "Micro F1 of chosen labels",
    "macro_f1": "Macro F1 of chosen labels",
    "subset_accuracy": "Exactly the true labels",
    "ece": "Calibration error (lower is better)",
}
GROUPS = {"all": "all labels", "head": "head", "torso": "torso", "tail": "tail"}
_FEW = 200


def headlines(report: Report) -> list[Child]:
    """Return the main figures with interval and best baseline, and what must be known before they are believed."""
    rows = {row.metric: row for row in report.rows()}
    shown = [Tile(text, fraction(rows[name].value), _beside(rows[name])) for name, text in HEADLINES.items()]
    return [tiles(shown), *_warnings(report, rows)]


def _beside(row: ReportRow) -> str:
    best = _best_baseline(row)
    parts = [] if row.low is None else [interval(row.low, row.high)]
    return "; ".join([*parts, f"baseline {fraction(best)}"])


def _best_baseline(row: ReportRow) -> float | None:
    known = [value for value in row.baselines.values() if value is not None]
    pick = min if row.metric in LOWER_IS_BETTER else max
    return pick(known) if known else None


def _warnings(report: Report, rows: dict[str, ReportRow]) -> list[Child]:
    found: list[Child] = []
    not_above = [
        name
        for name in ("p@1", "ndcg@5", "micro_f1", "macro_f1")
        if (low := rows[name].low) is not None and low <= (_best_baseline(rows[name]) or 0.0)
    ]
    if not_above:
        found.append(
            callout("warning", f"Not clearly above what is reached without reading a document: {', '.join(not_above)}.")
        )
    if report.n_docs < _FEW:
        found.append(callout("warning", f"Only {report.n_docs:,} documents were evaluated; the intervals are wide."))
    unseen = report.unseen_labels
    if unseen["n_labels"]:
        several, n = unseen["n_labels"] != 1, unseen["n_assignments"]
        found.append(
            callout(
                "note",
                f"{unseen['n_labels']:,} {'labels' if several else 'label'} of these documents never occurred in "
                f"training and cannot be found: {n:,} of {report.aligned.y_true.nnz:,} assignments count as missed. "
                f"{'Among them' if several else 'It is'}: {', '.join(unseen['examples'][:5])}.",
            )
        )
    return found


def all_metrics(rows: Sequence[ReportRow], names: Sequence[str], caption: str) -> Child:
    """Return every figure with its interval and the baselines'."""
    columns = [Column("metric"), Column("model", number=True), Column("interval", number=True)]
    columns += [Column(name.replace("_", " "), number=True) for name in names]
    body = []
    for row in rows:
        beside = [fraction(row.baselines[name]) for name in names]
        arrow = " (lower is better)" if row.metric in LOWER_IS_BETTER else ""
        body.append([row.metric + arrow, fraction(row.value), interval(row.low, row.high), *beside])
    return table(columns, body, caption=caption)


def curves(report: Report, found: Details) -> list[Child]:
    """Return precision over recall, and what each threshold on the probabilities would give."""
    drawn = {name: curve.points() for name, curve in found.curves.items()}
    lines = [
        Line(
            f"{GROUPS[name]} (average precision {fraction(found.curves[name].average_precision)})", points, style=style
        )
        for style, name in enumerate(GROUPS)
        if (points := [(recall, precision) for recall, precision, _ in drawn.get(name, [])])
    ]
    if not lines:
        return [paragraph("No label has a probability, so there are no curves.")]
    chosen = (report.metrics["micro_recall"], report.metrics["micro_precision"])
    lines.append(Line("what the model chose", [chosen], kind="marks", style=4))
    rows = found.thresholds
    best = max(rows, key=lambda row: row.f1)
    parts = {
        "precision": [(row.threshold, row.precision) for row in rows if row.labels_per_document > 0],
        "recall": [(row.threshold, row.recall) for row in rows],
        "F1": [(row.threshold, row.f1) for row in rows],
    }
    told = (
        f"One threshold for all labels does best at {best.threshold:g}: F1 {fraction(best.f1)} with "
        f"{best.labels_per_document:.1f} labels a document. The model's own choices reach "
        f"{fraction(report.metrics['micro_f1'])}."
    )
    unit = (0.0, 1.0)
    return [
        charts(
            line_chart(
                lines, title="Precision and recall", x="recall", y="precision", x_limits=unit, y_limits=unit,
                summary="Each point is a threshold on the probabilities; up and to the right is better.",
            ),
            line_chart(
                [Line(name, points, style=style) for style, (name, points) in enumerate(parts.items()) if points],
                title="Thresholds", x="threshold on the probability", y="share", x_limits=unit, y_limits=unit,
                summary=told,
            ),
        ),
        paragraph("The best threshold is picked by looking at these very documents: it is no promise for others."),
    ]  # fmt: skip


def reliability_charts(report: Report, found: Details) -> list[Child]:
    """Return stated against true shares, overall and for head, torso and tail."""
    drawn = []
    for style, (name, text) in enumerate(GROUPS.items()):
        bins = found.reliability[name]
        if not bins:
            continue
        n = sum(one.n for one in bins)
        gap = sum(one.n * abs(one.stated - one.came_true) for one in bins) / n
        known = [one for one in bins if not math.isnan(one.low)]
        line = Line(
            text,
            [(one.stated, one.came_true) for one in bins],
            band=[(one.stated, one.low, one.high) for one in known],
            markers=True,
            style=style,
        )
        drawn.append(
            line_chart(
                [line], title=f"Reliability: {text}", x="stated probability", y="share that applies", diagonal=True,
                x_limits=(0.0, 1.0), y_limits=(0.0, 1.0),
                summary=f"{n:,} suggestions; mean distance from the dotted line {fraction(gap)}.",
            )
        )  # fmt: skip
    if not drawn:
        return [paragraph("No suggestion has a probability.")]
    return [
        paragraph(
            "On the dotted line a probability is kept: of the suggestions said to be 70% sure, 70% apply. Points below "
            "it promise too much. Judged are each document's ten best suggestions, in 15 bins of equal width; the "
            "bands are intervals from resampled documents."
        ),
        charts(*drawn),
    ]


def frequency_table(report: Report) -> list[Child]:
    """Return how frequent and rare labels fare."""
    low, high = report.conventions["frequency_bounds"]
    what = {
        "head": f"more than {high:,} training documents",
        "torso": f"{low:,} to {high:,}",
        "tail": f"1 to {low - 1:,}",
    }
    columns = [Column("labels"), Column("training documents")]
    columns += [
        Column(name, number=True)
        for name in ("labels", "evaluated", "assignments", "micro precision", "micro recall", "micro F1", "macro F1")
    ]
    columns.append(Column("in top 5", number=True, meaning="share of the assignments among the five best suggestions"))
    rows = []
    for name, f in report.by_frequency.items():
        counts = [count(f[key]) for key in ("n_labels", "n_test_labels", "n_assignments")]
        shares = ("micro_precision", "micro_recall", "micro_f1", "macro_f1", "found_in_top_5")
        rows.append([name, what[name], *counts, *(fraction(f[key]) for key in shares)])
    known = {name: f for name, f in report.by_frequency.items() if not math.isnan(f["macro_f1"])}
    bars = [Bar(name, f["macro_f1"]) for name, f in known.items()]
    bars += [Bar(f"{name}, in top 5", f["found_in_top_5"]) for name, f in known.items()]
    told = "Where the share among the five best is far above F1, labels are found and the thresholds hide them."
    chart = (
        [charts(bar_chart(bars, title="Macro F1, and found in the five best", x="share", summary=told))] if bars else []
    )
    return [table(columns, rows, caption="Head, torso and tail"), *chart]


def hierarchy_section(report: HierarchyReport) -> list[Child]:
    """Return how near the chosen labels are to the true ones in a thesaurus."""
    caption = f"{report.n_matched:,} of {report.n_labels:,} labels are among the {report.n_concepts:,} concepts"
    return [
        paragraph("A near miss counts for something here: a label's parent, child or sibling in place of the label."),
        all_metrics(report.rows(), list(report.baselines), caption),
    ]
