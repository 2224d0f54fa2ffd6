"""The comparison of two systems as one self-contained page, and its verdict in words."""

import math
from collections.abc import Mapping, Sequence

from headword.evaluation.comparison import Comparison
from headword.evaluation.differences import DocumentDifference, MetricRow
from headword.metrics import LOWER_IS_BETTER
from headword.pages import (
    Bar,
    Cell,
    Column,
    Section,
    bar_chart,
    bullets,
    callout,
    charts,
    details,
    element,
    facts,
    heading,
    page,
    paragraph,
    table,
)
from headword.pages.figures import fraction, interval, p_value, percent, signed
from headword.pages.markup import Child

ALPHA = 0.05
_MOST_LABELS = 2000
_SHOWN = 5


def verdict(found: Comparison, a: str, b: str) -> list[str]:
    """Return what the comparison says, in sentences; differences count from a corrected p of 0.05."""
    sure = [row for row in found.metrics if row.p_holm <= ALPHA]
    b_ahead = [row.metric for row in sure if is_better(row)]
    a_ahead = [row.metric for row in sure if not is_better(row)]
    out = [f"{b} is better in {', '.join(b_ahead)}."] if b_ahead else []
    out += [f"{a} is better in {', '.join(a_ahead)}."] if a_ahead else []
    n = f"{len(found.metrics)} metrics"
    out.append(f"The other differences of {n} may be chance." if out else f"No difference in {n} is beyond chance.")
    level = found.conventions["false_discoveries"]
    sure_labels = [one for one in found.labels if one.q <= level]
    b_wins = sum(one.only_b > one.only_a for one in sure_labels)
    if sure_labels:
        out.append(
            f"Of {found.n_labels:,} labels, {b} decides {b_wins:,} and {a} {len(sure_labels) - b_wins:,} better than "
            f"the other (at most {percent(level, 0)} of these are expected to be chance)."
        )
    else:
        out.append(
            f"On no single label is the difference beyond chance ({len(found.labels):,} are decided differently)."
        )
    return out


def spaces_text(found: Comparison, a: str, b: str) -> str | None:
    """Return how the labels of the two differ, None where they do not."""
    spaces = found.spaces
    if not spaces.only_a and not spaces.only_b:
        return None
    parts = [
        f"{len(only):,} only {name} ({', '.join(only[:_SHOWN])}{', …' if len(only) > _SHOWN else ''})"
        for name, only in ((a, spaces.only_a), (b, spaces.only_b))
        if only
    ]
    judged = (
        "only the shared ones count"
        if found.conventions["shared_labels"]
        else "each misses the labels it does not know; --shared-labels leaves those out"
    )
    return f"Both know {spaces.n_shared:,} labels, {' and '.join(parts)}: {judged}."


def is_better(row: MetricRow) -> bool:
    """Return whether b is better by this metric."""
    return (row.difference < 0) == (row.metric in LOWER_IS_BETTER) and row.difference != 0


def comparison_page(found: Comparison, *, a: str, b: str, made: Mapping[str, str], warnings: Sequence[str] = ()) -> str:
    """Return the page.

    Parameters
    ----------
    a, b
        What the two are called.
    made
        How the page came about: command, versions, hashes, by name.
    warnings
        What must be known before any figure is believed.
    """
    spaces = spaces_text(found, a, b)
    names = {"A": a, "B": b}
    sections = [
        Section(
            "In short",
            [
                *(callout("warning", text) for text in warnings),
                bullets(verdict(found, "A", "B")),
                callout("warning", spaces) if spaces else None,
                callout("warning", "Both are the same in every figure.") if not found.labels else None,
            ],
        ),
        Section("All documents", _metrics(found)),
        Section("By label", _labels(found)),
        Section(
            "Documents on which they differ most",
            [
                heading("A is ahead"),
                _documents(found.a_better, "A"),
                heading("B is ahead"),
                _documents(found.b_better, "B"),
            ],
        ),
        Section("How it was measured", _measured(found)),
    ]
    lead = [
        facts([(f"{letter} is", name) for letter, name in names.items()]),
        paragraph(
            f"Judged by {found.n_docs:,} documents ({found.conventions['n_groups']:,} independent ones: "
            f"near-duplicates count once) over {found.n_labels:,} labels. Differences are B minus A."
        ),
    ]
    return page(f"{a} and {b} compared", sections, lead=lead, made=facts(list(made.items())))


