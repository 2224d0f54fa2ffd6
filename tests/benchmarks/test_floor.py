"""The floor: kernels do what is counted, and the slowest resource decides."""

import numpy as np
import pytest

from benchmarks.floor import Floor, best, markdown
from benchmarks.floor_kernels import FUSED, add_lines, add_rows, copy, polynomial, scan, total

ROWS = ((1 << 10, 100.0), (1 << 20, 10.0))
FLOOR = Floor(1, 20.0, 30.0, 1.0, 100.0, {16: ROWS, 64: ROWS})


def test_the_kernels_do_the_work_that_is_counted() -> None:
    rng = np.random.default_rng(0)
    values = rng.random(1000, dtype=np.float32)
    assert total(values, 3) == pytest.approx(3 * values.sum(), rel=1e-4)
    target = np.empty_like(values)
    copy(values, target, 2)
    assert np.array_equal(target, values + 1)
    factors = rng.random(2 * FUSED, dtype=np.float32)
    polynomial(values, factors, 1, target)
    wanted = values.astype(np.float64)
    for a, b in factors.reshape(-1, 2):
        wanted = wanted * a + b
    assert target == pytest.approx(wanted, rel=1e-4)
    keys = np.empty(2, dtype=np.uint64)
    scan(np.frombuffer(b"afoobar", dtype=np.uint8), np.array([0, 1, 7]), keys)
    assert [int(key) for key in keys] == [0xAF63DC4C8601EC8C, 0x85944171F73967E8]  # published FNV-1a values


@pytest.mark.parametrize(("adds", "width"), [(add_lines, 16), (add_rows, 64)])
def test_rows_are_added_with_their_weights(adds, width: int) -> None:
    rng = np.random.default_rng(1)
    table, order = rng.random((9, width), dtype=np.float32), rng.integers(0, 9, 16)
    out = np.zeros(width, dtype=np.float32)
    adds(table, order, out)
    weights = np.repeat(np.arange(0, 16, 4) & 7, 4)
    assert out == pytest.approx((weights[:, None] * table[order]).sum(axis=0), rel=1e-5)


def test_the_slowest_resource_decides() -> None:
    assert FLOOR.seconds(streamed=20e9, multiply_adds=50e9) == pytest.approx(1.0)
    assert FLOOR.seconds(streamed=20e9, scanned=2e9) == pytest.approx(2.0)
    assert FLOOR.seconds(multiply_adds=300e9, streamed=20e9) == pytest.approx(3.0)
    assert FLOOR.seconds(gathered=40e9, table=1 << 20) == pytest.approx(4.0)
    assert FLOOR.seconds(hot=10e9, gathered=30e9, table=1 << 10) == pytest.approx(1.3)
    assert FLOOR.seconds() == 0


def test_rates_lie_between_the_sizes_measured() -> None:
    rates = [FLOOR.rate(64, size) for size in (1, 1 << 10, 1 << 15, 1 << 20, 1 << 30)]
    assert rates == pytest.approx([100, 100, 55, 10, 10])


def test_the_best_time_is_the_least_and_all_threads_run() -> None:
    seen = []
    assert best(seen.append, 2) > 0
    assert set(seen) == {0, 1}


def test_the_table_has_a_row_a_rate() -> None:
    about = {"run": "2026-01-01", "machine": {"cpu": "a processor", "cores": 2}, "others_cores": 0.1}
    from benchmarks.floor import TABLES

    rows = tuple((size, 1.0) for size in TABLES)
    lines = markdown([Floor(1, 20.0, 30.0, 1.0, 100.0, {16: rows, 64: rows})], about)
    assert "| read in order, GB/s | 20.0 |" in lines
    assert "| rows of 256 bytes from 1 MiB at random, GB/s | 1.0 |" in lines
    assert len(lines) == 3 + 4 + 2 * len(TABLES)
