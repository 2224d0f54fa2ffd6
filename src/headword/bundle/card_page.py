"""The model card as a page."""

import json

from headword.bundle.card import BASELINES, LIMITS, USE, Facts, LabelQuality
from headword.pages import (
    Cell,
    Column,
    Html,
    Line,
    Section,
    Tile,
    bullets,
    callout,
    code,
    details,
    facts,
    line_chart,
    page,
    paragraph,
    table,
    tiles,
)
from headword.pages.markup import Child

_MOST_ROWS = 3000
_HEADLINES = ("p@1", "p@5", "micro_f1", "macro_f1")


def model_card_page(about: Facts, bundle: str) -> str:
    """Return the page; `bundle` is the name of the file."""
    sections = [
        Section("At a glance", [tiles(_tiles(about))]),
        Section("Intended use", [paragraph(USE)]),
        Section("Limits", [bullets([text.replace("`", "") for text in LIMITS])]),
        Section("What it is", [facts(about.made())]),
        Section("What it learnt from", [facts(about.learnt_from())]),
        Section("How good it is", _figures(about)),
        Section("Probabilities", _probabilities(about)),
        *([Section("What it guarantees", [facts(about.promises())])] if about.promises() else []),
        Section("Every label", [_labels(about)]),
        Section("Recipe", [_recipe(about)]),
    ]
    made = f"made from {bundle}, written by headword {about.version}"
    return page(about.title(), sections, lead=paragraph("What the model says of itself: ", bundle, "."), made=made)


def _tiles(about: Facts) -> list[Tile]:
    found = {name: (value, beside) for name, value, beside in about.figures()}
    several = [
        Tile("labels", f"{len(about.labels):,}"),
        Tile("documents learnt from", about.count("trained_on")),
    ]
    for name in _HEADLINES:
        if name in found:
            value, beside = found[name]
            null = beside.get("most_frequent_labels")
            several.append(Tile(name, f"{value:.3f}", "" if null is None else f"most frequent labels: {null:.3f}"))
    error = about.number("quality", "ece")
    if error is not None:
        several.append(Tile("calibration error", f"{error:.4f}", "0 is best"))
    return several


def _figures(about: Facts) -> list[Child]:
    rows = [
        [name, Cell(_figure(value), value), *(None if b is None else Cell(_figure(b), b) for b in beside.values())]
        for name, value, beside in about.figures()
    ]
    if not rows:
        return [paragraph("It was not measured.")]
    n_docs = about.count("quality")
    columns = [Column("metric"), Column("model", True), *(Column(name, True) for name in BASELINES.values())]
    return [
        paragraph(
            f"Measured on {n_docs} of its training documents by models that had not seen them (cross-fitting), "
            "beside two baselines that read no document (on 2,000 documents at most)."
        ),
        table(columns, rows, caption="Figures on held-out training documents"),
    ]


def _probabilities(about: Facts) -> list[Child]:
    error = about.number("quality", "ece")
    bins = about.reliability()
    said = callout("note" if error is None else "good" if error < 0.02 else "warning", about.calibration())
    if not bins:
        return [said]
    line = Line("suggestions", [(p, right) for p, right, _ in bins], markers=True)
    chart = line_chart(
        [line], title="Stated probability and share right", x="stated probability", y="share right",
        summary="Points on the dotted line are right as often as they say; each stands for as many suggestions.",
        x_limits=(0.0, 1.0), y_limits=(0.0, 1.0), diagonal=True,
    )  # fmt: skip
    rows = [[f"{p:.3f}", f"{right:.3f}", n] for p, right, n in bins]
    columns = [Column(name, True) for name in ("stated probability", "share right", "suggestions")]
    return [said, chart, details("The figures of this chart", table(columns, rows, caption="Reliability", head=False))]


def _labels(about: Facts) -> Html:
    columns = [
        Column("label"), Column("training documents", True), Column("held out", True, "held-out documents with it"),
        Column("chosen", True, "held-out documents that it was chosen for"),
        Column("precision", True), Column("recall", True), Column("F1", True),
    ]  # fmt: skip
    shown = about.labels[:_MOST_ROWS]
    more = f", the {_MOST_ROWS:,} most frequent of {len(about.labels):,}" if len(shown) < len(about.labels) else ""
    caption = f"Labels by number of training documents{more}"
    return table(columns, [_row(row) for row in shown], caption=caption, live=True)


def _row(row: LabelQuality) -> list[Child]:
    figures = (row.precision, row.recall, row.f1)
    shown = [None if value is None else Cell(_figure(value), value) for value in figures]
    return [row.label, row.support, row.true, row.chosen, *shown]


def _recipe(about: Facts) -> Html:
    text = json.dumps(about.entry("recipe"), indent=1, sort_keys=True, ensure_ascii=False)
    return details("Every setting it was trained with", code(text))


def _figure(value: float) -> str:
    return f"{value:.3f}"
