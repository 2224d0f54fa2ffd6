"""Writing a corpus, or the rows of a source with further columns."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from headword.core.compression import written
from headword.core.corpus import Corpus
from headword.core.errors import DataError, OutputError
from headword.core.files import replacing
from headword.sources import SOURCES
from headword.sources.columns import ColumnChoice
from headword.sources.detect import format_by_extension, source

Record = Mapping[str, Any]

_FORMATS = ("jsonl", "csv", "tsv", "parquet")
_CANONICAL = ("id", "title", "abstract", "labels")
_CHUNK = 4096


def write(data: Corpus | Iterable[Record], path: str | os.PathLike[str]) -> None:
    """Write a corpus, or rows, in the format that the extension of `path` names.

    JSON lines keep the type of every value. CSV and TSV hold text: labels and other values that are not text as JSON,
    None as an empty cell. Files ending in `.gz` and `.zst` are compressed; the same data give the same bytes.

    Raises
    ------
    OutputError
        If the extension is none of `.jsonl`, `.csv`, `.tsv`, `.parquet` (and the like), the corpus consists of sparse
        features, or the file cannot be written. What stood there before is then still whole.
    """
    form = _format_of(Path(path))
    if form == "jsonl":
        write_jsonl(data, path)
    elif form == "parquet":
        with replacing(path) as temporary:
            _frame(list(_records(data))).write_parquet(temporary)
    else:
        _write_table(list(_records(data)), path, "," if form == "csv" else "\t")


def write_jsonl(data: Corpus | Iterable[Record], path: str | os.PathLike[str]) -> None:
    """Write one JSON object a line; of a corpus: id, title, abstract, labels (null: not annotated), then its fields.

    The first line of a corpus names every field; later lines leave out those that the document lacks. A field that is
    called like one of the four columns is written with a number after its name.

    Raises
    ------
    OutputError
        If the corpus consists of sparse features, or the file cannot be written.
    """
    with written(path) as file:
        for record in _records(data):
            file.write(_json(record).encode() + b"\n")


def copy_rows(
    path: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    add: Mapping[str, Sequence[Any]],
    format: str | None = None,
    choice: ColumnChoice | None = None,
) -> int:
    """Write the rows of `path` to `target` as they are, with columns added or replaced; return their number.

    Unlike a corpus, rows keep the names of all columns and the text of all cells.

    Parameters
    ----------
    path, format
        As for `read`; not standard input, which can be read only once.
    target
        The extension names the format, as for `write`.
    add
        Column name -> one value a row.
    choice
        The choice of columns that `read` told. Where it has 0/1 columns and `target` is JSON lines, these become one
        list of labels a row.

    Raises
    ------
    DataError
        If `path` is not usable, has no rows but sparse features, or has another number of rows than `add` has values.
    OutputError
        If `target` cannot be written.
    """
    if os.fspath(path) == "-":
        raise DataError("standard input can be read only once: write the corpus that was read, or name a file")
    lengths = {len(values) for values in add.values()}
    fold = choice.label_columns if choice is not None and _format_of(Path(target)) == "jsonl" else ()
    n_rows = 0

    def records() -> Iterator[Record]:
        nonlocal n_rows
        for record in _source_records(path, format):
            if any(n_rows >= length for length in lengths):
                break
            yield {**_folded(record, fold), **{name: values[n_rows] for name, values in add.items()}}
            n_rows += 1
        else:
            if lengths <= {n_rows}:
                return
        raise DataError(f"{path} has not as many rows as there are values to add ({min(lengths)}); was it changed?")

    write(records(), target)
    return n_rows


def _source_records(path: str | os.PathLike[str], format: str | None) -> Iterator[Record]:
    with source(path, format) as (stream, found):
        for rows in SOURCES.get(found)(stream, _CHUNK):
            if rows.features is not None:
                raise DataError(f"{stream.name} holds sparse features and no columns; no column can be added to it")
            yield from rows.records()


def _folded(record: Record, columns: Sequence[str]) -> Record:
    if not columns:
        return record
    labels = [name for name in columns if record.get(name) in (1, "1", "1.0")]
    gone = set(columns)
    return {**{name: value for name, value in record.items() if name not in gone}, "labels": labels}


def _format_of(path: Path) -> str:
    found = format_by_extension(path)
    packed = path.suffix.lower() in (".gz", ".zst")
    if found not in _FORMATS or (packed and found == "parquet"):
        raise OutputError(
            f"cannot tell from the name {path.name} how to write it; use .jsonl, .csv or .tsv (plain, .gz or .zst) "
            "or .parquet"
        )
    return found


def _records(data: Corpus | Iterable[Record]) -> Iterator[Record]:
    if not isinstance(data, Corpus):
        yield from data
        return
    if data.features is not None:
        raise OutputError("a corpus of sparse features has no texts to write; convert it to words first")
    names = {name: _free_name(name, data.fields) for name in data.fields}
    sets = data.label_sets()
    for i in range(len(data)):
        labels = sets[i]
        record: dict[str, Any] = {
            "id": data.ids[i],
            "title": data.titles[i],
            "abstract": data.abstracts[i],
            "labels": None if labels is None else list(labels),
        }
        for name, column in data.fields.items():
            if i == 0 or column[i] is not None:
                record[names[name]] = column[i]
        yield record


def _free_name(name: str, taken: Iterable[str]) -> str:
    if name not in _CANONICAL:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=_jsonable)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only its escape is valid UTF-8
        return json.dumps(value, default=_jsonable)
    return text


def _jsonable(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write_table(records: list[Record], path: str | os.PathLike[str], delimiter: str) -> None:
    names = list(dict.fromkeys(name for record in records for name in record))
    with written(path) as file:
        file.write(_line(names, delimiter))
        for record in records:
            file.write(_line([_cell(record.get(name)) for name in names], delimiter))


def _line(cells: Sequence[str], delimiter: str) -> bytes:
    # The csv module of older Pythons leaves a bare carriage return unquoted, which no reader then accepts.
    special = ('"', "\r", "\n", delimiter)
    quoted = ['"' + cell.replace('"', '""') + '"' if any(c in cell for c in special) else cell for cell in cells]
    return ((delimiter.join(quoted) or '""') + "\n").encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else _json(value)


def _frame(records: list[Record]) -> Any:
    import polars as pl

    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name) for record in records] for name in names}
    series = []
    for name, values in columns.items():
        try:
            series.append(pl.Series(name, values, dtype=pl.List(pl.String) if name == "labels" else None))
        except (TypeError, pl.exceptions.PolarsError):  # values of several kinds
            series.append(pl.Series(name, [None if value is None else _cell(value) for value in values]))
    return pl.DataFrame(series)
