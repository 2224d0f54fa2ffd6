"""Tables that are plain HTML, and that a few lines of script sort and search where scripts run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headword.pages.figures import ABSENT
from headword.pages.markup import Child, Html, element

LONG = 40
"""Rows from which a table scrolls inside the page, and of which print shows no more."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    name
        Its heading.
    number
        Whether it holds numbers, which stand to the right.
    meaning
        What the heading means, told when it is pointed at.
    wide
        Whether it holds sentences, which need room.
    """

    name: str
    number: bool = False
    meaning: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell that is shown one way and sorted another: `12.3%` by 0.123."""

    shown: Child
    by: float


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    caption: str,
    live: bool = False,
    head: bool = True,
) -> Html:
    """Return a table; the first cell of a row names the row.

    Parameters
    ----------
    rows
        Cells in the order of `columns`: text, Html, `Cell`, numbers; None is a dash.
    caption
        What the table shows; required, for readers who hear it.
    live
        Sortable by each heading and searchable, where scripts run; without them the order of `rows` stays.
    head
        Whether the first cell of a row is its heading.
    """
    long = len(rows) > LONG
    body = [element("tr", [_cell(i, cell, columns[i], head) for i, cell in enumerate(row)]) for row in rows]
    whole = element(
        "table",
        element("caption", caption, element("span", _printed(len(rows)), class_="print-only") if long else None),
        element("thead", element("tr", [_heading(column) for column in columns])),
        element("tbody", body),
        class_="long" if long else None,
        data_live="" if live else None,
    )
    # A region that scrolls must be reachable by keyboard, and have a name.
    return element(
        "div", whole, class_="scroll long" if long else "scroll", tabindex=0, role="region", aria_label=caption
    )


def _printed(n_rows: int) -> str:
    return f" (the first {LONG} of {n_rows:,} rows are printed)"


def _heading(column: Column) -> Html:
    return element(
        "th", column.name, scope="col", class_="number" if column.number else None, title=column.meaning or None
    )


def _cell(i: int, cell: Any, column: Column, head: bool) -> Html:
    shown, by = (cell.shown, cell.by) if isinstance(cell, Cell) else (cell, None)
    shown = ABSENT if shown is None else f"{shown:,}" if type(shown) is int else shown
    kind = "number" if column.number else "wide" if column.wide else None
    if i == 0 and head:
        return element("th", shown, scope="row", class_=kind, data_by=by)
    return element("td", shown, class_=kind, data_by=by)
