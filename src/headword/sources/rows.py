"""Rows: what every format hands over."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain, islice
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.labels import LabelSpace

Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Rows:
    """Consecutive rows of one source, as columns.

    Attributes
    ----------
    columns
        Name -> one value a row; None where a row lacks the column. NumPy arrays only for columns of 0 and 1.
    n_rows
        The number of rows.
    where
        Tells where row i (0-based, of these rows) stands, for messages: "line 17".
    raw
        The rows as they were, where the format has rows of its own (JSON objects).
    features, label_space
        Of sparse formats: the feature rows, and the label space that the file declares.
    """

    columns: Mapping[str, Sequence[Any] | np.ndarray]
    n_rows: int
    where: Callable[[int], str]
    raw: Sequence[Mapping[str, Any]] | None = None
    features: sp.csr_matrix | None = None
    label_space: LabelSpace | None = None

    def records(self) -> Iterator[dict[str, Any]]:
        """Iterate the rows as dictionaries."""
        if self.raw is not None:
            yield from (dict(record) for record in self.raw)
            return
        names = list(self.columns)
        for values in zip(*(values_of(column) for column in self.columns.values()), strict=True):
            yield dict(zip(names, values, strict=True))


def rows_of_records(records: Sequence[Mapping[str, Any]], where: Callable[[int], str]) -> Rows:
    """Turn records into columns; the columns are the keys of all records, in the order of their first appearance."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name) for record in records] for name in names}
    return Rows(columns, len(records), where, raw=records)


def joined(batches: Iterable[Rows]) -> Rows:
    """Join batches of one source into one; a column that a batch lacks is filled with None."""
    every = [replace(rows, raw=None) for rows in batches]
    if len(every) == 1:
        return every[0]
    names = dict.fromkeys(name for rows in every for name in rows.columns)
    matrices = [rows.features for rows in every if rows.features is not None]
    return Rows(
        {name: _joined_column([rows.columns.get(name, [None] * rows.n_rows) for rows in every]) for name in names},
        sum(rows.n_rows for rows in every),
        partial(_where_of, every, [0, *accumulate(rows.n_rows for rows in every)]),
        features=stacked(matrices) if matrices else None,
        label_space=every[-1].label_space,
    )


def stacked(matrices: Sequence[sp.csr_matrix]) -> sp.csr_matrix:
    """Stack feature rows; narrower matrices get columns of zeros."""
    if len(matrices) == 1:
        return matrices[0]
    width = max(matrix.shape[1] for matrix in matrices)
    padded = [sp.csr_matrix((m.data, m.indices, m.indptr), shape=(m.shape[0], width)) for m in matrices]
    return sp.csr_matrix(sp.vstack(padded, format="csr"))


def values_of(column: Sequence[Any] | np.ndarray) -> Sequence[Any]:
    """Return the values of a column as plain Python objects."""
    return column.tolist() if isinstance(column, np.ndarray) else column


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut `items` into lists of `size`, the last of them shorter and none empty."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def require_some(n_rows: int, name: str) -> None:
    """Raise a DataError if a source had no rows at all."""
    if not n_rows:
        raise DataError(f"{name} holds no documents")


def _joined_column(pieces: Sequence[Sequence[Any] | np.ndarray]) -> Sequence[Any] | np.ndarray:
    arrays = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    if len(arrays) == len(pieces):
        return np.concatenate(arrays)
    return list(chain.from_iterable(values_of(piece) for piece in pieces))


def _where_of(batches: Sequence[Rows], bounds: Sequence[int], i: int) -> str:
    batch = bisect_right(bounds, i) - 1
    return batches[batch].where(i - bounds[batch])
