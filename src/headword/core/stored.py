"""Checked reading of stored arrays: what compiled kernels take on trust is made sure of here, once, on loading.

A kernel checks no bounds: an index beyond an array reads memory that belongs to something else. So every part of a
model takes its state in through these readers. They look at whole arrays, a few milliseconds for millions of numbers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from headword.core.errors import DataError


@contextmanager
def part(name: str) -> Iterator[None]:
    """Say in every DataError raised inside which part of the model it is about."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{name}: {error}") from error


def inside(state: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the entries whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def array(state: Mapping[str, Any], name: str, dtype: Any, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return tensor `name`, contiguous and aligned.

    Parameters
    ----------
    shape
        The size of each dimension, None where any will do.

    Raises
    ------
    DataError
        If it is missing, or of another type or shape.
    """
    found = state.get(name)
    if not isinstance(found, np.ndarray):
        raise DataError(f"tensor {name!r} is missing")
    fits = found.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, found.shape, strict=True))
    if found.dtype != np.dtype(dtype) or not fits:
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        raise DataError(f"tensor {name!r} is {found.dtype} {found.shape}, expected {np.dtype(dtype)} of size {wanted}")
    return np.require(found, requirements=["C", "A"])


def finite(state: Mapping[str, Any], name: str, shape: tuple[int | None, ...], dtype: Any = np.float32) -> np.ndarray:
    """Return tensor `name` of finite numbers; half precision is returned as float32."""
    found = array(state, name, dtype, shape).astype(np.float32, copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        total = found.sum()
    # A finite sum has finite terms; only where it is not, which large terms may cause too, is each of them looked at.
    if not np.isfinite(total) and not np.isfinite(found).all():
        raise DataError(f"tensor {name!r} holds numbers that are not finite")
    return found


def bounds(state: Mapping[str, Any], name: str, n_rows: int | None, n_entries: int) -> np.ndarray:
    """Return the row bounds `name`, int64 (n_rows + 1,), which rise from 0 to `n_entries`."""
    found = array(state, name, np.int64, (None if n_rows is None else n_rows + 1,))
    # Ascent from 0 to the end also keeps every bound between the two, and no difference can overflow unseen.
    if not len(found) or found[0] != 0 or found[-1] != n_entries or (found[1:] < found[:-1]).any():
        raise DataError(f"tensor {name!r} must rise from 0 to {n_entries}, the number of entries")
    return found


def bounds_of(counts: np.ndarray, n_entries: int, name: str) -> np.ndarray:
    """Return the row bounds int64 (n_rows + 1,) of rows with so many entries each, `n_entries` together."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    if found[-1] != n_entries:
        raise DataError(f"tensor {name!r} adds up to {found[-1]}, expected {n_entries}, the number of entries")
    return found


def smallest_type(limit: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest unsigned type that holds the whole numbers from 0 to `limit` - 1.

    Examples
    --------
    >>> smallest_type(256).__name__, smallest_type(257).__name__
    ('uint8', 'uint16')
    """
    return next(t for t in (np.uint8, np.uint16, np.uint32, np.uint64) if limit <= np.iinfo(t).max + 1)


def indices(
    state: Mapping[str, Any], name: str, limit: int, *, size: int | None = None, dtype: Any = np.int32
) -> np.ndarray:
    """Return tensor `name` (size,) of whole numbers from 0 to `limit` - 1."""
    found = array(state, name, dtype, (size,))
    if len(found) and (int(found.max()) >= limit or int(found.min()) < 0):
        raise DataError(
            f"tensor {name!r} must lie between 0 and {limit - 1}, found {int(found.min())} to {int(found.max())}"
        )
    return found


def number(state: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """Return the one whole number of tensor `name`."""
    found = int(array(state, name, np.int64, (1,))[0])
    if not least <= found <= most:
        raise DataError(f"tensor {name!r} must lie between {least} and {most}, found {found}")
    return found


def strings(state: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the list of strings `name`."""
    found = state.get(name)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise DataError(f"the list of strings {name!r} is missing")
    return tuple(found)


def entry(manifest: Mapping[str, Any], name: str, kind: type) -> Any:
    """Return entry `name` of a manifest, of type `kind`; a whole number is not negative, a list is one of strings."""
    found = manifest.get(name)
    wrong = type(found) is not kind
    wrong = wrong or (isinstance(found, int) and not 0 <= found < 1 << 63)
    wrong = wrong or (isinstance(found, list) and not all(isinstance(one, str) for one in found))
    if wrong:
        raise DataError(f"entry {name!r} of the manifest must be of type {kind.__name__}, found {found!r:.80}")
    return found
