"""Reading gzip and Zstandard data so that damage never passes for the end of the file."""

import gzip
import io
from typing import BinaryIO, cast

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
