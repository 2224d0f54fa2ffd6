"""Document frequencies, on several threads, and orders by frequency."""

from itertools import pairwise

import numpy as np

from headword.core.parallel import run_chunks
from headword.text.counting_kernels import document_frequencies

_PARTS = 8
_WORTH_IT = 1 << 16


def frequencies(
    ids: np.ndarray, starts: np.ndarray, stops: np.ndarray, n_tokens: int, n_threads: int | None = None
) -> np.ndarray:
    """Return int32 (n_tokens,): in how many documents, ids[starts[d] : stops[d]] each, every token stands.

    Tokens from `n_tokens` on are not counted.
    """

    def count(part: tuple[int, int]) -> np.ndarray:
        return document_frequencies(ids, starts[part[0] : part[1]], stops[part[0] : part[1]], n_tokens)  # type: ignore[no-any-return]

    total = np.zeros(n_tokens, dtype=np.int32)
    for found in run_chunks(count, ranges(len(starts), len(ids)), n_threads):
        total += found
    return total


def ranges(n: int, work: int) -> list[tuple[int, int]]:
    """Return the first and last (exclusive) number of each of up to 8 even parts of `n`; 1 where work is little."""
    parts = max(1, min(_PARTS, n, work // _WORTH_IT))
    cuts = [n * part // parts for part in range(parts + 1)]
    return list(pairwise(cuts))


def falling_order(frequency: np.ndarray) -> np.ndarray:
    """Return the order that sorts whole numbers from 0 to 2**32 - 1, highest first, equals as they come."""
    depth = frequency.max(initial=0) - frequency
    order = np.argsort(depth.astype(np.uint16), kind="stable")  # two bytes at a time, which numpy sorts by radix
    if depth.max(initial=0) < 1 << 16:
        return order
    return order[np.argsort((depth[order] >> 16).astype(np.uint16), kind="stable")]
