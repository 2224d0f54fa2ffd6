"""Parquet tables, through polars."""

import io
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from headword.core.errors import DataError
from headword.core.opening import Stream
from headword.sources.rows import Rows, require_some

if TYPE_CHECKING:
    import polars as pl


def read_parquet(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read a Parquet table, `batch_size` rows at a time; dates become ISO text, so that fields hold JSON values.

    Raises
    ------
    DataError
        If the file is damaged or not Parquet.
    """
    import polars as pl

    source: Any = stream.path if stream.path is not None else io.BytesIO(stream.read())
    try:
        n_rows = int(pl.scan_parquet(source).select(pl.len()).collect().item())
        require_some(n_rows, stream.name)
        for start in range(0, n_rows, batch_size):
            frame = pl.scan_parquet(source).slice(start, batch_size).collect()
            columns = {column.name: _plain(column) for column in frame.get_columns()}
            yield Rows(columns, frame.height, partial(_place, start))
    # polars panics at some damaged files, which is no Exception.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = next(iter(str(error).splitlines()), "it cannot be read")
        raise DataError(f"{stream.name} is not a whole Parquet file: {reason}") from error


def _place(before: int, i: int) -> str:
    return f"row {before + i + 1}"


def _plain(column: "pl.Series") -> list[Any] | np.ndarray:
    """Return JSON-like values; columns of 0 and 1 stay arrays, for a table may have thousands of them."""
    import polars as pl

    kind = column.dtype
    if (kind == pl.Boolean or kind.is_integer()) and not column.null_count():
        return _bits(column)
    if kind.is_temporal() or kind == pl.Binary:
        return [None if value is None else _text(value) for value in column.to_list()]
    if kind.is_decimal():
        return column.cast(pl.Float64).to_list()
    plain = kind.is_nested() or kind.is_numeric() or kind in (pl.String, pl.Boolean, pl.Null)
    return column.to_list() if plain else column.cast(pl.String).to_list()


def _bits(column: "pl.Series") -> list[Any] | np.ndarray:
    values = column.to_numpy()
    if values.dtype == bool:
        return values
    return values.astype(np.uint8) if len(values) and 0 <= values.min() <= values.max() <= 1 else column.to_list()


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return str(value, "utf-8", "backslashreplace")
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
