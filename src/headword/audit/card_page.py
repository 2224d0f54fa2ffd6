"""The data card as a page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from headword import __version__
from headword.audit.card import DataCard, Lengths
from headword.audit.card_labels import LabelProfile
from headword.audit.source import Source
from headword.pages import (
    Bar,
    Cell,
    Column,
    Html,
    Line,
    Section,
    Tile,
    bar_chart,
    bullets,
    callout,
    charts,
    code,
    facts,
    line_chart,
    page,
    paragraph,
    table,
    tiles,
)
from headword.pages.figures import percent
from headword.pages.markup import Child

_MOST_ROWS = 3000
_MOST_VALUES = 25
_MOST_BARS = 12
_STRAY = 1.0
_LEAST_BAR = 0.001


def data_card_page(card: DataCard) -> str:
    """Return the page."""
    sections = [
        Section("At a glance", [tiles(_tiles(card))]),
        Section("What would do harm", _warnings(card)),
        Section("Source", [_source(card)]),
        Section("Documents", _documents(card)),
    ]
    if card.composition:
        sections.append(Section("Composition", _composition(card.composition)))
    sections += [
        Section("Labels", _labels(card.labels)),
        Section("Labels that go together", _pairs(card.labels)),
        Section("Every label", [_label_table(card.labels)]),
        Section("How the figures are defined", [bullets(_DEFINITIONS)]),
    ]
    lead = paragraph("A corpus in figures: ", card.source.file, ".")
    return page("Data card", sections, lead=lead, made=f"headword {__version__}; fingerprint {card.fingerprint}")


def _tiles(card: DataCard) -> list[Tile]:
    counts, labels = card.found["counts"], card.labels
    return [
        Tile("documents", f"{counts['documents']:,}", f"{counts['annotated']:,} annotated"),
        Tile("labels", f"{labels.n_labels:,}", f"{counts['assignments']:,} assignments"),
        Tile("labels a document", f"{labels.cardinality:.2f}", f"density {labels.density:.4f}"),
        Tile("mean imbalance", f"{labels.mean_imbalance:,.1f}", f"largest {labels.largest_imbalance:,.0f}"),
        Tile("SCUMBLE", f"{labels.scumble:.3f}", "rare beside frequent labels"),
        Tile("near-duplicates", _count(counts.get("near_duplicates")), f"{counts['exact_duplicates']:,} exact ones"),
        Tile("median words", f"{counts['median_words']:,}", "title and abstract"),
        Tile("licence", card.source.licence or "not known"),
    ]


def _count(value: Any) -> str:
    return "not counted" if value is None else f"{value:,}"


def _warnings(card: DataCard) -> list[Child]:
    if not card.warnings:
        return [callout("good", "nothing odd was found.")]
    return [_warning(one["problem"], one["fix"]) for one in card.warnings]


def _warning(problem: str, fix: str) -> Html:
    if fix.startswith("headword "):
        return callout("warning", problem, ".", code(fix))
    return callout("warning", problem, ": ", fix, ".")


def _source(card: DataCard) -> Html:
    source: Source = card.source
    told: list[tuple[str, Child]] = [("file", source.file)]
    if source.bytes is not None:
        told += [("size", f"{source.bytes:,} bytes"), ("SHA-256", source.sha256)]
    told.append(("fingerprint of ids, texts and labels", card.fingerprint))
    if source.provenance is None:
        told.append(("provenance", "nothing is known: no file of provenance lies beside it"))
        return facts(told)
    told.append(("still as written", "yes" if source.as_fetched else "no: the file was changed since"))
    if steps := source.steps():
        told.append(("made of what was fetched by", ", then ".join(steps)))
    for key in ("name", "service", "endpoint", "version", "started", "finished", "licence", "citation", "headword"):
        if source.provenance.get(key):
            told.append((key, str(source.provenance[key])))
    asked = source.provenance.get("asked") or {}
    told += [(f"asked: {key}", str(value)) for key, value in asked.items() if value]
    told += [("note", str(note)) for note in source.provenance.get("notes") or ()]
    return facts(told)


def _documents(card: DataCard) -> list[Child]:
    counts = card.found["counts"]
    rows = [[name.replace("_", " "), f"{v:,.1f}" if isinstance(v, float) else v] for name, v in counts.items()]
    parts: list[Child] = [table([Column("count"), Column("value", True)], rows, caption="Counts")]
    if card.lengths is not None:
        parts.append(_lengths(card.lengths))
    if card.found["split"]:
        total = counts["documents"]
        split = [[name, n, percent(n / total)] for name, n in card.found["split"].items()]
        parts.append(table([Column("part"), Column("documents", True), Column("share", True)], split, caption="Parts"))
    fields = [[f["field"], f["n_docs"], f["n_values"], f["example"]] for f in card.found["fields"]]
    if fields:
        columns = [Column("field"), Column("documents", True), Column("values", True), Column("example")]
        parts.append(table(columns, fields, caption="Further columns"))
    return parts


def _lengths(lengths: Lengths) -> list[Child]:
    total = max(sum(n for *_, n in lengths.bins), 1)
    points = [((low + high) / 2, 100 * n / total) for low, high, n in lengths.bins]
    chart = line_chart(
        [Line("documents", points, markers=True)],
        title="Lengths",
        x="words of title and abstract",
        y="% of documents",
        summary=f"Half of the documents have {lengths.quantiles['25%']:,} to {lengths.quantiles['75%']:,} words, "
        f"the longest {lengths.quantiles['most']:,}; the last point stands for all from there on.",
    )
    columns = [Column(name, True) for name in ("without title", "without abstract", *lengths.quantiles)]
    row = [[lengths.without_title, lengths.without_abstract, *lengths.quantiles.values()]]
    return [chart, table(columns, row, caption="Words of title and abstract: quantiles", head=False)]


def _composition(composition: Mapping[str, Mapping[str, int]]) -> list[Child]:
    pictures: list[Html] = []
    tables: list[Child] = []
    for name, values in composition.items():
        total = sum(values.values())
        if name.endswith("year") and len(values) > 2:
            every = sorted((float(year), 100 * n / total) for year, n in values.items())
            # A few mistyped years would squeeze all others into a corner.
            cut = np.searchsorted(np.cumsum([share for _, share in every]), _STRAY)
            years = every[int(cut) :]
            before = f", {sum(s for _, s in every[: int(cut)]):.2f}% before {years[0][0]:.0f}" if cut else ""
            summary = f"{total:,} dated documents, {every[0][0]:.0f} to {every[-1][0]:.0f}{before}."
            line = Line("documents", years, markers=True)
            pictures.append(
                line_chart(
                    [line],
                    title=name,
                    x="year",
                    y="% of documents",
                    summary=summary,
                    x_limits=(years[0][0], years[-1][0]) if len(years) > 1 else None,
                )
            )
            continue
        if len(values) <= _MOST_BARS:
            bars = [Bar(value, n / total) for value, n in values.items() if n >= _LEAST_BAR * total]
            summary = f"{total:,} documents; most are {bars[0].name} ({percent(bars[0].value)})."
            pictures.append(bar_chart(bars, title=name, x="share of documents", summary=summary))
        some = list(values.items())[:_MOST_VALUES]
        more = f", the {_MOST_VALUES} most frequent of {len(values)}" if len(values) > _MOST_VALUES else ""
        columns = [Column(name), Column("documents", True), Column("share", True)]
        rows = [[value, n, Cell(percent(n / total), n)] for value, n in some]
        tables.append(table(columns, rows, caption=f"Documents by {name}{more}"))
    return [charts(*pictures) if pictures else None, tables]


def _labels(labels: LabelProfile) -> list[Child]:
    told: list[tuple[str, Child]] = [
        ("cardinality", f"{labels.cardinality:.3f} labels a document"),
        ("density", f"{labels.density:.5f}"),
        ("different sets of labels", f"{labels.label_sets:,}, of which {labels.unique_sets:,} occur once"),
        ("imbalance (IRLbl)", f"mean {labels.mean_imbalance:,.2f}, largest {labels.largest_imbalance:,.1f}"),
        ("variation of imbalance (CVIR)", f"{labels.imbalance_variation:.3f}"),
        ("SCUMBLE", f"{labels.scumble:.4f}"),
    ]
    told += [(name, f"{n:,} labels, {percent(share)} of assignments") for name, (n, share) in labels.bands.items()]
    if not labels.rows:
        return [facts(told)]
    total = max(sum(labels.per_document), 1)
    ranks = _thinned([(float(i), float(row.support)) for i, row in enumerate(labels.rows, start=1)])
    most = labels.rows[0]
    curve = line_chart(
        [Line("documents", ranks)], title="Documents by label", x="rank of the label", y="documents", log_x=True,
        summary=f"From {most.support:,} documents ({most.label}) to {labels.rows[-1].support:,}; "
        f"{labels.n_labels:,} labels.",
    )  # fmt: skip
    bars = [Bar(f"{n} labels", count / total) for n, count in enumerate(labels.per_document[:_MOST_BARS]) if count]
    longest = len(labels.per_document) - 1
    sizes = bar_chart(
        bars, title="Labels a document", x="share of documents", summary=f"At most {longest} labels on one document."
    )
    return [facts(told), charts(curve, sizes)]


def _thinned(points: list[tuple[float, float]], most: int = 300) -> list[tuple[float, float]]:
    """Keep enough points for a curve over the logarithm of x, the first and the last among them."""
    if len(points) <= most:
        return points
    places = sorted({round(len(points) ** (i / (most - 1))) - 1 for i in range(most)})
    return [points[i] for i in places]


def _pairs(labels: LabelProfile) -> list[Child]:
    if not labels.pairs:
        return [paragraph("No document has two labels.")]
    columns = [
        Column("label"), Column("with"), Column("documents with both", True),
        Column("of those with either", True), Column("lift", True, "times as often as if they were independent"),
    ]  # fmt: skip
    rows = [
        [one.first, one.second, one.together, Cell(percent(one.together / one.either), one.together / one.either),
         Cell(f"{one.lift:,.1f}", one.lift)]
        for one in labels.pairs
    ]  # fmt: skip
    shown = table(columns, rows, caption=f"The {len(rows)} pairs that stand together most often", live=True)
    if not labels.inseparable:
        return [shown]
    same = [f"{one.first} and {one.second} ({one.together:,} documents)" for one in labels.inseparable[:_MOST_VALUES]]
    return [shown, paragraph("Always together, never one without the other:"), bullets(same)]


def _label_table(labels: LabelProfile) -> Html:
    columns = [
        Column("label"), Column("documents", True), Column("share", True, "of annotated documents"),
        Column("IRLbl", True, "documents of the most frequent label for each of this one"),
        Column("SCUMBLE", True, "mean over its documents"),
        Column("most often beside"), Column("in", True, "share of its documents"),
    ]  # fmt: skip
    rows = [
        [row.label, row.support, Cell(percent(row.share, 2), row.share), Cell(f"{row.imbalance:,.1f}", row.imbalance),
         Cell(f"{row.scumble:.3f}", row.scumble), row.most_beside or None, Cell(percent(row.beside), row.beside)]
        for row in labels.rows[:_MOST_ROWS]
    ]  # fmt: skip
    more = f", the {_MOST_ROWS:,} most frequent of {len(labels.rows):,}" if len(labels.rows) > _MOST_ROWS else ""
    return table(columns, rows, caption=f"Labels by number of documents{more}", live=True)


_DEFINITIONS = (
    "Cardinality is the mean number of labels of the annotated documents, density cardinality over number of labels.",
    "IRLbl of a label is the number of documents of the most frequent label over that of this one; the mean imbalance "
    "is its mean over labels, CVIR its standard deviation over that mean.",
    "SCUMBLE of a document is 1 minus the geometric over the arithmetic mean of the IRLbl of its labels: 0 where "
    "labels of one frequency stand together, near 1 where rare ones stand beside frequent ones.",
    "Head labels have more than 500 documents, torso labels 50 to 500, tail labels fewer than 50.",
    "Near-duplicates share at least half of their word triples with an earlier document.",
    "Languages are told by script and by words of grammar; texts with too few of these are unknown.",
)
