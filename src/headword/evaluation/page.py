"""The evaluation as one self-contained page."""

import math
from collections.abc import Mapping, Sequence

from headword.evaluation.details import Details
from headword.evaluation.hierarchy import HierarchyReport
from headword.evaluation.mistakes import Mistake
from headword.evaluation.page_figures import (
    all_metrics,
    curves,
    frequency_table,
    headlines,
    hierarchy_section,
    reliability_charts,
)
from headword.evaluation.report import Report
from headword.evaluation.slices import Slice
from headword.evaluation.table import LabelRow
from headword.pages import (
    Cell,
    Column,
    Line,
    Section,
    callout,
    charts,
    details,
    element,
    facts,
    heading,
    line_chart,
    page,
    paragraph,
    table,
)
from headword.pages.figures import count, fraction, interval, percent
from headword.pages.markup import Child

MOST_LABELS = 5000
_LONGEST = 160

Reasons = Mapping[tuple[str, str], Sequence[str]]


def evaluation_page(
    report: Report,
    found: Details,
    *,
    model: str,
    made: Mapping[str, str],
    reasons: Reasons | None = None,
    hierarchy: HierarchyReport | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """Return the page.

    Parameters
    ----------
    model
        What was evaluated, for the title.
    made
        How the page came about: command, versions, hashes, by name.
    reasons
        Why a wrongly chosen label was chosen, in a few lines, by (document id, label).
    hierarchy
        Figures that follow a thesaurus, if there is one.
    warnings
        What must be known before any figure is believed.
    """
    sections = [
        Section("At a glance", [*(callout("warning", text) for text in warnings), *headlines(report)]),
        Section("Precision, recall and thresholds", curves(report, found)),
        Section("Can the probabilities be believed?", reliability_charts(report, found)),
        Section("Frequent and rare labels", frequency_table(report)),
    ]
    if hierarchy is not None:
        sections.append(Section("Near misses in the thesaurus", hierarchy_section(hierarchy)))
    if found.slices:
        sections.append(Section("Kinds of documents", _slices(found.slices)))
    sections += [
        Section("Every label", _labels(report.per_label())),
        Section("The surest mistakes", _mistakes(found, reasons or {})),
    ]
    if found.confusions:
        sections.append(Section("Labels taken for one another", _confusions(found)))
    names = list(report.baselines)
    sections += [
        Section("Every figure", [all_metrics(report.rows(), names, "All metrics beside the baselines")]),
        Section("How it was measured", _conventions(report)),
    ]
    per_document = report.labels_per_document
    lead = paragraph(
        f"Judged by {report.n_docs:,} documents whose labels are known, over {report.n_labels:,} labels. "
        f"A document has {per_document['true']:.2f} labels; {per_document['chosen']:.2f} were chosen. "
        f"All figures are fractions; intervals hold {percent(report.conventions['confidence'], 0)} of the resamples."
    )
    return page(f"How good is {model}?", sections, lead=lead, made=facts([(name, what) for name, what in made.items()]))


def _slices(several: Sequence[Slice]) -> list[Child]:
    columns = [Column("documents with"), Column("documents", number=True)]
    for name in ("p@1", "nDCG@5", "recall@5", "micro F1"):
        columns += [Column(name, number=True), Column("interval", number=True)]
    out: list[Child] = [
        paragraph(
            "The same figures for some of the documents. About one interval in twenty misses by chance; slices marked "
            "small have too few documents to say much. An interval of 1.000 to 1.000 says that no miss was seen, not "
            "that there can be none."
        )
    ]
    for by in dict.fromkeys(one.by for one in several):
        rows = []
        for one in (s for s in several if s.by == by):
            cells: list[Child] = [
                f"{one.value} (small)" if one.small else one.value,
                Cell(count(one.n_docs), one.n_docs),
            ]
            for name in ("p@1", "ndcg@5", "r@5", "micro_f1"):
                cells += [fraction(one.metrics[name]), interval(*one.intervals.get(name, (None, None)))]
            rows.append(cells)
        out += [heading(f"By {by}"), table(columns, rows, caption=f"Figures by {by}")]
        years = [one for one in several if one.by == by and one.value.isdigit()]
        out += [charts(_over_time(by, years))] if len(years) > 2 else []
    return out


def _over_time(by: str, several: Sequence[Slice]) -> Child:
    """Return a line over years or other numbers, which stand highest first."""
    lines = []
    for style, (name, text) in enumerate((("ndcg@5", "nDCG@5"), ("micro_f1", "micro F1"))):
        known = [one for one in reversed(several) if not math.isnan(one.metrics[name])]
        points = [(float(one.value), one.metrics[name]) for one in known]
        band = [(float(one.value), *one.intervals[name]) for one in known if name in one.intervals]
        lines.append(Line(text, points, band=band, markers=True, style=style))
    told = f"From {several[-1].value} to {several[0].value}; the bands are intervals."
    return line_chart(lines, title=f"Over {by}", x=by, y="share", summary=told, y_limits=(0.0, 1.0))


def _labels(rows: Sequence[LabelRow]) -> list[Child]:
    met = [row for row in rows if row.support or row.tp or row.fp]
    shown = sorted(met, key=lambda row: (-row.support, -row.train_support, row.label))[:MOST_LABELS]
    columns = [Column("label")] + [
        Column(name, number=True, meaning=meaning)
        for name, meaning in (
            ("documents", "evaluated documents that have it"),
            ("trained on", "training documents that have it"),
            ("precision", "of the documents it was chosen for, the share that have it"),
            ("recall", "of the documents that have it, the share it was chosen for"),
            ("F1", "harmonic mean of both"),
            ("wrong", "documents it was chosen for that do not have it"),
            ("missed", "documents that have it and it was not chosen for"),
        )
    ]
    body = [
        [
            row.label, row.support, row.train_support,
            *map(fraction, (row.precision, row.recall, row.f1)), row.fp, row.fn,
        ]
        for row in shown
    ]  # fmt: skip
    left = []
    if len(rows) > len(met):
        left.append(f"{len(rows) - len(met):,} labels that no evaluated document has and that were never chosen")
    if len(met) > len(shown):
        left.append(f"the {len(met) - len(shown):,} rarest others; headword evaluate --per-label writes them all")
    note = paragraph(f"Left out: {'; '.join(left)}.") if left else None
    return [note, table(columns, body, caption=f"{len(shown):,} labels, the most frequent first", live=True)]


def _mistakes(found: Details, reasons: Reasons) -> list[Child]:
    return [
        paragraph(
            "Where the model was surest and the document's labels say otherwise. Some of these are mistakes in the "
            "labels: look here first."
        ),
        heading("Chosen, but not among the labels"),
        _mistake_table(found.wrong, "wrongly chosen", reasons),
        heading("Among the labels, but thought least likely"),
        _mistake_table(found.missed, "missed", {}),
    ]


def _mistake_table(several: Sequence[Mistake], kind: str, reasons: Reasons) -> Child:
    if not several:
        return paragraph(f"No label was {kind}.")
    columns = [Column("label"), Column("probability", number=True), Column("document"), Column("its labels")]
    columns.append(Column("why it was chosen" if reasons else "chosen", wide=True))
    rows = []
    for one in several:
        why: Child = "; ".join(one.chosen) or "none"
        if reasons:
            lines = reasons.get((one.id, one.label), ())
            why = [element("div", line) for line in lines] or None
        title = _short(one.title)
        rows.append(
            [
                one.label,
                Cell(percent(one.probability), one.probability),
                [element("code", one.id), f" {title}" if title else ""],
                "; ".join(one.true) or "none",
                why,
            ]
        )
    return table(columns, rows, caption=f"Labels {kind}")


def _confusions(found: Details) -> list[Child]:
    columns = [
        Column("missed"),
        Column("chosen instead"),
        Column("documents", number=True),
        Column("share of the missed", number=True, meaning="of the documents in which the first was missed"),
        Column("by chance", number=True, meaning="documents expected if the two mistakes were independent"),
    ]
    rows = [
        [one.missed, one.chosen, one.n_docs, percent(one.n_docs / one.n_missed), fraction(one.by_chance, 1)]
        for one in found.confusions
    ]
    told = "Documents that lack a choice they should have, and have one they should not. The most beyond chance first."
    return [paragraph(told), table(columns, rows, caption="Pairs of labels", live=True)]


def _conventions(report: Report) -> list[Child]:
    given = report.conventions
    words = [(name.replace("_", " "), value) for name, value in given.items() if isinstance(value, str)]
    numbers = [
        ("resamples", f"{given['n_bootstrap']:,}, seed {given['seed']}"),
        ("propensity", f"A = {given['propensity'][0]:g}, B = {given['propensity'][1]:g}"),
        ("documents without labels", f"{report.aligned.n_unannotated:,} were left out"),
    ]
    return [facts(numbers), details("Definitions", facts(words))]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
