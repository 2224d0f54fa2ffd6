"""One 0/1 column a label: finding such columns and reading them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from headword.core.errors import DataError
from headword.core.opening import short
from headword.sources.cells import Labels
from headword.sources.rows import Rows

_ONE = (1, "1", "1.0")
_ZERO = (0, "0", "0.0")
_EMPTY = (None, "")
_ALLOWED = frozenset({*_ONE, *_ZERO, *_EMPTY})


def label_columns(rows: Rows, taken: set[str]) -> tuple[str, ...]:
    """Return the 0/1 columns if there are at least two and they are most of the columns that are not `taken`."""
    rest = {name: column for name, column in rows.columns.items() if name not in taken}
    ones = tuple(name for name, column in rest.items() if name.strip() and _is_zero_one(column))
    return ones if len(ones) >= 2 and 2 * len(ones) > len(rest) else ()


def _is_zero_one(column: Sequence[Any] | np.ndarray) -> bool:
    if isinstance(column, np.ndarray):
        return True
    try:
        found = set(column[:100])
        return found <= _ALLOWED and set(column) <= _ALLOWED and bool(set(column) - set(_EMPTY))
    except TypeError:
        return False


def sets_from(rows: Rows, names: Sequence[str], place: Callable[[int], str]) -> list[Labels | None]:
    """Return the labels of each row, the names of its columns that hold 1; None where all of them are empty.

    Raises
    ------
    DataError
        If one of the columns holds anything but 0, 1 and empty cells.
    """
    sets: list[list[str]] = [[] for _ in range(rows.n_rows)]
    empty = np.ones(rows.n_rows, dtype=bool)
    for name in names:
        column = rows.columns.get(name)
        if column is None:
            continue
        if isinstance(column, np.ndarray):
            ones, empty[:] = np.flatnonzero(column).tolist(), False
        else:
            ones = _ones(column, name, empty, place)
        for row in ones:
            sets[row].append(name)
    return [None if unknown else tuple(labels) for labels, unknown in zip(sets, empty.tolist(), strict=True)]


def _ones(column: Sequence[Any], name: str, empty: np.ndarray, place: Callable[[int], str]) -> list[int]:
    """Return the rows that hold 1, and strike the rows that hold anything from `empty`."""
    rows = []
    for row, value in enumerate(column):
        if value in _EMPTY:
            continue
        empty[row] = False
        if value in _ONE:
            rows.append(row)
        elif value not in _ZERO:
            raise DataError(f"{place(row)}: label column {name!r} holds 0 and 1, found {short(value)}")
    return rows
