"""Compiled loops that do nothing but move bytes or multiply and add: what the machine can do at most."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

FUSED = 16  # multiply-adds that `polynomial` does for an element


@njit(cache=True, nogil=True, fastmath=True)
def total(values, passes):
    """Read float32 values `passes` times; return their sum."""
    out = np.float32(0)
    for _ in range(passes):
        for i in range(len(values)):
            out += values[i]
    return out


@njit(cache=True, nogil=True)
def copy(source, target, passes):
    """Read and write float32 values `passes` times."""
    for _ in range(passes):
        for i in range(len(source)):
            target[i] = source[i] + np.float32(1)


@njit(cache=True, nogil=True)
def scan(letters, bounds, out):
    """Hash stretches of bytes one byte after the other (FNV-1a): what no reader of words can do without."""
    for i in range(len(bounds) - 1):
        key = np.uint64(0xCBF29CE484222325)
        for at in range(bounds[i], bounds[i + 1]):
            key = (key ^ np.uint64(letters[at])) * np.uint64(0x100000001B3)
        out[i] = key


@njit(cache=True, nogil=True, fastmath={"contract"})
def polynomial(x, c, passes, out):
    """Write a polynomial of degree 16 of each x `passes` times, by Horner's rule: 16 fused multiply-adds each."""
    for _ in range(passes):
        for i in range(len(x)):
            v = x[i]
            v = v * c[0] + c[1]
            v = v * c[2] + c[3]
            v = v * c[4] + c[5]
            v = v * c[6] + c[7]
            v = v * c[8] + c[9]
            v = v * c[10] + c[11]
            v = v * c[12] + c[13]
            v = v * c[14] + c[15]
            v = v * c[16] + c[17]
            v = v * c[18] + c[19]
            v = v * c[20] + c[21]
            v = v * c[22] + c[23]
            v = v * c[24] + c[25]
            v = v * c[26] + c[27]
            v = v * c[28] + c[29]
            out[i] = v * c[30] + c[31]


@njit(cache=True, nogil=True, fastmath=True)
def add_rows(table, order, out):
    """Add weighted rows of 64 float32 in the given order, four at a time: what a document does to blocks of weights."""
    for at in range(0, len(order), 4):
        weight = np.float32(at & 7)
        a, b, c, d = order[at], order[at + 1], order[at + 2], order[at + 3]
        for j in range(64):
            out[j] += weight * (table[a, j] + table[b, j] + table[c, j] + table[d, j])


@njit(cache=True, nogil=True, fastmath=True)
def add_lines(table, order, out):
    """Add weighted rows of 16 float32, a cache line each, four at a time: what looking up does to a hash table."""
    for at in range(0, len(order), 4):
        weight = np.float32(at & 7)
        a, b, c, d = order[at], order[at + 1], order[at + 2], order[at + 3]
        for j in range(16):
            out[j] += weight * (table[a, j] + table[b, j] + table[c, j] + table[d, j])
