"""The journal: every page that came in, kept beside the output until the corpus is written.

A journal is a file of gzip members, `zcat` reads it: the first holds what was ordered, each further one a page: a line
with its state (the cursor above all), then a line a record. A member ends with its checksum, so that a member cut off
or damaged at any byte is known for what it is; reading stops before it, and the harvest goes on from there.
"""

import gzip
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any

from headword.core.errors import OutputError
from headword.harvest.page import Page, Record

FORMAT = 2
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_LARGEST_HEAD = 1 << 16


class Journal:
    """An open, locked journal; a context manager.

    Attributes
    ----------
    state
        The state line of the last whole page: cursor, page, fetched, ...; None where there is no page yet.
    started
        When the harvest began, as written by the first run.
    """

    def __init__(self, path: Path, asked: Mapping[str, Any], started: str, *, anew: bool = False) -> None:
        """Open or begin the journal at `path`; `anew` drops what it holds.

        Raises
        ------
        OutputError
            If it cannot be written, belongs to another order, or another process writes it.
        """
        self.path = path
        self.state: dict[str, Any] | None = None
        self.started = started
        self._file = _locked(path)
        try:
            if anew:
                self._file.truncate(0)
            self._recover(asked)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self.state is None:
            self.path.unlink(missing_ok=True)

    def append(self, page: Page, at: str) -> None:
        """Keep a page for good; when this returns, it is on the disk."""
        number = 0 if self.state is None else self.state["page"] + 1
        before = 0 if self.state is None else self.state["fetched"]
        state = {
            "page": number,
            "cursor": page.cursor,
            "fetched": before + len(page.records),
            "done": page.done,
            "total": page.total,
            "at": at,
            "version": page.version,
            "gone": list(page.gone),
            "unusable": list(page.unusable),
            "notes": list(page.notes),
        }
        self._write([state, *page.records])
        self.state = state

    def pages(self) -> Iterator[tuple[dict[str, Any], Iterator[Record]]]:
        """Iterate the pages in their order: the state, and the records; one page is held at a time."""
        members = _members(self._file)
        next(members, None)
        for lines, _ in members:
            yield json.loads(lines[0]), map(json.loads, lines[1:])

    def remove(self) -> None:
        """Delete the journal; the harvest is done."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _recover(self, asked: Mapping[str, Any]) -> None:
        end, first = 0, None
        for lines, here in _members(self._file):
            head, end = self._head(lines[0]), here
            if first is None:
                first = head
            else:
                self.state = head
        if first is None:
            self._require_fresh()
        elif (self.state is not None and self.state["fetched"]) or first.get("asked") == json.loads(json.dumps(asked)):
            self._require_same(first, asked)
            self.started = first["started"]
        else:
            end, self.state = 0, None  # begun for another query, and nothing came in
        self._file.truncate(end)
        if end == 0:
            self._write([{"format": FORMAT, "asked": dict(asked), "started": self.started}])

    def _head(self, text: bytes) -> dict[str, Any]:
        with suppress(ValueError):
            head = json.loads(text)
            if isinstance(head, dict):
                return head
        raise OutputError(f"{self.path} is no journal of a harvest; move it away, or give another output")

    def _require_fresh(self) -> None:
        """Raise an OutputError unless the file, which has no whole first member, is but the beginning of one."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        if size > _LARGEST_HEAD or not _GZIP.startswith(self._file.read(len(_GZIP))):
            raise OutputError(f"{self.path} is no journal of a harvest, or damaged at its beginning; move it away")

    def _require_same(self, head: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
        if head.get("format") != FORMAT:
            raise OutputError(
                f"{self.path} was begun by another version of headword; finish with that, or begin anew (--restart)"
            )
        if head.get("asked") != json.loads(json.dumps(asked)):
            raise OutputError(
                f"{self.path} is the unfinished harvest of another query: {json.dumps(head.get('asked'))[:300]}; "
                "finish that first, give another output, or begin anew (--restart)"
            )

    def _write(self, values: list[Any]) -> None:
        data = gzip.compress("".join(f"{json.dumps(value)}\n" for value in values).encode("ascii"), 3, mtime=0)
        try:
            self._file.seek(0, os.SEEK_END)
            rest = memoryview(data)
            while rest:  # a disk that fills up takes a part
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror or error}") from error


def _members(file: FileIO) -> Iterator[tuple[list[bytes], int]]:
    """Iterate the lines of each whole gzip member with the place of its end; stop before what is damaged."""
    end, rest = 0, b""
    file.seek(0)
    while True:
        unpacked, gzip_member, size = [], zlib.decompressobj(16 + zlib.MAX_WBITS), 0
        while not gzip_member.eof:
            chunk = rest or file.read(_CHUNK)
            rest = b""
            if not chunk:
                return
            try:
                unpacked.append(gzip_member.decompress(chunk))
            except zlib.error:
                return
            size += len(chunk) - len(gzip_member.unused_data)
        end, rest = end + size, gzip_member.unused_data
        lines = b"".join(unpacked).splitlines()
        if not lines:
            return
        place = file.tell()
        yield lines, end
        file.seek(place)


def _locked(path: Path) -> FileIO:
    """Open `path` for reading and writing and lock it against other processes."""
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: the folder {path.parent} does not exist; create it first")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        file = FileIO(handle, "r+b")  # without a buffer, whose rest would be written when it closes
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise OutputError(f"{path} is being written by another headword fetch; wait for it, or end it") from error
    return file


def _lock(file: FileIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        # A byte far behind the end, for locked bytes cannot be read there.
        file.seek(1 << 40)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
        return
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return  # some network file systems know no locks; there the user has to take care
