"""Gzip and Zstandard: reading so that damage never passes for the end of the file, and writing."""

import gzip
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from headword.core.files import replacing

BUFFER = 1 << 20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def decompressed(file: io.BufferedReader) -> io.BufferedReader:
    """Return a reader of the plain bytes of `file`, which is recognised by its first bytes and not by its name.

    Reading the result raises EOFError where the data are cut off, OSError or zlib.error where they are damaged.
    """
    magic = file.peek(4)[:4]
    if magic.startswith(_GZIP):
        return buffered(gzip.GzipFile(fileobj=file))
    if magic == _ZSTD:
        return buffered(_ZstdReader(file))
    return file


def buffered(raw: object) -> io.BufferedReader:
    """Wrap anything that has `readinto` in a large buffer."""
    return io.BufferedReader(cast(io.RawIOBase, raw), BUFFER)


def ending_of(path: str | os.PathLike[str]) -> str:
    """Return the extension of a file's name in small letters, that of compression left out; "" if there is none."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes if suffix.lower() not in (".gz", ".zst")]
    return suffixes[-1] if suffixes else ""


@contextmanager
def written(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open `path` for writing, compressed as its name says; it is replaced when the block ends well.

    Raises
    ------
    OutputError
        As `replacing` does.
    """
    suffix = Path(path).suffix.lower()
    with ExitStack() as stack:
        temporary = stack.enter_context(replacing(path))
        file: Any = stack.enter_context(temporary.open("wb"))
        if suffix == ".gz":
            # No name and no time in the header: the same data give the same bytes.
            file = stack.enter_context(gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0))
        elif suffix == ".zst":
            import zstandard

            file = stack.enter_context(zstandard.ZstdCompressor(level=9).stream_writer(file))
        yield file


class _ZstdReader(io.RawIOBase):
    """Frame after frame of Zstandard data; zstandard's own stream reader takes a cut frame for the end of the file."""

    def __init__(self, file: BinaryIO | io.BufferedReader) -> None:
        import zstandard

        self._file = file
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._error = zstandard.ZstdError
        self._frame = self._new()
        self._begun = False
        self._plain = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._plain:
            if not self._fill():
                return 0
        taken = self._plain[: len(view)]
        self._plain = self._plain[len(view) :]
        view[: len(taken)] = taken
        return len(taken)

    def _fill(self) -> bool:
        """Decompress the next piece; False at the end of the last frame."""
        left = self._frame.unused_data if self._frame.eof else b""
        packed = left or self._file.read(1 << 16)
        if self._frame.eof:
            self._frame, self._begun = self._new(), False
        if not packed:
            if self._begun:
                raise EOFError
            return False
        self._begun = True
        try:
            self._plain = self._frame.decompress(packed)
        except self._error as error:
            raise OSError(str(error)) from error
        return True
