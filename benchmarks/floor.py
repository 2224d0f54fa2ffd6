"""What this machine can do at most: bytes moved and multiply-adds a second, against which phases.py holds headword."""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import machine, page, records
from benchmarks.floor_kernels import FUSED, add_lines, add_rows, copy, polynomial, scan, total
from benchmarks.records import Record
from headword.core.parallel import run_chunks

RESULTS = records.RESULTS / "floor.jsonl"
TABLES = (1 << 15, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28)  # bytes
# float32 a row: one cache line, and the weights of one feature for a block of labels
ROWS = {16: add_lines, 64: add_rows}
CACHE = 1 << 20  # bytes that a core keeps close
_STREAM = 1 << 28
_LETTERS = 7 * (1 << 20)
_REPEATS = 5


@dataclass(frozen=True)
class Floor:
    """Rates of one process with `threads` threads.

    Attributes
    ----------
    read_gb_s, copy_gb_s
        Bytes read, and bytes read and written, of an array far larger than the caches.
    scan_gb_s
        Bytes hashed one after the other, in words of seven.
    multiply_adds_g_s
        Fused float32 multiply-adds on values in registers.
    rows_gb_s
        Row width -> table bytes -> bytes of rows a second, taken in random order and added up: (table, rate) pairs.
    """

    threads: int
    read_gb_s: float
    copy_gb_s: float
    scan_gb_s: float
    multiply_adds_g_s: float
    rows_gb_s: dict[int, tuple[tuple[int, float], ...]]

    def seconds(
        self, *, streamed: float = 0, scanned: float = 0, hot: float = 0, gathered: float = 0, table: float = 0,
        width: int = 64, multiply_adds: float = 0,
    ) -> float:  # fmt: skip
        """Return the least seconds for bytes moved in order, bytes scanned, bytes of rows, and multiply-adds.

        Rows are `hot`, from a core's cache, or `gathered` from all over a table. As if all went on at once without
        hindering one another, so that the slowest decides.
        """
        rows = hot / self.rate(width, CACHE) + gathered / self.rate(width, table)
        parts = (streamed / self.read_gb_s, scanned / self.scan_gb_s, rows, multiply_adds / self.multiply_adds_g_s)
        return max(parts) / 1e9

    def rate(self, width: int, table: float) -> float:
        """Return GB/s of rows of a table of so many bytes, between the sizes measured along a straight line in logs."""
        sizes, rates = zip(*self.rows_gb_s[width], strict=True)
        return float(np.interp(math.log(max(table, 1.0)), np.log(sizes), rates))


def main(given: Sequence[str] | None = None) -> None:
    """Measure with one thread and with --threads, append the records, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true", help="put the table into ENGINE.md")
    options = parser.parse_args(given)
    others = machine.Others()
    found = [measure(threads) for threads in sorted({1, options.threads})]
    about: Record = {"run": machine.today(), "machine": machine.describe(), "others_cores": others.cores()}
    for floor in found:
        records.append(options.results, about | asdict(floor))
    lines = markdown(found, about)
    print("\n".join(lines))
    if options.write:
        page.fill(page.ENGINE, "floor", lines)


def measure(threads: int = 1) -> Floor:
    """Measure the best of some repetitions, each thread with arrays of its own."""
    stream = [np.ones(_STREAM // 4 // threads, dtype=np.float32) for _ in range(threads)]
    target = [np.empty_like(one) for one in stream]
    n_bytes = _STREAM // threads * threads
    read = n_bytes / best(lambda i: total(stream[i], 1), threads)
    copied = 2 * n_bytes / best(lambda i: copy(stream[i], target[i], 1), threads)
    small = [np.linspace(0, 1, 2048, dtype=np.float32) for _ in range(threads)]
    results = [np.empty_like(one) for one in small]
    factors = np.full(2 * FUSED, 0.5, dtype=np.float32)
    passes = 1000
    seconds = best(lambda i: polynomial(small[i], factors, passes, results[i]), threads)
    fused = threads * passes * FUSED * len(small[0]) / seconds
    letters = np.full(_LETTERS, 97, dtype=np.uint8)
    bounds = np.arange(0, _LETTERS + 1, 7)
    keys = [np.empty(len(bounds) - 1, dtype=np.uint64) for _ in range(threads)]
    scanned = threads * _LETTERS / best(lambda i: scan(letters, bounds, keys[i]), threads)
    rows = {width: tuple((size, rows_rate(width, size, threads) / 1e9) for size in TABLES) for width in ROWS}
    return Floor(threads, read / 1e9, copied / 1e9, scanned / 1e9, fused / 1e9, rows)


def rows_rate(width: int, size: int, threads: int) -> float:
    """Return the bytes a second of rows of `width` float32 taken at random from a table of `size` bytes."""
    n_rows = max(1, size // (4 * width))
    table = np.ones((n_rows, width), dtype=np.float32)
    n_taken = 1 << 18
    orders = [np.random.default_rng(i).integers(0, n_rows, n_taken) for i in range(threads)]
    sums = [np.zeros(width, dtype=np.float32) for _ in range(threads)]
    return threads * n_taken * 4 * width / best(lambda i: ROWS[width](table, orders[i], sums[i]), threads)


def best(work: Callable[[int], object], threads: int) -> float:
    """Return the least seconds of some runs of `work(i)` by all threads i at once."""
    run_chunks(work, range(threads), threads)
    seconds = []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        run_chunks(work, range(threads), threads)
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def markdown(found: Sequence[Floor], about: Record) -> list[str]:
    """Return the lines of the table."""
    host = about["machine"]
    rows: list[tuple[str, list[float]]] = [
        ("read in order, GB/s", [floor.read_gb_s for floor in found]),
        ("copy in order, GB/s (read and written)", [floor.copy_gb_s for floor in found]),
        ("bytes of words hashed, GB/s", [floor.scan_gb_s for floor in found]),
        ("float32 multiply-adds in registers, 10⁹/s", [floor.multiply_adds_g_s for floor in found]),
    ]
    for width in ROWS:
        for place, size in enumerate(TABLES):
            name = f"rows of {4 * width} bytes from {_size(size)} at random, GB/s"
            rows.append((name, [floor.rows_gb_s[width][place][1] for floor in found]))
    return [
        f"{about['run'][:10]}, {host['cpu']}, {host['cores']} cores; other programs kept {about['others_cores']} "
        f"cores busy.{machine.warning([about['others_cores']])}\n",
        "| | " + " | ".join(f"{floor.threads} thread{'s' * (floor.threads > 1)}" for floor in found) + " |",
        "|---" * (len(found) + 1) + "|",
        *(f"| {name} | " + " | ".join(f"{value:.1f}" for value in values) + " |" for name, values in rows),
    ]


def _size(n_bytes: int) -> str:
    return f"{n_bytes >> 20} MiB" if n_bytes >= 1 << 20 else f"{n_bytes >> 10} KiB"
