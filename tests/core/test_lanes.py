import numpy as np
import pytest
from numba import njit

from headword.core.lanes import GROUP, LANES, gather_rows, scatter_rows


@njit
def gathered(indices, data, first, last, rows, lane, n_vectors, out):
    gather_rows(indices, data, first, last, rows, lane, n_vectors, out)


@njit
def scattered(indices, data, first, last, rows, lane, n_vectors, delta):
    scatter_rows(indices, data, first, last, rows, lane, n_vectors, delta)


@pytest.mark.parametrize("n_vectors", range(1, GROUP + 1))
@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 3), (0, 1), (2, 9), (0, 40)])
def test_both_loops_are_the_plain_sums(n_vectors: int, first: int, last: int) -> None:
    rng = np.random.default_rng(n_vectors)
    width = LANES * (n_vectors + 1)
    rows = rng.normal(size=(30, width)).astype(np.float32)
    indices = rng.integers(0, 30, 40).astype(np.int32)  # some twice
    data = rng.normal(size=40).astype(np.float32)
    inside = slice(LANES, LANES + LANES * n_vectors)
    out = rng.normal(size=width).astype(np.float32)
    expected = out.copy()
    expected[inside] += data[first:last] @ rows[indices[first:last], inside]
    gathered(indices, data, first, last, rows, LANES, n_vectors, out)
    assert out == pytest.approx(expected, abs=1e-5)
    spread = rows.copy()
    np.add.at(spread[:, inside], indices[first:last], data[first:last, None] * out[inside])
    scattered(indices, data, first, last, rows, LANES, n_vectors, out)
    assert rows == pytest.approx(spread, abs=1e-4)


@pytest.mark.parametrize("n_vectors", [-1, 0, GROUP + 1])
def test_other_widths_change_nothing(n_vectors: int) -> None:
    rows, out = np.ones((2, 96), np.float32), np.zeros(96, np.float32)
    gathered(np.zeros(1, np.int32), np.ones(1, np.float32), 0, 1, rows, 0, n_vectors, out)
    assert not out.any()


def test_extreme_numbers_pass_through() -> None:
    rows = np.full((1, LANES), 3e38, np.float32)
    out = np.zeros(LANES, np.float32)
    gathered(np.zeros(2, np.int32), np.array([0.5, 0.5], np.float32), 0, 2, rows, 0, 1, out)
    assert out == pytest.approx(np.full(LANES, 3e38))
