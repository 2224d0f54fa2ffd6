"""Whole numbers in few bytes, as bundles keep them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from headword.core import stored

_TYPES = (np.uint8, np.uint16, np.uint32)


def narrow(numbers: np.ndarray) -> np.ndarray:
    """Return whole numbers, 0 to 2**32 - 1, in the smallest unsigned type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def whole_numbers(state: Mapping[str, Any], name: str, limit: int, size: int | None = None) -> np.ndarray:
    """Return tensor `name` of unsigned numbers below `limit`, at most 2**31, as int32 (size,), None: any size.

    Raises
    ------
    DataError
        If it is missing, of another type or size, or a number is too large.
    """
    found = state.get(name)
    kind = found.dtype.type if isinstance(found, np.ndarray) and found.dtype.type in _TYPES else np.uint32
    return stored.indices(state, name, limit, size=size, dtype=kind).astype(np.int32)
