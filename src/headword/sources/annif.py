"""Annif's corpora: a folder of texts with subject files, headerless TSV, JSON lines with metadata.

Its CSV (`text`, `subject_uris`, `document_id` and metadata) is an ordinary table.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from headword.core.errors import DataError
from headword.core.opening import Stream, opened, short
from headword.sources.jsonl import read_jsonl
from headword.sources.rows import Rows, batched, require_some, rows_of_records

_IN_BRACKETS = re.compile(r"<([^<>]*)>")


def documents_in(folder: Path) -> list[Path]:
    """Return the document files of an Annif folder: every `.txt`, then every `.json`, each sorted by name."""
    return [path for suffix in (".txt", ".json") for path in sorted(folder.glob(f"*{suffix}"))]


def read_folder(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read a folder of `.txt` files with their subjects in `.tsv` or `.key` files, and of `.json` files.

    The id is the file name without its extension. A text without a subject file is not annotated.

    Raises
    ------
    DataError
        If the folder holds no documents, or one of its files is not usable.
    """
    if stream.path is None or not stream.path.is_dir():
        raise DataError(f"{stream.name} is not a folder, as format 'annif' needs; Annif's files are 'annif-tsv', …")
    n_rows = 0
    for paths in batched(documents_in(stream.path), batch_size):
        records = [_json_document(path) if path.suffix == ".json" else _text_document(path) for path in paths]
        n_rows += len(records)
        yield rows_of_records(records, partial(_file, [path.name for path in paths]))
    require_some(n_rows, stream.name)


def read_annif_tsv(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read lines `text TAB <uri> <uri>` without header or quoting; a line without a tab is not annotated."""
    n_rows = 0
    for batch in batched(enumerate(stream.text_lines(), 1), batch_size):
        lines, records = [], []
        for number, line in batch:
            if line.strip():
                text, tab, uris = line.rstrip("\r\n").partition("\t")
                lines.append(number)
                records.append({"text": text, "subjects": _uris(uris) if tab else None})
        n_rows += len(records)
        if records:
            yield rows_of_records(records, partial(_line, lines))
    require_some(n_rows, stream.name)


def read_annif_jsonl(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read JSON lines whose `metadata` objects become columns of their own."""
    for rows in read_jsonl(stream, batch_size):
        records = list(rows.records())
        yield replace(rows_of_records([_flat(record) for record in records], rows.where), raw=records)


def _file(names: list[str], i: int) -> str:
    return f"file {names[i]}"


def _line(lines: list[int], i: int) -> str:
    return f"line {lines[i]}"


def _uris(cell: str) -> list[str]:
    return [uri.removeprefix("<").removesuffix(">") for uri in cell.split()]


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    metadata = record.get("metadata")
    if not isinstance(metadata, dict):
        return record
    rest = {name: value for name, value in record.items() if name != "metadata"}
    return {**metadata, **rest}


def _text_document(path: Path) -> dict[str, Any]:
    subjects = next((other for s in (".tsv", ".key") if (other := path.with_suffix(s)).is_file()), None)
    labels = None if subjects is None else [label for line in _text(subjects).splitlines() if (label := _subject(line))]
    return {"document_id": path.stem, "text": _text(path), "subjects": labels}


def _subject(line: str) -> str:
    """Return the URI of a subject line if it has one in angle brackets, else its first field that is not empty."""
    fields = [field.strip() for field in line.split("\t")]
    uri = next((found[1] for field in fields if (found := _IN_BRACKETS.fullmatch(field))), "")
    return uri or next((field for field in fields if field), "")


def _json_document(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON: {error}") from error
    if not isinstance(record, dict):
        raise DataError(f"{path}: expected a JSON object, found {short(record)}")
    return {"document_id": path.stem, **_flat(record)}


def _text(path: Path) -> str:
    if not path.stat().st_size:
        return ""
    with opened(path) as stream:
        return "".join(stream.text_lines())
