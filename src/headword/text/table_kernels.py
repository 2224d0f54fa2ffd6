"""Exact hash tables from 64-bit keys to consecutive numbers, for compiled code.

A slot holds a number only: whether it is the one looked for is seen from the key that has it, so that the tables stay
small. Linear probing; the first slot is in the upper bits of a product, which depend on all bits of the key.
"""

import numpy as np
from numba import njit

from headword.text.byte_lanes import lowest_bit

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
_ONE = np.uint64(1)
_SMALLEST = 16


@njit(cache=True, nogil=True)
def table_shift(size):  # type: ignore[no-untyped-def]
    """Return by how much a product is shifted to give one of `size` slots, a power of two."""
    return np.uint64(64 - lowest_bit(np.uint64(size)))


@njit(cache=True, nogil=True)
def fill_table(keys, n, slots):  # type: ignore[no-untyped-def]
    """Put the positions of the first `n` of the distinct uint64 `keys` into an empty table."""
    mask = np.uint64(len(slots) - 1)
    shift = table_shift(len(slots))
    for i in range(n):
        slot = (keys[i] * MULTIPLIER) >> shift
        while slots[slot] >= 0:
            slot = (slot + _ONE) & mask
        slots[slot] = i


@njit(cache=True, nogil=True)
def table_of(keys):  # type: ignore[no-untyped-def]
    """Return int32, a table of the positions of the distinct uint64 `keys`; a slot without one is -1."""
    size = _SMALLEST
    while size < 2 * len(keys):
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    fill_table(keys, len(keys), slots)
    return slots


@njit(cache=True, nogil=True)
def pair_table(indptr, seconds):  # type: ignore[no-untyped-def]
    """Return int32, a table of the numbers of pairs (see `pairs.Pairs`); a slot without one is -1."""
    size = _SMALLEST
    while size < 2 * len(seconds):
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    mask = np.uint64(size - 1)
    shift = table_shift(size)
    for first in range(len(indptr) - 1):
        for pair in range(indptr[first], indptr[first + 1]):
            key = np.uint64(first) << HALF | np.uint64(seconds[pair])
            slot = (key * MULTIPLIER) >> shift
            while slots[slot] >= 0:
                slot = (slot + _ONE) & mask
            slots[slot] = pair
    return slots
