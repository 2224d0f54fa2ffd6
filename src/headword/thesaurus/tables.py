"""Tables: keywords of NASA's Keyword Management System, paths of the Unified Astronomy Thesaurus, and Annif's lists."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from headword.core.errors import DataError
from headword.core.opening import listed, text_of
from headword.thesaurus.concept import Name
from headword.thesaurus.draft import ConceptDraft, Draft
from headword.thesaurus.findings import Finding
from headword.thesaurus.thesaurus import PATH_SEPARATOR, Thesaurus

_VERSION = re.compile(r"keyword version\s*:\s*(.+)", re.IGNORECASE)
_SCHEME = re.compile(r"concept_scheme/(\w+)")
# Columns of a keyword table that are no level of the hierarchy.
_UUID, _LONG_NAME, _URL = "uuid", "longname", "url"
# The upper levels of science keywords; other schemes have others.
_SCIENCE = {"category": "Category", "topic": "Topic", "term": "Term"}
_LEVEL_COLUMN = re.compile(r"level\s*\d+", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t")
_LABEL_COLUMN = re.compile(r"label_([a-z]{2,8}(?:-[a-z0-9]{1,8})*)", re.IGNORECASE)

Row = tuple[int, list[str]]
Path = tuple[str, ...]


def read_gcmd_csv(data: bytes, source: str) -> Thesaurus:
    """Read a keyword table of NASA's Keyword Management System, or one with the column names of UMM.

    The first line may hold metadata ("Keyword Version: …"). The columns before UUID are the levels of a path; a column
    of long names gives alternative names. Without a UUID column the path itself is the id.

    Raises
    ------
    DataError
        If it is not UTF-8, not CSV, a column of a level is missing, a row has more cells than the header, or names no
        level.
    """
    rows = _rows(data, source)
    draft = Draft()
    line, header = next(rows, (1, []))
    if header and _is_metadata(header):
        _describe(draft, header)
        line, header = next(rows, (line, []))
    columns = [_normal(name) for name in header]
    levels = [i for i, name in enumerate(columns) if name not in (_UUID, _LONG_NAME) and not name.endswith(_URL)]
    uuid = columns.index(_UUID) if _UUID in columns else None
    long_name = columns.index(_LONG_NAME) if _LONG_NAME in columns else None
    of_science = not {"topic", "term", "variablelevel1"}.isdisjoint(columns)
    missing = [name for one, name in _SCIENCE.items() if of_science and one not in columns]
    _require_columns(missing or ([] if levels else ["Category"]), header, source, line)
    found: list[tuple[Path, str, str]] = []
    for line, cells in rows:
        _require_width(cells, header, source, line)
        filled = [*cells, *[""] * (len(header) - len(cells))]
        path = tuple(filled[i] for i in levels if filled[i])
        if not path:
            raise DataError(f"{source}, line {line}: no level is named; expected one of {listed(header)}")
        concept_id = filled[uuid] if uuid is not None else ""
        found.append((path, concept_id or PATH_SEPARATOR.join(path), "" if long_name is None else filled[long_name]))
    _add_paths(draft, [(path, concept_id) for path, concept_id, _ in found])
    for _, concept_id, long in found:
        if long:
            draft.concept(concept_id).names.append(Name(long, "alternative"))
    return draft.finished(source)


def read_uat_csv(data: bytes, source: str) -> Thesaurus:
    """Read a table of paths, columns `level 1` … `level n`; a name that ends several paths is one concept.

    The names are the ids, for such a table holds no others.

    Raises
    ------
    DataError
        If it is not UTF-8, not CSV, no column is a level, or a row has more cells than the header.
    """
    rows = _rows(data, source)
    line, header = next(rows, (1, []))
    levels = [i for i, name in enumerate(header) if _LEVEL_COLUMN.fullmatch(name)]
    _require_columns([] if levels else ["level 1"], header, source, line)
    draft = Draft()
    paths = []
    for line, cells in rows:
        _require_width(cells, header, source, line)
        path = tuple(cells[i] for i in levels if i < len(cells) and cells[i])
        paths += [(path, path[-1])] if path else []
    _add_paths(draft, paths, of_name=True)
    return draft.finished(source)


def thesaurus_of_labels(labels: Iterable[str], title: str = "") -> Thesaurus:
    """Make a thesaurus of bare labels; those written as paths (`A > B > C`) give a hierarchy.

    Each label is the id of its own concept; levels that are no label themselves are added and reported.
    """
    draft = Draft(title=title)
    named = dict.fromkeys(labels)
    _add_paths(draft, [(tuple(part.strip() for part in label.split(">") if part.strip()), label) for label in named])
    return draft.finished("the list of labels")


def read_annif_csv(data: bytes, source: str) -> Thesaurus:
    """Read Annif's CSV: `uri`, `label_LANGUAGE` columns, perhaps `notation`; a row without labels is deprecated.

    Raises
    ------
    DataError
        If it is not UTF-8, not CSV, a column or a URI is missing, or a row has more cells than the header.
    """
    rows = _rows(data, source)
    line, columns = next(rows, (1, []))
    labels = {i: found[1].lower() for i, name in enumerate(columns) if (found := _LABEL_COLUMN.fullmatch(name))}
    missing = [*([] if "uri" in columns else ["uri"]), *([] if labels else ["label_en"])]
    _require_columns(missing, columns, source, line)
    draft = Draft()
    for line, cells in rows:
        _require_width(cells, columns, source, line)
        known = dict(zip(columns, cells, strict=False))
        concept = _new(draft, known.get("uri", ""), source, line)
        texts = ((cell, labels[i]) for i, cell in enumerate(cells) if i in labels)
        concept.names += [Name(text, "preferred", language) for text, language in texts if text]
        concept.notations += [known["notation"]] if known.get("notation") else []
        concept.deprecated = not concept.names
    return draft.finished(source)


def read_annif_tsv(data: bytes, source: str) -> Thesaurus:
    """Read Annif's TSV: URI (with or without angle brackets), label and perhaps notation; no header, one language.

    Raises
    ------
    DataError
        If it is not UTF-8, or a line has no tab.
    """
    draft = Draft()
    for number, line in enumerate(data.split(b"\n"), 1):
        text = text_of(line, source, number).strip("\r\n ")
        if not text.strip():
            continue
        uri, tab, rest = text.partition("\t")
        if not tab:
            raise DataError(f"{source}, line {number}: expected URI, tab, label; there is no tab")
        label, _, notation = (part.strip() for part in rest.partition("\t"))
        concept = _new(draft, uri.strip().removeprefix("<").removesuffix(">"), source, number)
        concept.names += [Name(" ".join(label.split()))] if label else []
        concept.notations += [notation] if notation else []
        concept.deprecated = not concept.names
    return draft.finished(source)


def _new(draft: Draft, concept_id: str, source: str, line: int) -> ConceptDraft:
    """Return the draft of a concept that stands on `line`, told if it stood on another before."""
    if not concept_id:
        raise DataError(f"{source}, line {line}: the URI is missing")
    if concept_id in draft.concepts:
        message = f"{source}, line {line}: {concept_id!r} stands here once more; both are kept together"
        draft.defects.append(Finding("repeated id", (concept_id,), message))
    return draft.concept(concept_id)


def _add_paths(draft: Draft, paths: Sequence[tuple[Path, str]], *, of_name: bool = False) -> None:
    """Add concepts named by the ends of their paths; levels that end no path are added too, and reported.

    With `of_name` a level is the concept of that name, wherever it stands; else that of the path down to it.
    """
    ids: dict[Path, str] = {}
    for path, concept_id in paths:
        ids.setdefault((path[-1],) if of_name else path, concept_id)
    missing: dict[str, Path] = {}
    for path, concept_id in paths:
        concept = draft.concept(concept_id)
        concept.names.append(Name(" ".join(path[-1].split())))
        for end in range(len(path) - 1, 0, -1):
            above = path[end - 1 : end] if of_name else path[:end]
            known = above in ids
            above_id = ids.setdefault(above, above[-1] if of_name else PATH_SEPARATOR.join(above))
            draft.concept(above_id)
            concept.broader.append(above_id)
            if known:
                break
            missing[above_id] = above
            concept = draft.concept(above_id)
            concept.names.append(Name(" ".join(above[-1].split())))
    for concept_id, above in missing.items():
        message = f"{PATH_SEPARATOR.join(above)!r} has no row of its own; it was added"
        draft.defects.append(Finding("missing level", (concept_id,), message))


def delimiter_of(header: str) -> str:
    """Return what divides the cells of a table: the comma, semicolon or tab, whichever its header has most of."""
    return max(_DELIMITERS, key=header.count)


def _rows(data: bytes, source: str) -> Iterator[Row]:
    """Iterate (line where the row ends, cells without blanks around them); rows without any cell are left out."""
    lines = (text_of(line, source, n) for n, line in enumerate(data.splitlines(keepends=True), 1))
    first = next(lines, "")
    reader = csv.reader(chain([first], lines), delimiter=delimiter_of(first), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(
                f"{source}, line {reader.line_num}, in the row that begins on line {begins}: {error}; "
                "double the quotes inside quoted cells"
            ) from error
        if cells is None:
            return
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield reader.line_num, stripped


def _require_columns(missing: Sequence[str], header: Sequence[str], source: str, line: int) -> None:
    if missing:
        raise DataError(
            f"{source}, line {line}: the header lacks the column {listed(missing)}; its columns are {listed(header)}"
        )


def _require_width(cells: Sequence[str], header: Sequence[str], source: str, line: int) -> None:
    if len(cells) > len(header) and any(cells[len(header) :]):
        raise DataError(
            f"{source}, line {line}: {len(cells)} cells, but the header has {len(header)} columns "
            f"({listed(header, 6)}); quote cells that hold a comma"
        )


def _is_metadata(cells: Sequence[str]) -> bool:
    return any(_VERSION.match(cell) for cell in cells)


def _describe(draft: Draft, cells: Sequence[str]) -> None:
    for cell in cells:
        version, scheme = _VERSION.match(cell), _SCHEME.search(cell)
        draft.version = version[1].strip() if version else draft.version
        draft.title = f"GCMD {scheme[1]}" if scheme else draft.title


def _normal(name: str) -> str:
    return "".join(c for c in name.casefold() if c not in "_- ")
