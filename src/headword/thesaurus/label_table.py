"""Tables of labels that somebody goes over in a spreadsheet: written, edited, read back."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from headword.core.compression import ending_of, written
from headword.core.errors import DataError, OutputError
from headword.core.opening import BOM, listed, opened, short, text_of
from headword.thesaurus.align import MATCH_KINDS, LabelMatch, align_labels
from headword.thesaurus.migration import MOVE_KINDS, LabelMove
from headword.thesaurus.thesaurus import Thesaurus

_BETWEEN = " | "
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_MOST_BYTES = 2**30
_SHOWN = re.compile(r"(.+?) \(.*\)(?: [\d.]+)?", re.DOTALL)

Row = Mapping[str, Any]
# File, line, cells by the names of their columns.
Place = tuple[str, Row]


def write_matches(matches: Iterable[LabelMatch], thesaurus: Thesaurus, path: str | os.PathLike[str]) -> None:
    """Write matches as a table, .csv, .tsv or .jsonl (plain, .gz or .zst), for somebody to go over.

    What counts when it is read back are the columns `label` and `concepts` (ids, with " | " between several; empty:
    none) and `rest`; the others are for reading.

    Raises
    ------
    OutputError
        If the name has another ending, or the file cannot be written.
    """
    columns = ("label", "n_docs", "kind", "confidence", "concepts", "names", "others", "proposals", "rest", "note")
    rows = [
        {
            **{column: getattr(match, column) for column in columns if column != "names"},
            "names": [thesaurus.path(thesaurus.row(one)) for one in match.concepts],
            "others": [_shown(one, None, thesaurus) for one in match.others],
            "proposals": [_shown(one.id, one.score, thesaurus) for one in match.proposals],
        }
        for match in matches
    ]
    _write(columns, rows, path)


def read_matches(path: str | os.PathLike[str], thesaurus: Thesaurus) -> list[LabelMatch]:
    """Read a table of matches, as it was written or edited since; its matches count as certain.

    A concept may be given by its id, or by whatever else means just one: a name, a code, a path.

    Raises
    ------
    DataError
        If the file is no such table, a label stands twice, or a concept is unknown; the message names the row.
    """
    found: dict[str, LabelMatch] = {}
    for place, row in _read(path, ("label", "concepts")):
        label = _label(row, place, found)
        concepts = tuple(dict.fromkeys(_concept(one, thesaurus, place) for one in _several(row["concepts"])))
        kind = str(row.get("kind") or "")
        known = kind.partition(",")[0] in MATCH_KINDS and kind not in ("none", "ambiguous")
        if not concepts:
            kind = "none"
        elif not known:
            kind = "by hand"
        rest = tuple(_several(row.get("rest")))
        found[label] = LabelMatch(label, _count(row), kind, 1.0 if concepts else 0.0, concepts, rest=rest)
    return list(found.values())


def write_moves(moves: Iterable[LabelMove], new: Thesaurus, path: str | os.PathLike[str]) -> None:
    """Write the plan of a migration as a table; what counts when it is read back are `label` and `images`.

    Raises
    ------
    OutputError
        If the name has another ending, or the file cannot be written.
    """
    columns = ("label", "n_docs", "kind", "images", "old", "new", "proposals", "note")
    rows = [
        {
            **{column: getattr(move, column) for column in columns},
            "proposals": [_shown(one.id, one.score, new) for one in move.proposals],
        }
        for move in moves
    ]
    _write(columns, rows, path)


def read_moves(path: str | os.PathLike[str]) -> list[LabelMove]:
    """Read the plan of a migration, as it was written or edited since; a label without images is kept.

    Raises
    ------
    DataError
        If the file is no such table, or a label stands twice.
    """
    found: dict[str, LabelMove] = {}
    for place, row in _read(path, ("label", "images")):
        label, images = _label(row, place, found), tuple(_several(row["images"]))
        kind = str(row.get("kind") or "")
        kind = kind if kind in MOVE_KINDS else "renamed" if images else "unknown"
        found[label] = LabelMove(label, _count(row), kind, images, note=str(row.get("note") or ""))
    return list(found.values())


def _shown(concept_id: str, score: float | None, thesaurus: Thesaurus) -> str:
    path = thesaurus.path(thesaurus.row(concept_id))
    return f"{concept_id} ({path})" if score is None else f"{concept_id} ({path}) {score:.2f}"


def require_ending(path: str | os.PathLike[str]) -> None:
    """Raise an OutputError if the name tells no kind of table of labels."""
    if ending_of(path) not in (".jsonl", *_DELIMITERS):
        raise OutputError(f"cannot tell from the name {Path(path).name} how to write it; use .csv, .tsv or .jsonl")


def _write(columns: Sequence[str], rows: Iterable[Row], path: str | os.PathLike[str]) -> None:
    require_ending(path)
    form = ending_of(path)
    with written(path) as file:
        if form == ".jsonl":
            for row in rows:
                file.write(_json(row).encode("utf-8", "backslashreplace") + b"\n")
            return
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        table = csv.writer(text, delimiter=_DELIMITERS[form], lineterminator="\n")
        table.writerow(columns)
        table.writerows([_cell(row[column]) for column in columns] for row in rows)
        text.detach()


def _cell(value: Any) -> str:
    """Return a value as text; of lists the parts with " | " between, as JSON where a part holds that itself."""
    if isinstance(value, list | tuple):
        parts = [str(one) for one in value]
        plain = not any(_BETWEEN.strip() in one or one.startswith("[") or not one.strip() for one in parts)
        return _BETWEEN.join(parts) if plain else _json(parts)
    return str(value)


def _several(cell: Any) -> list[str]:
    if isinstance(cell, list):
        return [str(one) for one in cell]
    text = str(cell or "").strip()
    if text.startswith("["):
        with suppress(ValueError):
            value = json.loads(text)
            return [str(one) for one in value] if isinstance(value, list) else [text]
    return [part.strip() for part in text.split(_BETWEEN.strip()) if part.strip()]


def _read(path: str | os.PathLike[str], needed: Sequence[str]) -> Iterator[Place]:
    with opened(path) as stream:
        data = stream.read(_MOST_BYTES).removeprefix(BOM)
        source = stream.name
    rows = _json_rows(data, source) if data.lstrip().startswith(b"{") else _table_rows(data, source)
    for place, row in rows:
        missing = [name for name in needed if name not in row]
        if missing:
            raise DataError(f"{place}: no column {listed(missing)}; there are: {listed(row)}")
        yield place, row


def _json_rows(data: bytes, source: str) -> Iterator[Place]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            place = f"{source}, line {number}"
            try:
                row = json.loads(text_of(line, source, number))
            except (ValueError, RecursionError) as error:
                raise DataError(f"{place}: not JSON: {error}") from error
            if not isinstance(row, dict):
                raise DataError(f"{place}: expected a JSON object, found {short(row)}")
            yield place, row


def _table_rows(data: bytes, source: str) -> Iterator[Place]:
    lines = [text_of(line, source, n) for n, line in enumerate(data.splitlines(keepends=True), 1)]
    # Spreadsheets write the delimiter of their country.
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = ["_".join(cell.split()).lower() for cell in next(reader, [])]
        for cells in reader:
            if any(cells):
                place = f"{source}, line {reader.line_num}"
                yield place, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))
    except csv.Error as error:
        raise DataError(f"{source}, line {reader.line_num}: {error}") from error


def _label(row: Row, place: str, seen: Mapping[str, object]) -> str:
    label = row["label"]
    if not isinstance(label, str) or not label:
        raise DataError(f"{place}: the label is missing")
    if label in seen:
        raise DataError(f"{place}: the label {label!r} stands here once more; keep one of its rows")
    return label


def _count(row: Row) -> int:
    text = str(row.get("n_docs") or "0").replace(",", "").strip()
    return int(text) if text.isdecimal() else 0


def _concept(text: str, thesaurus: Thesaurus, place: str) -> str:
    for one in (text, found[1] if (found := _SHOWN.fullmatch(text)) else text):
        if one in thesaurus:
            return one
        match = align_labels([one], thesaurus)[0]
        if len(match.concepts) == 1:
            return match.concepts[0]
    near = [f"{one.id} ({thesaurus.name(thesaurus.row(one.id))})" for one in match.proposals]
    raise DataError(f"{place}: {text!r} is no concept, or not just one, of the thesaurus; near: {listed(near)}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
