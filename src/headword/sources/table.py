"""CSV and TSV with a header line."""

import csv
import re
from collections.abc import Iterator
from functools import partial

from headword.core.errors import DataError
from headword.core.opening import Stream, listed
from headword.sources.rows import Rows, batched, require_some

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 2**31 - 1

Row = tuple[int, list[str | None]]


def read_csv(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read a table whose cells are divided by whichever of `,` `;` tab `|` divides its header most.

    Raises
    ------
    DataError
        If a row has more or fewer cells than the header, a column name stands twice, a quote is not closed, or the
        text is not UTF-8.
    """
    return _read(stream, batch_size, None)


def read_tsv(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read a table whose cells are divided by tabs; otherwise like `read_csv`."""
    return _read(stream, batch_size, "\t")


def _read(stream: Stream, batch_size: int, delimiter: str | None) -> Iterator[Rows]:
    if delimiter is None:
        header = str(re.split(rb"[\r\n]", stream.head, maxsplit=1)[0], "utf-8", "replace")
        delimiter = max(_DELIMITERS, key=lambda mark: len(next(csv.reader([header[:100_000]], delimiter=mark), [])))
    table = _parsed(stream, delimiter)
    _, cells = next(table, (0, []))
    names = _names(cells, stream.name)
    n_rows = 0
    for batch in batched(_even(table, names, stream.name), batch_size):
        lines, rows = zip(*batch, strict=True)
        columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
        yield Rows(columns, len(rows), partial(_place, lines, n_rows))
        n_rows += len(rows)
    require_some(n_rows, stream.name)


def _place(lines: tuple[int, ...], before: int, i: int) -> str:
    return f"row {before + i + 1} (line {lines[i]})"


def _parsed(stream: Stream, delimiter: str) -> Iterator[Row]:
    """Iterate (line where the row begins, cells); empty cells are None, blank lines are left out."""
    reader = csv.reader(stream.text_lines(), delimiter=delimiter, strict=True)
    begin = 1
    while True:
        # The limit is the csv module's, for the whole process: it is widened only while one row is being parsed.
        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(f"{stream.name}, {_unparsed(error, begin, reader.line_num)}") from error
        finally:
            csv.field_size_limit(limit)
        if cells is None:
            return
        if cells:
            yield begin, [cell or None for cell in cells]
        begin = reader.line_num + 1


def _unparsed(error: csv.Error, begin: int, end: int) -> str:
    if "unexpected end of data" in str(error):
        return f"line {begin}: a quoted cell that begins here is never closed; double the quotes inside cells"
    if "new-line character" in str(error):
        return f"line {end}: a bare carriage return outside quotes; end lines with \\n or \\r\\n"
    return f"line {end}: {error}; a quoted cell must end before the next delimiter: double the quotes inside it"


def _names(cells: list[str | None], source: str) -> list[str]:
    names = [(cell or "").strip() or f"column_{i}" for i, cell in enumerate(cells, 1)]
    if len(set(names)) < len(names):
        twice = dict.fromkeys(name for name in names if names.count(name) > 1)
        raise DataError(f"{source}, line 1: column names must be distinct; found more than once: {listed(twice)}")
    return names


def _even(table: Iterator[Row], names: list[str], source: str) -> Iterator[Row]:
    for number, (line, cells) in enumerate(table, 1):
        if len(cells) != len(names):
            raise DataError(
                f"{source}, row {number} (line {line}): {len(cells)} cells, but the header has {len(names)} columns "
                f"({listed(names, 6)}); quote cells that hold the delimiter or a line break"
            )
        yield line, cells
