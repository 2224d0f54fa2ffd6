"""Compiled kernels of the near-duplicate search: shingles, MinHash signatures, candidates, exact Jaccard."""

import numpy as np
from numba import njit

_SEED = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True, inline="always")
def _mix(x: np.uint64) -> np.uint64:
    """Scramble 64 bits (the finaliser of SplitMix64): a bijection, so unequal stays unequal."""
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return x ^ (x >> np.uint64(31))


@njit(cache=True, nogil=True)
def _word_hashes(text: np.ndarray, start: int, stop: int, out: np.ndarray) -> int:
    """Hash the words of text[start:stop] (UTF-8 bytes) into `out`; return how many there are.

    A word is a run of ASCII letters and digits and of bytes beyond ASCII. Characters U+3000 to U+9FFF are words by
    themselves, since Chinese and Japanese put no blanks between words.
    """
    n = 0
    word = np.uint64(0)
    inside = False
    i = start
    while i < stop:
        byte = text[i]
        if 0xE3 <= byte <= 0xE9 and i + 2 < stop:
            if inside:
                out[n] = _mix(word)
                n += 1
                inside = False
            code = (
                (np.uint64(byte) << np.uint64(16)) | (np.uint64(text[i + 1]) << np.uint64(8)) | np.uint64(text[i + 2])
            )
            out[n] = _mix(code + _SEED)
            n += 1
            i += 3
            continue
        if 48 <= byte <= 57 or 97 <= byte <= 122 or byte >= 0x80:
            if not inside:
                word = _SEED
                inside = True
            word = (word ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            word ^= word >> np.uint64(29)
        elif inside:
            out[n] = _mix(word)
            n += 1
            inside = False
        i += 1
    if inside:
        out[n] = _mix(word)
        n += 1
    return n


@njit(cache=True, nogil=True)
def shingle(text: np.ndarray, bounds: np.ndarray, width: int, out: np.ndarray, counts: np.ndarray) -> None:
    """Write the distinct shingle hashes of each document, ascending, to `out` from `bounds[i]` on.

    Parameters
    ----------
    text
        uint8, the lower-cased UTF-8 texts one after another; document i owns text[bounds[i]:bounds[i+1]].
    width
        Words a shingle; a document of fewer words is one shingle.
    out
        uint64, as long as `text` (a document has never more words than bytes).
    counts
        int64 (n_docs,), receives the number of shingles; 0 where there is no word.
    """
    for i in range(len(counts)):
        start, stop = bounds[i], bounds[i + 1]
        words = np.empty(stop - start + 1, dtype=np.uint64)
        n_words = _word_hashes(text, start, stop, words)
        size = min(width, n_words)
        n_shingles = n_words - size + 1 if n_words else 0
        shingles = np.empty(n_shingles, dtype=np.uint64)
        for s in range(n_shingles):
            value = np.uint64(size)
            for w in range(size):
                value = _mix(value * _M1 + words[s + w])
            shingles[s] = value
        shingles.sort()
        n = 0
        for s in range(n_shingles):
            if s == 0 or shingles[s] != shingles[s - 1]:
                out[start + n] = shingles[s]
                n += 1
        counts[i] = n


@njit(cache=True, nogil=True)
def signatures(shingles: np.ndarray, bounds: np.ndarray, mult: np.ndarray, add: np.ndarray, out: np.ndarray) -> None:
    """Write the MinHash signature of each document to `out`, uint32 (n_docs, n_hashes).

    The hash functions are (mult * x + add) mod 2**64, upper 32 bits, with odd `mult`, over shingles that are scrambled
    already.
    """
    n_hashes = len(mult)
    for i in range(len(bounds) - 1):
        for h in range(n_hashes):
            least = np.uint64(0xFFFFFFFFFFFFFFFF)
            a, b = mult[h], add[h]
            for s in range(bounds[i], bounds[i + 1]):
                value = a * shingles[s] + b
                least = min(least, value)
            out[i, h] = least >> np.uint64(32)


@njit(cache=True, nogil=True)
def jaccard(shingles: np.ndarray, a: int, a_stop: int, b: int, b_stop: int) -> float:
    """Exact Jaccard similarity of two ascending runs of `shingles`, in [0, 1]; 0 if one is empty."""
    total = (a_stop - a) + (b_stop - b)
    common = 0
    while a < a_stop and b < b_stop:
        x, y = shingles[a], shingles[b]
        if x == y:
            common += 1
        a += x <= y
        b += y <= x
    return common / (total - common) if total > common and common else 0.0


@njit(cache=True, nogil=True)
def _root(parent: np.ndarray, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def join_band(
    order: np.ndarray,
    keys: np.ndarray,
    band: int,
    shingles: np.ndarray,
    bounds: np.ndarray,
    threshold: float,
    parent: np.ndarray,
) -> int:
    """Verify the pairs that share their key of `band` and join those at or above `threshold`; return pairs compared.

    Parameters
    ----------
    order
        int64, documents sorted by their key of this band.
    keys
        uint64 (n_bands, n_docs). Pairs that share an earlier band's key were judged then and are passed over.
    parent
        int64 (n_docs,), the union-find forest, changed in place; a root is the least document of its tree.
    """
    compared = 0
    start = 0
    n = len(order)
    while start < n:
        stop = start + 1
        while stop < n and keys[band, order[stop]] == keys[band, order[start]]:
            stop += 1
        for p in range(start, stop):
            for q in range(start, p):
                i, j = order[q], order[p]
                root_i, root_j = _root(parent, i), _root(parent, j)
                if root_i == root_j:
                    continue
                seen = False
                for earlier in range(band):
                    if keys[earlier, i] == keys[earlier, j]:
                        seen = True
                        break
                if seen:
                    continue
                compared += 1
                if jaccard(shingles, bounds[i], bounds[i + 1], bounds[j], bounds[j + 1]) >= threshold:
                    parent[max(root_i, root_j)] = min(root_i, root_j)
        start = stop
    return compared
