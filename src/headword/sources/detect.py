"""Which format a file is in: by its extension and, failing that, by its content."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headword.core.errors import DataError
from headword.core.opening import BOM, Stream, listed, opened, short
from headword.sources import SOURCES
from headword.sources.annif import documents_in

_EXTENSIONS = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jl", ".json"), "jsonl"),
    ".csv": "csv",
    **dict.fromkeys((".tsv", ".tab"), "tsv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".xmc", ".svm", ".svmlight", ".libsvm"), "xmc"),
}
_PACKED = (".gz", ".zst")

_SPARSE_HEADER = re.compile(rb"\s*\d+\s+\d+\s+\d+\s*")
_SPARSE_LINE = re.compile(rb"\s*[-+\d.,]*(\s+\d+:[-+.\deE]+)+\s*(#.*)?")
_ANNIF_LINE = re.compile(rb"[^\t]*\t\s*(<[^<>\s]+>|https?://\S+)(\s+(<[^<>\s]+>|https?://\S+))*\s*")
_ANNIF_KEYS = re.compile(rb'\s*\{\s*"(document_id|text|metadata|subjects)"\s*:')


@contextmanager
def source(path: str | os.PathLike[str], format: str | None = None) -> Iterator[tuple[Stream, str]]:
    """Open `path` ("-": standard input) and give it with the name of its format, a row of SOURCES.

    A folder is its one table (`documents.*` if it has one) or an Annif corpus.

    Raises
    ------
    DataError
        If there is nothing to read, or the format cannot be told.
    RecipeError
        If `format` is not a row of SOURCES.
    """
    if format is not None:
        SOURCES.get(format)
    where = Path(path)
    if os.fspath(path) != "-" and where.is_dir():
        found = None if format == "annif" else _table_in(where)
        if found is None:
            yield Stream(str(path), where, io.BufferedReader(io.BytesIO()), b""), "annif"  # type: ignore[arg-type]
            return
        where, path = found, found
    with opened(path) as stream:
        yield stream, format or format_of(stream)


def format_of(stream: Stream) -> str:
    """Return the row of SOURCES that reads `stream`."""
    if stream.head.startswith(b"PAR1"):
        return "parquet"
    by_name = None if stream.path is None else format_by_extension(stream.path)
    found = by_name or _by_content(stream)
    if found == "tsv" and _ANNIF_LINE.fullmatch(_first_line(stream)):
        return "annif-tsv"
    if found == "jsonl" and _ANNIF_KEYS.match(stream.head) and b'"metadata"' in _first_line(stream):
        return "annif-jsonl"
    return found


def format_by_extension(path: Path) -> str | None:
    """Return the format that the name of a file tells, None if it tells none; `.gz` and `.zst` do not count."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    # `train.xmc.txt` is sparse text, but `notes.csv.txt` may be anything.
    if suffixes[-2:] == [".xmc", ".txt"]:
        return "xmc"
    return _EXTENSIONS.get(suffixes[-1]) if suffixes else None


def _first_line(stream: Stream) -> bytes:
    return stream.head.removeprefix(BOM).lstrip(b"\r\n").partition(b"\n")[0].rstrip(b"\r")


def _by_content(stream: Stream) -> str:
    line = _first_line(stream)
    if line.lstrip()[:1] in (b"{", b"["):
        return "jsonl"
    if b"\n" not in stream.head and b":" in line:
        # The head may end within the line, and so within a number.
        line = line.rpartition(b" ")[0] if len(stream.head) > 4096 else line
    if _SPARSE_HEADER.fullmatch(line) or _SPARSE_LINE.fullmatch(line):
        return "xmc"
    if b"\t" in line:
        return "tsv"
    if b"," in line or b";" in line:
        return "csv"
    raise DataError(
        f"cannot tell the format of {stream.name}, which begins {short(line, 40)}; give it a known extension "
        f"({', '.join(_EXTENSIONS)}) or name the format: {', '.join(SOURCES)}"
    )


def _table_in(folder: Path) -> Path | None:
    """Return the table of a folder, None if it is an Annif corpus."""
    tables = sorted(path for path in folder.iterdir() if path.is_file() and format_by_extension(path))
    documents = [path for path in tables if path.name.split(".")[0] == "documents"]
    if len(documents) == 1:
        return documents[0]
    annif = documents_in(folder)
    if annif and (any(path.suffix == ".txt" for path in annif) or len(annif) == len(tables) > 1):
        return None
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise DataError(
            f"the folder {folder} holds {len(tables)} tables ({listed((p.name for p in tables), 6)}); name one of them"
        )
    raise DataError(
        f"the folder {folder} holds nothing to read: neither a table ({', '.join(_EXTENSIONS)}, plain, .gz or .zst) "
        "nor .txt files of an Annif corpus"
    )
