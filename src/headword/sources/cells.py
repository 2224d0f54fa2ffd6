"""Cells: values to text, and label cells to label sets."""

import ast
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headword.core.errors import DataError
from headword.core.opening import short

Labels = tuple[str, ...]

_SEPARATORS = ";|,"
# A separator is taken if it stands in at least this share of the cells in which the most frequent one stands:
# it may be rarer than the commas inside label names, but it is no slip of the pen.
_SHARE = 0.1
_URI = re.compile(r"<[^<>\s]+>|(?:https?|urn|info):\S+")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_NULLS = frozenset({"", "none", "null", "nan", "na", "n/a"})
_NAMING_KEYS = ("uri", "label", "name", "term", "prefLabel", "id")
_LONGEST_LITERAL = 1_000_000


def as_text(value: Any) -> str:
    """Return a cell as text: null and NaN as "", lists joined by a blank (ADS gives titles as lists)."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, list | tuple):
        return " ".join(part for item in value if (part := as_text(item)))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


@dataclass(frozen=True)
class LabelStyle:
    """How the label cells of a column are read.

    `kind` is "lists" (values that are lists), "bracketed" (lists written as text, JSON or Python), "separated" (by
    `separator`) or "whole" (one label a cell).
    """

    kind: str
    separator: str = ""

    def __str__(self) -> str:
        texts = {
            "lists": "lists",
            "bracketed": "lists written as text",
            "separated": "separated by blanks" if self.separator == " " else f"separated by {self.separator!r}",
            "whole": "one label a cell",
        }
        return texts[self.kind]


def label_style(cells: Iterable[Any]) -> LabelStyle | None:
    """Decide from all cells of a column how they are written; None while no cell is filled."""
    filled = [cell for cell in cells if not _is_null(cell)]
    if not filled:
        return None
    if any(isinstance(cell, list | tuple) for cell in filled):
        return LabelStyle("lists")
    texts = [cell.strip() for cell in filled if isinstance(cell, str)]
    if 2 * sum(_is_bracketed(text) for text in texts) > len(filled):
        return LabelStyle("bracketed")
    if any(" " in text for text in texts) and all(_URI.fullmatch(part) for text in texts for part in text.split()):
        return LabelStyle("separated", " ")
    shares = {mark: sum(mark in text for text in texts) for mark in _SEPARATORS}
    most = max(shares.values())
    chosen = next((mark for mark in _SEPARATORS if shares[mark] and shares[mark] >= _SHARE * most), None)
    return LabelStyle("whole") if chosen is None else LabelStyle("separated", chosen)


def label_sets(cells: Sequence[Any], style: LabelStyle, where: Callable[[int], str]) -> list[Labels | None]:
    """Return the labels of each cell: None for null and empty cells, () for empty lists.

    Blank labels are dropped, doubles merged, the order kept. Labels of lists are kept to the letter, those cut at a
    separator lose the blanks around them.

    Raises
    ------
    DataError
        If a cell is not written in the style of its column; `where(i)` tells the place of cell i.
    """
    known: dict[str, Labels | None] = {}
    sets: list[Labels | None] = []
    for i, cell in enumerate(cells):
        try:
            if not isinstance(cell, str):
                sets.append(_of_value(cell))
                continue
            if cell not in known:
                known[cell] = _of_text(cell, style)
            sets.append(known[cell])
        except ValueError as error:
            raise DataError(f"{where(i)}: {error}") from error
    return sets


def _is_null(cell: Any) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _is_bracketed(text: str) -> bool:
    # A lone opening bracket counts if it is square, so that a broken list is noticed: "(R)-carvone" is a name.
    return text[:1] == "[" or text[:1] + text[-1:] in ("()", "{}")


def _of_value(cell: Any) -> Labels | None:
    if _is_null(cell):
        return None
    if isinstance(cell, list | tuple):
        return _distinct(_name(item) for item in cell)
    if isinstance(cell, dict):
        raise ValueError(f"expected a list of labels, found an object {short(cell)}")
    return (as_text(cell),)


def _of_text(cell: str, style: LabelStyle) -> Labels | None:
    text = cell.strip()
    if not text:
        return None
    if style.kind == "bracketed":
        return None if text.casefold() in _NULLS else _distinct(_name(item) for item in _list_in(text))
    if style.kind == "separated":
        parts = (part.strip() for part in text.split(style.separator))
        return _distinct(part[1:-1] if style.separator == " " and part[:1] == "<" else part for part in parts)
    bare = text[1:-1] if text[0] == "<" and _URI.fullmatch(text) else text
    return (cell,) if style.kind == "lists" else (bare,)


def _name(item: Any) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        found = next((item[key] for key in _NAMING_KEYS if item.get(key)), None)
        if found is None:
            raise ValueError(
                f"an object in a list of labels needs one of {', '.join(_NAMING_KEYS)}; found {short(item)}"
            )
        return as_text(found)
    if isinstance(item, list | tuple):
        raise ValueError(f"a list of labels holds another list: {short(item)}")
    return as_text(item)


def _distinct(labels: Iterable[str]) -> Labels:
    return tuple(dict.fromkeys(label for label in labels if label.strip()))


def _list_in(text: str) -> Sequence[Any]:
    """Parse a JSON array or a Python literal of a list, tuple or set; numpy's arrays printed without commas too."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _literal(text)
    if isinstance(found, set | frozenset):
        found = sorted(found, key=str)
    if not isinstance(found, list | tuple):
        raise ValueError(f"expected a list of labels, as in the other cells of the column, found {short(text)}")
    return found


def _literal(text: str) -> Any:
    if len(text) > _LONGEST_LITERAL:
        raise ValueError(f"a list of labels of {len(text)} characters that is not JSON is too long; write it as JSON")
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"neither a JSON array nor a Python list of labels, as in the other cells of the column: {short(text)}; "
            "correct it, or name what separates the labels with separator=…"
        ) from error
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        quoted = _QUOTED.findall(text)
        # Python glues 'a' 'b' together, but this is how numpy prints two labels.
        return [ast.literal_eval(part) for part in quoted] if len(quoted) != len(found) else found
    return found
