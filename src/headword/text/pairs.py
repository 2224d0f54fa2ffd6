"""Pairs of neighbouring tokens: found in a corpus by grouping, looked up in new documents by hashing."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from headword.core.parallel import run_chunks
from headword.text.counting import ranges
from headword.text.counting_kernels import documents_at, frequent_pairs, pair_counts, place_pairs
from headword.text.table_kernels import pair_table

_STEP = 32
_TASKS = 32


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of tokens, by first token and then by second.

    Attributes
    ----------
    indptr
        int64 (n_tokens + 1,): the pairs that begin with token t are indptr[t] to indptr[t + 1] - 1.
    seconds
        int32 (n_pairs,), ascending for each first token.
    frequency
        int32 (n_pairs,), in how many documents.
    """

    indptr: np.ndarray
    seconds: np.ndarray
    frequency: np.ndarray

    def __len__(self) -> int:
        return len(self.seconds)

    @cached_property
    def table(self) -> np.ndarray:
        """int32, a hash table of pair numbers."""
        return pair_table(self.indptr, self.seconds)  # type: ignore[no-any-return]

    def tokens(self, pair: int) -> tuple[int, int]:
        """Return the two tokens of a pair."""
        return int(np.searchsorted(self.indptr, pair, side="right")) - 1, int(self.seconds[pair])


def no_pairs(n_tokens: int) -> Pairs:
    """Return no pairs at all."""
    none = np.zeros(0, dtype=np.int32)
    return Pairs(np.zeros(n_tokens + 1, dtype=np.int64), none, none)


def find_pairs(
    ids: np.ndarray, indptr: np.ndarray, n_tokens: int, least: int, n_threads: int | None = None
) -> tuple[Pairs, np.ndarray]:
    """Return the pairs in at least `least` documents, and which of them begins where.

    The positions of each token are grouped first, so that one token's pairs are counted in arrays that stay in cache,
    without a hash table; memory is 8 bytes a token.

    Parameters
    ----------
    ids, indptr
        Tokens of title and abstract of each document in turn; those from `n_tokens` on part their neighbours.

    Returns
    -------
    pairs
        Those that are frequent enough.
    numbers
        int32 (n_positions,): the pair that begins at each position, counted from the first with the same first token;
        -1 where none does.
    """
    parts = ranges(len(indptr) - 1, len(ids))
    counts = np.zeros((len(parts), n_tokens), dtype=np.int64)
    run_chunks(lambda i: pair_counts(ids, indptr, *parts[i], counts[i]), range(len(parts)), n_threads)
    starts = np.zeros(n_tokens + 1, dtype=np.int64)
    np.cumsum(counts.sum(axis=0), out=starts[1:])
    place = np.cumsum(counts, axis=0) - counts + starts[:-1]
    positions = np.empty(starts[-1], dtype=np.int32 if len(ids) < 1 << 31 else np.int64)
    run_chunks(lambda i: place_pairs(ids, indptr, *parts[i], place[i], positions), range(len(parts)), n_threads)

    documents = indptr[::2].copy()
    at_step = documents_at(documents, _STEP, -(-len(ids) // _STEP))
    numbers = np.full(len(ids), -1, dtype=np.int32)

    def count(task: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return frequent_pairs(ids, documents, at_step, positions, starts, *task, least, numbers)  # type: ignore[no-any-return]

    cuts = np.searchsorted(starts, starts[-1] * np.arange(1, _TASKS) // _TASKS)
    bounds = sorted({0, n_tokens, *cuts.tolist()})
    found = run_chunks(count, pairwise(bounds), n_threads)
    kept, seconds, frequency = (np.concatenate(part) for part in zip(*found, strict=True))
    np.cumsum(kept, out=starts[1:])
    return Pairs(starts, seconds, frequency), numbers
