"""A comparison of two corpora as a page."""

from headword import __version__
from headword.audit.drift import Drift
from headword.audit.drift_families import Family, Item
from headword.audit.drift_words import advice, capitalised, telling, verdict
from headword.pages import (
    Cell,
    Column,
    Html,
    Line,
    Section,
    Tile,
    bullets,
    callout,
    facts,
    line_chart,
    page,
    paragraph,
    table,
    tiles,
)
from headword.pages.figures import p_value, percent
from headword.pages.markup import Child

_MOST_ROWS = 200
_CURVED = 3


def drift_page(drift: Drift, a: str, b: str, *, data: str) -> str:
    """Return the page; `a` and `b` say what was compared, `data` is the file that holds B."""
    lead = paragraph("A is ", a, ", B is ", b, ". Shares are of the documents for which a property is known.")
    sections = [Section("Verdict", _verdict(drift, data))]
    if drift.text is not None:
        sections.append(Section("Can they be told apart?", _told_apart(drift)))
    sections += [Section(capitalised(f.name), _family(f, drift)) for f in drift.families]
    sections.append(Section("How to read this", [bullets(_reading(drift))]))
    return page("Drift between two corpora", sections, lead=lead, made=f"headword {__version__}")


def _verdict(drift: Drift, data: str) -> list[Child]:
    kind = "warning" if drift.drifted else "good"
    several = [
        Tile("documents of A", f"{drift.n_a:,}"),
        Tile("documents of B", f"{drift.n_b:,}"),
        Tile("questions", f"{len(drift.p)}", f"{len(drift.drifted)} differ beyond chance"),
    ]
    if drift.text is not None:
        several.append(Tile("told apart by text", percent(drift.text.auc), "of pairs; 50% is a guess"))
    rows = [_summary_row(name, p, drift) for name, p in drift.p.items()]
    columns = [
        Column("question"),
        Column("answer"),
        Column("p, adjusted", True, "chance of so large a difference between random parts of one population"),
        Column("items that differ", True),
        Column("of", True, "items compared"),
        Column("distance", True, "share of documents that would have to change for both to be alike"),
    ]
    todo = advice(drift, data)
    return [
        callout(kind, verdict(drift), "."),
        tiles(several),
        table(columns, rows, caption="What was asked, and what came out"),
        [paragraph("What to do:"), bullets(todo)] if todo else None,
    ]


def _summary_row(name: str, p: float, drift: Drift) -> list[Child]:
    answer = "differs" if p <= drift.alpha else "no difference beyond chance"
    if name == "text":
        return [name, answer, Cell(p_value(p), p), None, None, None]
    family = drift.family(name)
    distance = None if family.distance is None else Cell(percent(family.distance), family.distance)
    return [name, answer, Cell(p_value(p), p), len(family.drifted(drift.alpha)), len(family.items), distance]


def _told_apart(drift: Drift) -> list[Child]:
    text = drift.text
    if text is None:
        return []
    several: list[tuple[str, Child]] = [
        ("documents judged", f"{text.n_judged:,}, by a classifier that learnt from as many others"),
        ("p of this question alone", p_value(text.p)),
    ]
    rows = [[name, title, side] for side, some in (("A", text.most_a), ("B", text.most_b)) for name, title in some]
    columns = [Column("document"), Column("title"), Column("looks like")]
    return [
        paragraph(capitalised(telling(drift) or ""), "."),
        facts(several),
        table(columns, rows, caption="The documents that look most like A, and most like B"),
    ]


def _family(family: Family, drift: Drift) -> list[Child]:
    found = family.drifted(drift.alpha)
    parts: list[Child] = [paragraph(note, ".") for note in family.notes]
    if family.name.endswith("year") and len(family.items) >= _CURVED:
        parts.append(_years(family))
    if not found:
        return [*parts, paragraph(f"None of {len(family.items):,} items differs beyond chance.")]
    columns = [
        Column(family.what),
        Column("A", True, "share of the documents of A"),
        Column("B", True, "share of the documents of B"),
        Column("B − A", True, "in percentage points"),
        Column("in A", True, "documents"),
        Column("in B", True, "documents"),
        Column("p, adjusted", True),
    ]
    more = f"; the {_MOST_ROWS} that matter most of {len(found):,}" if len(found) > _MOST_ROWS else ""
    caption = f"{family.name}: what differs beyond chance, of {len(family.items):,} compared{more}"
    return [*parts, table(columns, [_row(i) for i in found[:_MOST_ROWS]], caption=caption, live=True)]


def _row(item: Item) -> list[Child]:
    by = item.share_b - item.share_a
    points = f"{'+' if by > 0 else '−'}{abs(100 * by):.2f}"
    return [
        item.name,
        Cell(percent(item.share_a, 2), item.share_a),
        Cell(percent(item.share_b, 2), item.share_b),
        Cell(points, by),
        item.count_a,
        item.count_b,
        Cell(p_value(item.p), item.p),
    ]


def _years(family: Family) -> Html:
    lines = [
        Line(name, [(float(i.name), 100 * getattr(i, share)) for i in family.items], markers=True)
        for name, share in (("A", "share_a"), ("B", "share_b"))
    ]
    first, last = family.items[0].name, family.items[-1].name
    years = [float(item.name) for item in family.items]
    return line_chart(
        lines,
        x_limits=(min(years), max(years)),
        title=family.name,
        x="year",
        y="% of documents",
        summary=f"Documents by year, {first} to {last}.",
    )


def _reading(drift: Drift) -> list[str]:
    return [
        f"Were A and B two random parts of one population, anything at all would be said to differ with a probability "
        f"of at most {drift.alpha:g}. Each p-value is exact, and adjusted for the number of items and of questions.",
        "With many documents, differences far too small to matter lie beyond chance: look at the shares as well.",
        "Documents that come in families (versions, records of one template) are no independent draws; a family that "
        "is in one corpus as a whole can look like drift.",
        "Drift of words or labels does not say that a model got worse, and a model can get worse without it, where "
        "the same words come to mean other labels: only newly labelled documents tell.",
    ]
