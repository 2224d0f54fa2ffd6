"""The safetensors layout: eight bytes of header length, a JSON header, then the numbers of every tensor.

Written and read here rather than through the package, because a bundle is mapped into memory where it lies inside its
container, and checked more strictly than the format asks: the tensors follow each other without gaps in the order of
the header, and everything agrees with the table in the manifest.

References
----------
https://huggingface.co/docs/safetensors
"""

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from headword.core.errors import BundleError

ALIGNMENT = 64
DTYPES = {
    "BOOL": "?",
    "I8": "|i1",
    "I16": "<i2",
    "I32": "<i4",
    "I64": "<i8",
    "U8": "|u1",
    "U16": "<u2",
    "U32": "<u4",
    "U64": "<u8",
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
}
CODES = {np.dtype(dtype): code for code, dtype in DTYPES.items()}

_MOST_DIMENSIONS = 8


@dataclass(frozen=True)
class Place:
    """Where one tensor lies: dtype, shape, and its first and last byte (exclusive) from the start of the data."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    stop: int


def ordered(tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return contiguous little-endian tensors, wide numbers first, so that each one lies aligned without padding.

    Raises
    ------
    BundleError
        If a tensor is not an array, or of a type the format does not hold.
    """
    found: dict[str, np.ndarray] = {}
    for name, tensor in tensors.items():
        if not isinstance(tensor, np.ndarray):
            raise BundleError(f"tensor {name!r} is a {type(tensor).__name__}; only numpy arrays can be stored")
        plain = tensor.dtype.newbyteorder("<")
        if plain not in CODES or not isinstance(name, str) or not name or name == "__metadata__":
            raise BundleError(
                f"tensor {name!r} of type {tensor.dtype} cannot be stored: "
                f"it needs a name and one of the types {', '.join(map(str, CODES))}"
            )
        found[name] = np.asarray(tensor, dtype=plain, order="C")
    return dict(sorted(found.items(), key=lambda item: (-item[1].itemsize, item[0])))


def encode_header(tensors: Mapping[str, np.ndarray]) -> bytes:
    """Return the eight bytes of length and the header for `tensors` in their order, padded to the alignment."""
    header: dict[str, Any] = {}
    start = 0
    for name, tensor in tensors.items():
        stop = start + tensor.nbytes
        header[name] = {"dtype": CODES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text


def describe(tensors: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the manifest's table of `tensors`: type, shape, CRC-32 and SHA-256 of the bytes of each."""
    return {
        name: {
            "dtype": CODES[tensor.dtype],
            "shape": list(tensor.shape),
            "crc32": zlib.crc32(raw_bytes(tensor)),
            "sha256": hashlib.sha256(raw_bytes(tensor)).hexdigest(),
        }
        for name, tensor in tensors.items()
    }


def raw_bytes(tensor: np.ndarray) -> memoryview:
    """Return the bytes of a contiguous tensor, without a copy."""
    return tensor.reshape(-1).view(np.uint8).data


def decode_header(raw: memoryview, table: Any, where: str) -> tuple[int, dict[str, Place]]:
    """Return where the data start in `raw` (a whole safetensors file) and the place of each tensor.

    Raises
    ------
    BundleError
        If the header is damaged, differs from `table` (that of the manifest), names a type that is not allowed, or
        puts a tensor where it overlaps another, leaves a gap, or does not fit its type and shape.
    """
    length = struct.unpack_from("<Q", raw)[0] if len(raw) >= 8 else len(raw)
    if length > len(raw) - 8:
        raise BundleError(f"{where}: the tensors are cut off: {len(raw):,} bytes, their header alone claims {length:,}")
    try:
        header = json.loads(str(raw[8 : 8 + length], "utf-8"))
    except (ValueError, RecursionError):
        raise BundleError(f"{where}: the header of the tensors is damaged") from None
    if not isinstance(header, dict) or not isinstance(table, dict) or sorted(header) != sorted(table):
        raise BundleError(f"{where}: the tensors are not those that the manifest lists")
    places = dict(_places(header, table, where))
    data = len(raw) - 8 - length
    end = 0
    for name, place in sorted(places.items(), key=lambda item: (item[1].start, item[1].stop)):
        if place.start != end:
            raise BundleError(f"{where}: tensor {name!r} begins at byte {place.start:,}, expected {end:,}")
        end = place.stop
    if end != data:
        raise BundleError(f"{where}: the tensors need {end:,} bytes, the file holds {data:,}")
    return 8 + length, places


def _places(header: dict[str, Any], table: dict[str, Any], where: str) -> Iterator[tuple[str, Place]]:
    for name, row in header.items():
        listed = table[name]
        if not isinstance(row, dict) or not isinstance(listed, dict):
            raise BundleError(f"{where}: the entry of tensor {name!r} is damaged")
        dtype, shape, offsets = row.get("dtype"), row.get("shape"), row.get("data_offsets")
        if dtype != listed.get("dtype") or shape != listed.get("shape"):
            raise BundleError(f"{where}: tensor {name!r} differs from the manifest in type or shape")
        if not isinstance(dtype, str) or dtype not in DTYPES:
            raise BundleError(f"{where}: tensor {name!r} has type {dtype!r}; allowed are {', '.join(DTYPES)}")
        if not _is_shape(shape) or not _are_sizes(offsets) or len(offsets) != 2:
            raise BundleError(f"{where}: tensor {name!r} has a damaged shape or place")
        place = Place(np.dtype(DTYPES[dtype]), tuple(shape), *offsets)
        if place.stop - place.start != math.prod(shape) * place.dtype.itemsize or place.start % place.dtype.itemsize:
            raise BundleError(f"{where}: the place of tensor {name!r} does not fit its type and shape")
        yield name, place


def _is_shape(value: Any) -> TypeGuard[list[int]]:
    # A tensor that is empty in one dimension may claim any size in the others; numpy refuses what passes 2**63 bytes.
    return _are_sizes(value) and len(value) <= _MOST_DIMENSIONS and math.prod(max(size, 1) for size in value) < 2**60


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(size) is int and 0 <= size < 2**60 for size in value)
