"""Opening a file or standard input: plain bytes, line by line, each defect a message with its place."""

import difflib
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from headword.core.compression import buffered, decompressed
from headword.core.errors import DataError

BOM = b"\xef\xbb\xbf"

_FOREIGN = {
    b"\x80\x02": "a pickle, which headword never loads because it can run code",
    b"\x80\x03": "a pickle, which headword never loads because it can run code",
    b"\x80\x04": "a pickle, which headword never loads because it can run code",
    b"\x80\x05": "a pickle, which headword never loads because it can run code",
    b"PK\x03\x04": "a zip archive (or an Excel or model file)",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF file",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow (Feather) file",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\xff\xfe": "UTF-16 text (convert it: iconv -f UTF-16 -t UTF-8)",
    b"\xfe\xff": "UTF-16 text (convert it: iconv -f UTF-16 -t UTF-8)",
}


@dataclass(frozen=True)
class Stream:
    """Plain bytes to read once, with the name that messages use.

    `head` holds the first bytes (at least one unless the stream is empty); they are still to be read. `path` is None
    for standard input.
    """

    name: str
    path: Path | None
    file: io.BufferedReader
    head: bytes

    def lines(self) -> Iterator[bytes]:
        """Iterate the lines with their ends, without a byte-order mark; unreadable data are a DataError."""
        with _told(self.name):
            first = self.file.readline()
            if first:
                yield first.removeprefix(BOM)
            yield from self.file

    def text_lines(self) -> Iterator[str]:
        """Iterate the lines as text; what is not UTF-8 and what holds NUL bytes is a DataError with its line."""
        for number, line in enumerate(self.lines(), 1):
            yield text_of(line, self.name, number)

    def read(self, most: int | None = None) -> bytes:
        """Return everything; a DataError if it is more than `most` bytes."""
        with _told(self.name):
            data = self.file.read() if most is None else self.file.read(most + 1)
        if most is not None and len(data) > most:
            raise DataError(f"{self.name} holds more than {most:,} bytes, the most that is read here")
        return data


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Stream]:
    """Open a file, or standard input for "-", undoing gzip or Zstandard.

    Raises
    ------
    DataError
        If there is no such file, it cannot be read, it is empty, or it is of a kind that holds no table.
    """
    if os.fspath(path) == "-":
        # The wrapper leaves standard input open when it is closed itself.
        with buffered(_StandardInput()) as file:
            yield _stream("standard input", None, file)
        return
    try:
        raw = io.FileIO(os.fspath(path))
    except OSError as error:
        raise DataError(_unopened(Path(path), error)) from error
    with buffered(raw) as file:
        yield _stream(str(path), Path(path), file)


def text_of(line: bytes, name: str, number: int) -> str:
    """Return line `number` of `name` as text; a DataError unless it is UTF-8 without NUL bytes."""
    try:
        text = str(line, "utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}, line {number}: byte {error.start + 1} of the line is 0x{line[error.start]:02x}, which is not "
            f"UTF-8; headword does not guess encodings: convert the file first, e.g. "
            f"iconv -f WINDOWS-1252 -t UTF-8 (or whatever it was written in)"
        ) from error
    if "\0" in text:
        raise DataError(
            f"{name}, line {number}: NUL byte at byte {line.index(0) + 1} of the line; text holds none: remove them "
            "(tr -d '\\000'), or the file is binary or UTF-16"
        )
    return text


def short(value: object, length: int = 60) -> str:
    """Return the repr of `value`, cut to about `length` characters, for messages."""
    shown = repr(value[: length + 1] if isinstance(value, str | bytes) else value)
    return shown if len(shown) <= length + 2 else shown[:length] + "…"


def listed(names: object, most: int = 12) -> str:
    """Return names in quotes, separated by commas, at most `most` of them, for messages."""
    every = [short(name) for name in names]  # type: ignore[attr-defined]
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "") or "none"


def _stream(name: str, path: Path | None, file: io.BufferedReader) -> Stream:
    with _told(name):
        plain = decompressed(file)
        head = plain.peek(1)
    if not head:
        raise DataError(f"{name} is empty")
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic):
            raise DataError(f"{name} is {kind}; headword reads JSON lines, CSV, TSV, Parquet and sparse text in UTF-8")
    if head[257:262] == b"ustar":
        raise DataError(f"{name} is a tar archive; unpack it and name the file inside")
    return Stream(name, path, plain, head)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise DataError(f"{name}: the compressed data end too early; the file is cut off: fetch it again") from error
    except (OSError, zlib.error) as error:
        raise DataError(f"{name} cannot be read, it may be damaged: {error}") from error


def _unopened(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        folder = path.parent
        if not folder.is_dir():
            return f"there is no file {path}: the folder {folder} does not exist"
        near = difflib.get_close_matches(path.name, [entry.name for entry in folder.iterdir()], n=3)
        return f"there is no file {path}" + (f"; did you mean {' or '.join(near)}?" if near else "")
    return f"cannot read {path}: {error.strerror or error}"


class _StandardInput(io.RawIOBase):
    def __init__(self) -> None:
        self._file = cast(io.BufferedReader, sys.stdin.buffer)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._file.read1(len(view))
        view[: len(data)] = data
        return len(data)