def _metrics(found: Comparison) -> list[Child]:
    columns = [
        Column("metric"),
        *(Column(n, number=True) for n in ("A", "B", "B − A", "interval", "p", "p, corrected")),
    ]
    columns.append(Column("beyond chance"))
    rows = []
    for row in found.metrics:
        beyond = ("B is better" if is_better(row) else "A is better") if row.p_holm <= ALPHA else "no"
        lower = " (lower is better)" if row.metric in LOWER_IS_BETTER else ""
        rows.append(
            [
                row.metric + lower, fraction(row.a, 4), fraction(row.b, 4), signed(row.difference, 4),
                interval(row.low, row.high, 4), p_value(row.p), p_value(row.p_holm), beyond,
            ]
        )  # fmt: skip
    shown = [r for r in found.metrics if r.metric not in LOWER_IS_BETTER and not math.isnan(r.difference)]
    reach = max([0.01, *(abs(end) for r in shown for end in (r.low, r.high))]) * 1.05
    drawn = bar_chart(
        [Bar(r.metric, r.difference, r.low, r.high) for r in shown],
        title="Differences, B minus A",
        x="to the right B is better",
        summary="Whiskers are intervals of the paired bootstrap, each metric for itself.",
        limits=(-reach, reach),
        digits=4,
    )
    return [table(columns, rows, caption="Both systems, and the tests of their difference"), charts(drawn)]


def _labels(found: Comparison) -> list[Child]:
    level = found.conventions["false_discoveries"]
    columns = [Column("label")] + [
        Column(name, number=True, meaning=meaning)
        for name, meaning in (
            ("documents", "evaluated documents that have it"),
            ("only A right", "independent documents for which A alone decided rightly about it"),
            ("only B right", "independent documents for which B alone decided rightly about it"),
            ("F1 of A", ""),
            ("F1 of B", ""),
            ("p", "McNemar's exact test"),
            ("q", "expected share of false ones among labels up to this one"),
        )
    ]
    rows = [
        [
            one.label, one.support, one.only_a, one.only_b, fraction(one.f1_a), fraction(one.f1_b),
            Cell(p_value(one.p), one.p), Cell(p_value(one.q), one.q),
        ]
        for one in found.labels[:_MOST_LABELS]
    ]  # fmt: skip
    if not rows:
        return [paragraph("Both decide every label alike.")]
    left = len(found.labels) - len(rows)
    told = f"Labels with q up to {level:g} are won or lost beyond chance; the rest may be luck."
    return [
        paragraph(told, f" {left:,} labels with higher p are left out; --json has them all." if left else None),
        table(columns, rows, caption="Labels that the two decide differently, the surest difference first", live=True),
    ]


def _documents(several: Sequence[DocumentDifference], ahead: str) -> Child:
    if not several:
        return paragraph("No document.")
    columns = [Column("document", wide=True), Column("its labels"), Column("A chose"), Column("B chose")]
    columns += [Column("F1 of A", number=True), Column("F1 of B", number=True)]
    rows = [
        [
            [element("code", one.id), f" {one.title}" if one.title else ""],
            *("; ".join(labels) or "none" for labels in (one.true, one.chosen_a, one.chosen_b)),
            fraction(one.f1_a),
            fraction(one.f1_b),
        ]
        for one in several
    ]
    return table(columns, rows, caption=f"The documents on which {ahead} is ahead by most in F1")


def _measured(found: Comparison) -> list[Child]:
    given = found.conventions
    numbers = [("resamples", f"{given['n_resamples']:,}, seed {given['seed']}")]
    numbers.append(("intervals", f"hold {percent(given['confidence'], 0)} of the resamples"))
    words = [(name.replace("_", " "), value) for name, value in given.items() if isinstance(value, str)]
    return [facts(numbers), details("Definitions", facts(words))]
