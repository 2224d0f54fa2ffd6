"""Read a bundle: everything is checked before anything is built from it; no code of the file ever runs."""

import hashlib
import mmap
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from headword.bundle.container import MANIFEST, TENSORS, Span, locate
from headword.bundle.manifest import decode_manifest
from headword.bundle.tensors import Place, decode_header, raw_bytes
from headword.core.errors import BundleError

Check = Literal["structure", "crc32", "sha256"]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A model file that passed its checks.

    Attributes
    ----------
    manifest
        Everything in the manifest: what the writer gave, and `headword_bundle` (the format number),
        `headword_version`, `tensors` (type, shape and checksums of each) and `checksum`.
    tensors
        The arrays by name, mapped into memory: the numbers are fetched from disk when first touched.
    """

    manifest: Mapping[str, Any]
    tensors: Mapping[str, np.ndarray]


def read_bundle(
    path: str | os.PathLike[str], *, kind: str | None = None, check: Check = "crc32", writable: bool = False
) -> Bundle:
    """Read the bundle at `path`, a file or a folder with the same two members.

    Parameters
    ----------
    path
        NAME.hw, or a folder that holds manifest.json and tensors.safetensors.
    kind
        The `kind` the manifest must have, None for any.
    check
        How thoroughly. "structure": sizes, places, types and the manifest's own checksum, never less than these;
        "crc32": also the CRC-32 of every tensor, which finds any accidental damage and reads the whole file (some
        5 GB/s from the page cache); "sha256": also the SHA-256, a few times slower.
    writable
        False: the arrays are read-only. True: they may be changed, and the changes stay in memory, never in the file.
        Compiled kernels tell read-only arrays from others and are compiled once for each kind, so that pass True where
        the arrays go to kernels which also work on arrays made in memory.

    Raises
    ------
    BundleError
        If anything about the file is not as it must be; the message says what.

    Notes
    -----
    The file must not be changed in place while its arrays are in use; `write_bundle` replaces files whole, which is
    safe (Windows refuses to replace a file that is in use).
    """
    spans = locate(Path(path))
    where = str(path)
    manifest = decode_manifest(_read(spans[MANIFEST], where), where)
    if kind is not None and manifest.get("kind") != kind:
        raise BundleError(f"{where} holds a {manifest.get('kind')!r} bundle, expected {kind!r}")
    mapped, raw = _mapped(spans[TENSORS], where, writable)
    start, places = decode_header(raw, manifest["tensors"], where)
    tensors = {name: _tensor(mapped, spans[TENSORS].start + start, place) for name, place in places.items()}
    for name, tensor in tensors.items():
        _check(name, tensor, manifest["tensors"][name], check, where)
    return Bundle(MappingProxyType(manifest), MappingProxyType(tensors))


def _read(span: Span, where: str) -> bytes:
    try:
        with span.file.open("rb") as file:
            file.seek(span.start)
            return file.read(span.size)
    except OSError as error:
        raise BundleError(f"cannot read the bundle {where}: {error.strerror or error}") from error


def _mapped(span: Span, where: str, writable: bool) -> tuple[mmap.mmap, memoryview]:
    """Map the whole file of `span`; return the map and the view of the span in it."""
    access = mmap.ACCESS_COPY if writable else mmap.ACCESS_READ
    try:
        with span.file.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=access)
    except (OSError, ValueError) as error:
        raise BundleError(f"cannot read the bundle {where}: {error}") from error
    if len(mapped) < span.start + span.size:
        raise BundleError(f"{where} is cut off: it became shorter while it was read")
    return mapped, memoryview(mapped)[span.start : span.start + span.size]


def _tensor(mapped: mmap.mmap, start: int, place: Place) -> np.ndarray:
    count = (place.stop - place.start) // place.dtype.itemsize
    if not count:
        return np.empty(place.shape, place.dtype)
    return np.frombuffer(mapped, place.dtype, count, start + place.start).reshape(place.shape)


def _check(name: str, tensor: np.ndarray, listed: Mapping[str, Any], check: Check, where: str) -> None:
    # A hostile table may lack the sums, which compares unequal just as a wrong one does.
    if check != "structure" and zlib.crc32(raw_bytes(tensor)) != listed.get("crc32"):
        raise BundleError(f"{where}: tensor {name!r} is damaged (its CRC-32 is wrong); copy or train the bundle anew")
    if check == "sha256" and hashlib.sha256(raw_bytes(tensor)).hexdigest() != listed.get("sha256"):
        raise BundleError(f"{where}: tensor {name!r} is damaged (its SHA-256 is wrong); copy or train the bundle anew")
    if tensor.dtype == np.bool_ and check != "structure" and tensor.view(np.uint8).max(initial=0) > 1:
        raise BundleError(f"{where}: tensor {name!r} of truth values holds other bytes than 0 and 1")
