"""`read` and `read_batches`: any supported file to a Corpus."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError
from headword.sources import SOURCES
from headword.sources.assembly import Assembler, Part, corpus_of
from headword.sources.columns import ColumnChoice
from headword.sources.detect import source
from headword.sources.rows import joined

# Rows become columns piece by piece, so that the records of the whole file are never held beside them.
_CHUNK = 4096

PathLike: TypeAlias = str | os.PathLike[str]


def read(
    path: PathLike | Sequence[PathLike],
    *,
    title: str | None = None,
    abstract: str | None = None,
    labels: str | None = None,
    id: str | None = None,
    format: str | None = None,
    separator: str | None = None,
    duplicate_ids: str = "error",
    on_columns: Callable[[ColumnChoice], None] | None = None,
) -> Corpus:
    """Read a file, a folder, standard input or several files into one corpus.

    Parameters
    ----------
    path
        A file (JSON lines, CSV, TSV, Parquet, XMC/SVMlight, Annif; plain, .gz or .zst), a folder with one table or an
        Annif corpus, "-" for standard input, or a list of them, which are joined.
    title, abstract, labels, id
        Column names, where the usual ones do not fit.
    format
        A row of `SOURCES`, where extension and content do not tell it.
    separator
        What separates the labels within a cell, where it is not to be found from the cells.
    duplicate_ids
        "error", or "number": a repeated id gets "#2", "#3", ...
    on_columns
        Called with the choice of columns of each file.

    Returns
    -------
    Corpus
        Other columns are in `fields` under their own names; the columns that hold the split, the date and the provider
        are there as "split", "date" and "provider" too. The label space is that of the documents' labels, sorted; that
        of an XMC file is what its first line declares.

    Raises
    ------
    DataError
        If the file is not usable; the message names file, row and column.
    RecipeError
        If there is no such format.
    """
    if duplicate_ids not in ("error", "number"):
        raise RecipeError(f"duplicate_ids is 'error' or 'number', not {duplicate_ids!r}")
    named = {"title": title, "abstract": abstract, "labels": labels, "id": id}
    parts: list[Part] = []
    for one in _paths(path):
        with source(one, format) as (stream, found):
            first_row = 1 + sum(len(part.ids) for part in parts)
            assembler = Assembler(stream.name, named, separator=separator, tell=on_columns, first_row=first_row)
            parts.append(assembler.part(joined(SOURCES.get(found)(stream, _CHUNK))))
    return corpus_of(parts, duplicate_ids=duplicate_ids)


def read_batches(
    path: PathLike | Sequence[PathLike],
    *,
    batch_size: int = 1000,
    title: str | None = None,
    abstract: str | None = None,
    labels: str | None = None,
    id: str | None = None,
    format: str | None = None,
    separator: str | None = None,
    on_columns: Callable[[ColumnChoice], None] | None = None,
) -> Iterator[Corpus]:
    """Read like `read`, but give corpora of at most `batch_size` documents and never hold the whole file.

    Each batch has the label space of its own documents (of an XMC file: the declared one). Columns and the way that
    label cells are written are decided on the first batch in which they occur; ids are not checked for doubles. A file
    that is one JSON array, or Parquet from standard input, is held whole all the same.

    Raises
    ------
    DataError
        As `read`; also if a column appears later that would have been the better choice.
    RecipeError
        If there is no such format, or `batch_size` is less than 1.
    """
    if batch_size < 1:
        raise RecipeError(f"batch_size must be at least 1, found {batch_size}")
    named = {"title": title, "abstract": abstract, "labels": labels, "id": id}
    first_row = 1
    for one in _paths(path):
        with source(one, format) as (stream, found):
            assembler = Assembler(stream.name, named, separator=separator, tell=on_columns, first_row=first_row)
            for rows in SOURCES.get(found)(stream, batch_size):
                yield corpus_of([assembler.part(rows)], unique=False)
                first_row += rows.n_rows


def _paths(path: PathLike | Sequence[PathLike]) -> list[PathLike]:
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    if not paths:
        raise DataError("no file to read: the list of paths is empty")
    return paths
