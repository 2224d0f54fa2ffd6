"""Threads over compiled kernels that release the GIL."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from headword.core.errors import RecipeError

Item = TypeVar("Item")
Result = TypeVar("Result")


def thread_count(n_threads: int | None = None) -> int:
    """Return `n_threads`, or the number of processors this process may use when None."""
    if n_threads is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else (os.cpu_count() or 1)
    if n_threads < 1:
        raise RecipeError(f"the number of threads must be at least 1, found {n_threads}")
    return n_threads


def run_chunks(work: Callable[[Item], Result], chunks: Iterable[Item], n_threads: int | None = None) -> list[Result]:
    """Return `[work(c) for c in chunks]`, worked off by threads; the order of results is that of the chunks.

    The chunks, and so the result, must not depend on the number of threads. On an interrupt no further chunk starts.
    """
    items: Sequence[Item] = list(chunks)
    # Asking the system for its processors takes longer than one small chunk.
    workers = min(thread_count(n_threads), len(items)) if len(items) > 1 else 1
    if workers <= 1:
        return [work(item) for item in items]
    pool = ThreadPoolExecutor(workers)
    try:
        return list(pool.map(work, items))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
