"""Rows from marks, against plain numpy."""

import numpy as np
import pytest
import scipy.sparse as sp

from headword.text import rows
from headword.text.row_kernels import clear_bits, write_row
from headword.text.rows import LOGS, csr, marks, rows_of


def marked(counts: dict[int, int], n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tally, bits, summary = marks(n_features)
    for feature, count in counts.items():
        tally[feature] = count
        bits[feature >> 6] |= np.uint64(1 << (feature & 63))
        summary[feature >> 12] |= np.uint64(1 << (feature >> 6 & 63))
    return tally, bits, summary


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {0: 1},
        {63: 2, 64: 1, 5: 3},
        {4095: 255, 4096: 256, 0: 100_000, 299_999: 1},
        dict.fromkeys(range(0, 300_000, 7), 2),
    ],
)
def test_a_row_is_that_of_numpy_and_leaves_nothing_behind(counts: dict[int, int]) -> None:
    n_features = 300_000
    idf = np.linspace(1, 5, n_features, dtype=np.float32)
    arrays = marked(counts, n_features)
    assert clear_bits(*arrays[1:]) == len(counts)
    assert not arrays[1].any()
    assert not arrays[2].any()
    indices, data = np.full(len(counts) + 2, -7, np.int32), np.full(len(counts) + 2, -7, np.float32)
    end = write_row(*marked(counts, n_features), idf, LOGS, indices, data, 1)
    assert end == 1 + len(counts)
    assert indices[1:-1].tolist() == sorted(counts)
    values = (1 + np.log([counts[f] for f in sorted(counts)])) * idf[sorted(counts)]
    expected = values / np.linalg.norm(values) if counts else values
    np.testing.assert_allclose(data[1:-1], expected, rtol=1e-5)
    assert {indices[0], indices[-1], data[0], data[-1]} == {-7}
    assert not any(array.any() for array in marks(n_features))


def test_a_row_whose_weights_are_all_zero_stays_so() -> None:
    indices, data = np.zeros(1, np.int32), np.ones(1, np.float32)
    write_row(*marked({3: 1}, 10), np.zeros(10, np.float32), LOGS, indices, data, 0)
    assert data.tolist() == [0]


def test_marks_are_shared_by_blocks_of_a_thread_and_grow() -> None:
    small = marks(10)
    assert marks(5)[0] is marks(10)[0]
    assert len(small[0]) >= 10
    wide = marks(len(small[0]) + 5000)
    assert [len(array) for array in wide] == [len(wide[0]), -(-len(wide[0]) // 64), -(-len(wide[1]) // 64)]


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("chunk", [1, 3, 1024])
def test_rows_are_put_where_they_belong(monkeypatch: pytest.MonkeyPatch, n_threads: int, chunk: int) -> None:
    monkeypatch.setattr(rows, "CHUNK_DOCS", chunk)
    sizes = [3, 0, 1, 4, 0, 0, 2]

    def count(first: int, last: int, counts: np.ndarray) -> None:
        counts[first:last] = sizes[first:last]

    def write(first: int, last: int, bounds: np.ndarray, indices: np.ndarray, data: np.ndarray) -> None:
        for doc in range(first, last):
            indices[bounds[doc] : bounds[doc + 1]] = np.arange(sizes[doc])
            data[bounds[doc] : bounds[doc + 1]] = doc

    found = rows_of(len(sizes), 5, count, write, n_threads)
    assert np.diff(found.indptr).tolist() == sizes
    assert found.toarray().tolist() == [[doc] * n + [0] * (5 - n) for doc, n in enumerate(sizes)]


def test_csr_takes_the_arrays_as_they_are() -> None:
    indices, data = np.array([1, 0], np.int32), np.array([2, 3], np.float32)
    one, other = (csr(np.array([0, 1, 2]), indices, values, 4) for values in (data, data + 1))
    assert (one.indptr.dtype, one.indices.dtype, one.data.dtype) == (np.int64, np.int32, np.float32)
    assert one.indices is indices
    assert one.data is data
    assert one.toarray().tolist() == [[0, 2, 0, 0], [3, 0, 0, 0]]
    assert other.toarray().tolist() == [[0, 3, 0, 0], [4, 0, 0, 0]]
    assert isinstance(one @ sp.identity(4, format="csr"), sp.csr_matrix)
