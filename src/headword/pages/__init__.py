"""Pieces of self-contained HTML pages: each opens from disk, works offline, prints, and can be heard as well as seen.

>>> from headword.pages import Column, Section, Tile, page, table, tiles
>>> text = page("Two figures", [
...     Section("At a glance", [tiles([Tile("precision", "0.912", "0.90 to 0.92")])]),
...     Section("By label", [table([Column("label"), Column("n", number=True)], [["a < b", 3]], caption="Labels")]),
... ])
>>> "a &lt; b" in text, "http://" in text
(True, False)
"""

from headword.pages.blocks import (
    Tile,
    abbreviation,
    bullets,
    callout,
    code,
    details,
    external,
    facts,
    heading,
    paragraph,
    tiles,
)
from headword.pages.charts import Bar, Line, bar_chart, charts, line_chart
from headword.pages.highlight import Mark, highlighted
from headword.pages.markup import Html, element, joined
from headword.pages.page import Section, page, write_page
from headword.pages.tables import Cell, Column, table

__all__ = [
    "Bar",
    "Cell",
    "Column",
    "Html",
    "Line",
    "Mark",
    "Section",
    "Tile",
    "abbreviation",
    "bar_chart",
    "bullets",
    "callout",
    "charts",
    "code",
    "details",
    "element",
    "external",
    "facts",
    "heading",
    "highlighted",
    "joined",
    "line_chart",
    "page",
    "paragraph",
    "table",
    "tiles",
    "write_page",
]
