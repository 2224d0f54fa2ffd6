"""Leakage as a page."""

import math

from headword import __version__
from headword.audit.drift_words import capitalised
from headword.audit.leakage import Leakage
from headword.audit.leakage_words import advice, torn, verdict
from headword.audit.straddling import Pair, Straddling
from headword.pages import Cell, Column, Section, Tile, bullets, callout, code, page, paragraph, table, tiles
from headword.pages.figures import percent
from headword.pages.markup import Child

_MOST_ROWS = 300


def leakage_page(found: Leakage, data: str) -> str:
    """Return the page; `data` is the name of the file."""
    sections = [Section("Verdict", _verdict(found, data))]
    if found.straddling:
        content = [part for one in found.straddling for part in _straddling(one)]
        sections.append(Section("Documents across parts", content))
    if found.headed:
        sections.append(Section("Lines that name labels", [_headed(found)]))
    if found.giveaways:
        sections.append(Section("Terms that tell a label", _giveaways(found)))
    lead = paragraph("What training sees of what will judge it, and what texts say of their own labels: ", data, ".")
    return page("Leakage", sections, lead=lead, made=f"headword {__version__}")


def _verdict(found: Leakage, data: str) -> list[Child]:
    kind = "warning" if found.straddling or found.headed else "note" if found.giveaways else "good"
    several = [Tile(f"{part} documents", f"{n:,}") for part, n in (found.sizes or {}).items()]
    if found.straddling:
        worst = max(found.straddling, key=lambda one: (one.share("test"), one.share("valid")))
        part = "test" if worst.sizes["test"] else "valid"
        several.append(Tile(f"{part} with a companion", percent(worst.share(part)), worst.kind))
    if found.giveaways:
        several.append(Tile("labels told by one term", f"{len(found.giveaways):,}", "see below"))
    todo = [
        [paragraph(capitalised(problem), ":"), code(fix)]
        if fix.startswith("headword ")
        else paragraph(capitalised(problem), ": ", fix, ".")
        for problem, fix in advice(found, data)
    ]
    return [callout(kind, verdict(found), "."), tiles(several) if several else None, todo]


def _straddling(one: Straddling) -> list[Child]:
    columns = [Column(name) for name in ("document", "of", "belongs to", "of", "title")]
    columns += [Column("similarity", True, "shared word triples, of those in either text"), Column("labels")]
    caption = f"Examples of {one.groups:,} groups: {one.kind}"
    return [
        paragraph(capitalised(torn(one)), "."),
        table(columns, [_pair(pair) for pair in one.pairs], caption=caption),
    ]


def _pair(pair: Pair) -> list[Child]:
    labels = {True: "the same", False: "others", None: "not known"}[pair.same_labels]
    shown = f"{pair.similarity:.2f}"
    return [pair.later, pair.later_part, pair.earlier, pair.earlier_part, pair.title, shown, labels]


def _headed(found: Leakage) -> Child:
    columns = [
        Column("heading"),
        Column("documents", True),
        Column("name a label of theirs", True),
        Column("by chance", True, "if each line stood in another document"),
        Column("examples"),
    ]
    rows = [
        [one.heading, one.n_docs, Cell(percent(one.own), one.own), percent(one.chance), _examples(one.examples)]
        for one in found.headed
    ]
    return table(columns, rows, caption="Headed lines that name labels of their document")


def _giveaways(found: Leakage) -> list[Child]:
    columns = [
        Column("label"),
        Column("term"),
        Column("is", False, "the label's own name or code, or another term"),
        Column("documents", True, "documents with the label"),
        Column("have it", True, "share of them with the term"),
        Column("elsewhere", True, "documents with the term and without the label"),
        Column("lift", True, "how many times more frequent the term is with the label"),
        Column("examples"),
    ]
    rows = [
        [
            one.label, one.term, one.kind, one.support, Cell(percent(one.recall), one.recall), one.outside,
            Cell("only there" if math.isinf(one.lift) else f"{one.lift:,.0f}", min(one.lift, 1e12)),
            _examples(one.examples),
        ]
        for one in found.giveaways[:_MOST_ROWS]
    ]  # fmt: skip
    more = f" (the first {_MOST_ROWS} of {len(found.giveaways):,})" if len(found.giveaways) > _MOST_ROWS else ""
    return [
        paragraph(
            "An author who writes of cocoa says cocoa: that is what models learn from. An indexer's code, a shelf mark "
            "or the name of a project stands there only because the document has been indexed, and new ones lack it."
        ),
        table(columns, rows, caption=f"Labels told by one term{more}", live=True),
    ]


def _examples(several: tuple[tuple[str, str], ...]) -> Child:
    return bullets([f"{name}: {text}" for name, text in several])
