"""An exact hash table from 64-bit keys to consecutive numbers, for compiled code."""

import numpy as np
from numba import njit

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)
_SHIFT = np.uint64(32)


@njit(cache=True, nogil=True, inline="always")
def slot_of(slots, key):  # type: ignore[no-untyped-def]
    """Return the slot where `key` stands, or the empty one where it belongs (linear probing)."""
    mask = np.uint64(len(slots) - 1)
    mixed = key * _MULTIPLIER
    slot = (mixed ^ (mixed >> _SHIFT)) & mask
    while slots[slot] != key and slots[slot] != EMPTY:
        slot = (slot + _ONE) & mask
    return slot


@njit(cache=True, nogil=True)
def grown(slots, numbers):  # type: ignore[no-untyped-def]
    """Return a table of twice the size with the same content."""
    larger = np.full(2 * len(slots), EMPTY, dtype=np.uint64)
    values = np.empty(2 * len(slots), dtype=np.int32)
    for i in range(len(slots)):
        if slots[i] != EMPTY:
            slot = slot_of(larger, slots[i])
            larger[slot] = slots[i]
            values[slot] = numbers[i]
    return larger, values


@njit(cache=True, nogil=True)
def table_of(keys):  # type: ignore[no-untyped-def]
    """Return (slots, numbers): a table that maps each of the distinct uint64 `keys` to its position."""
    size = 16
    while size < 2 * len(keys):
        size *= 2
    slots = np.full(size, EMPTY, dtype=np.uint64)
    numbers = np.empty(size, dtype=np.int32)
    for i in range(len(keys)):
        slot = slot_of(slots, keys[i])
        slots[slot] = keys[i]
        numbers[slot] = i
    return slots, numbers
