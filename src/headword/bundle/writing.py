"""Write a bundle: whole or not at all, and the same bytes for the same content."""

import os
import zipfile
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from headword.bundle.container import MANIFEST, TENSORS
from headword.bundle.manifest import encode_manifest
from headword.bundle.tensors import ALIGNMENT, describe, encode_header, ordered, raw_bytes
from headword.core.files import replacing

# The earliest moment a zip can name; the true one would make every file differ.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER = 30
_LARGE_FILE_FIELD = 20
_PADDING_ID = b"\x35\xd9"
_STEP = 2**24


def write_bundle(path: str | os.PathLike[str], manifest: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> None:
    """Write `manifest` and `tensors` as one file at `path`; an old file there stays whole until the new one is.

    The file is a zip of two plain members, `manifest.json` and `tensors.safetensors`, the data of the second aligned
    to 64 bytes. Equal content gives equal bytes, whatever the order of the keys and the time of day.

    Parameters
    ----------
    path
        Where to write, by custom NAME.hw.
    manifest
        What JSON can hold, numbers finite; by custom with `kind` (what the file is), `recipe` and the fingerprint of
        the label space. The keys `headword_bundle`, `headword_version`, `tensors` and `checksum` belong to the format.
    tensors
        Arrays of bool, (u)int8 to (u)int64, float16, float32 or float64, any shape of up to eight dimensions.

    Raises
    ------
    BundleError
        If manifest or tensors hold what a bundle cannot hold.
    OutputError
        If the file cannot be written.
    """
    stored = ordered(tensors)
    head = encode_manifest(manifest, describe(stored))
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(_member(MANIFEST), "w") as file:
            file.write(head)
        member = _member(TENSORS)
        member.extra = _padding(archive.start_dir + _LOCAL_HEADER + len(TENSORS) + _LARGE_FILE_FIELD)
        # The field for large files is always there, so that the padding does not depend on the size.
        with archive.open(member, "w", force_zip64=True) as file:
            _write_tensors(file, stored)


def _write_tensors(file: IO[bytes], tensors: Mapping[str, np.ndarray]) -> None:
    file.write(encode_header(tensors))
    for tensor in tensors.values():
        raw = raw_bytes(tensor)
        for start in range(0, len(raw), _STEP):
            file.write(raw[start : start + _STEP])


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _MOMENT)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    return member


def _padding(before: int) -> bytes:
    """Return an extra field, at least four bytes, after which the data begin at a multiple of the alignment."""
    size = -(before + 4) % ALIGNMENT
    return _PADDING_ID + size.to_bytes(2, "little") + bytes(size)
