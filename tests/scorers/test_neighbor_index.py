import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.scorers import neighbor_index
from headword.scorers.neighbor_build_kernels import pack, unpack, unpack_numbers
from headword.scorers.neighbor_index import SEARCHES, InvertedIndex
from headword.text.weighting import unit_rows
from headword.text.words import csr


def zipf(n_docs: int, n_features: int = 3000, length: int = 20, seed: int = 0, power: float = 1.5) -> sp.csr_matrix:
    """Documents with few common and many rare features, the rare ones heavier: idf ** power, and noise.

    Every ninth is empty, and one in twenty is document 1 again.
    """
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(3, n_features + 3)
    share /= share.sum()
    drawn = rng.choice(n_features, size=(n_docs, length), p=share)
    weights = ((1 - np.log(1 - (1 - share) ** length)) ** power)[drawn] * np.exp(0.2 * rng.standard_normal(drawn.shape))
    again = rng.random(n_docs) < 0.05
    drawn[again], weights[again] = drawn[1], weights[1]
    rows = [np.unique(row[:0] if i % 9 == 0 else row, return_index=True) for i, row in enumerate(drawn)]
    indptr = np.concatenate([[0], np.cumsum([len(features) for features, _ in rows])])
    data = np.concatenate([row[at] for row, (_, at) in zip(weights, rows, strict=True)])
    indices = np.concatenate([features for features, _ in rows]).astype(np.int32)
    return unit_rows(csr(indptr.astype(np.int64), indices, data.astype(np.float32), n_features))


def plain(index: InvertedIndex, queries: sp.csr_matrix, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The nearest by a product of whole numbers and a full sort."""
    whole = [sp.csr_matrix(m.multiply(2.0**15).rint(), dtype=np.float64) for m in (queries, index.decoded())]
    sums = (whole[0] @ whole[1].T).toarray()
    order = np.argsort(-sums, axis=1, kind="stable")[:, :k]
    order = np.pad(order, ((0, 0), (0, max(0, k - order.shape[1]))))
    found = np.take_along_axis(sums, order, axis=1)
    found[:, len(index) :] = 0
    cosines = np.minimum(found.astype(np.float32) * np.float32(2.0**-30), np.float32(1))
    return np.where(found > 0, order, -1), np.where(found > 0, cosines, 0)


def searched(index: InvertedIndex, queries: sp.csr_matrix, k: int, *, step: int = 50) -> tuple[np.ndarray, np.ndarray]:
    n = queries.shape[0]
    similar, best = np.full((n, k), 7, np.float32), np.full((n, k), 7, np.int32)
    for start in range(0, n, step):
        index.nearest(queries, start, similar[start : start + step], best[start : start + step])
    return best, similar


def assert_exact(index: InvertedIndex, queries: sp.csr_matrix, k: int) -> None:
    best, similar = searched(index, queries, k)
    documents, cosines = plain(index, queries, k)
    assert np.array_equal(best, documents)
    assert np.array_equal(similar, cosines)


def of(documents: sp.csr_matrix) -> InvertedIndex:
    return InvertedIndex.of(documents, np.arange(documents.shape[0]))


@pytest.fixture(scope="module")
def documents() -> sp.csr_matrix:
    return zipf(4000)


@pytest.mark.parametrize("k", [1, 10, 60, 5000])
def test_it_finds_what_a_full_sort_finds(documents: sp.csr_matrix, k: int) -> None:
    index = of(documents)
    assert 0 < len(index.common) < 100
    assert index.rest[: len(index)].max() > 0.3
    assert_exact(index, zipf(150, seed=1), k)
    assert_exact(index, documents[:40], k)


def test_an_approximate_search_finds_most_of_them() -> None:
    documents, queries = zipf(30_000, 20_000, 40), zipf(100, 20_000, 40, seed=1)
    full = np.flatnonzero(np.arange(100) % 9)
    index = InvertedIndex.of(documents, np.arange(30_000), "approximate")
    assert len(index.common) > 3 * len(of(documents).common)
    best, similar = searched(index, queries, 20)
    expected, cosines = plain(index, queries, 20)
    shared = [len(set(best[query].tolist()) & set(expected[query].tolist())) / 20 for query in full]
    assert 0.95 < np.mean(shared) < 1
    # What it finds has the cosine that it should have, which is none above that of the nearest in its place.
    assert (similar <= cosines).all()
    everything, of_all = plain(index, queries, 1000)
    for query in full:
        true = dict(zip(everything[query].tolist(), of_all[query].tolist(), strict=True))
        assert [true[doc] for doc in best[query].tolist()] == similar[query].tolist()


def test_where_common_features_weigh_much_fewer_are_left_out() -> None:
    documents = zipf(30_000, 20_000, 40, power=0.3)
    index = InvertedIndex.of(documents, np.arange(30_000), "approximate")
    heavier = InvertedIndex.of(zipf(30_000, 20_000, 40), np.arange(30_000), "approximate")
    assert (index.rest**2).sum() <= 0.25 * 30_000 * 1.001
    assert len(heavier.common) > len(index.common) >= len(of(documents).common)


def test_ties_within_and_across_the_last_place(documents: sp.csr_matrix) -> None:
    index = of(documents)
    same = csr(documents.indptr[1:3], documents.indices, documents.data, documents.shape[1])
    copies = np.flatnonzero((documents @ same.toarray().T).ravel() > 1 - 1e-6)
    assert len(copies) > 100
    for k in (3, 50, len(copies) + 2):
        best, similar = searched(index, same, k)
        assert best[0, : len(copies)].tolist() == copies[:k].tolist()
        assert len(set(similar[0, : len(copies)].tolist())) == 1


@pytest.mark.parametrize("search", SEARCHES)
def test_common_features_alone_are_searched_for_in_full(documents: sp.csr_matrix, search: str) -> None:
    index = InvertedIndex.of(documents, np.arange(4000), search)
    few = sp.csr_matrix((30, 3000), dtype=np.float32).tolil()
    for i in range(30):
        few[i, index.common[i % len(index.common)]] = 1
        few[i, index.common[(i + 1) % len(index.common)]] = 1
    rows = few.tocsr()
    assert_exact(index, unit_rows(csr(rows.indptr, rows.indices, rows.data, 3000)), 20)


def test_values_of_both_signs(documents: sp.csr_matrix) -> None:
    rng = np.random.default_rng(0)
    signed = documents.copy()
    signed.data *= rng.choice([-1, 1], size=len(signed.data)).astype(np.float32)
    index = of(signed)
    assert (index.weights < 0).any()
    assert not len(index.common)
    assert abs(index.decoded() - signed).max() < 0.03
    queries = zipf(60, seed=2)
    queries.data *= rng.choice([-1, 1], size=len(queries.data)).astype(np.float32)
    assert_exact(index, queries, 15)
    assert_exact(index, documents[:30], 15)
    assert_exact(of(documents), queries, 15)


def test_many_documents_are_searched_block_by_block() -> None:
    documents = zipf(140_000, n_features=5000, length=4)
    index = of(documents)
    queries = zipf(25, n_features=5000, length=6, seed=3)
    assert_exact(index, queries, 30)
    best, _ = searched(index, queries, 30)
    assert (best > 1 << 16).any()


def test_extremes_of_floats() -> None:
    tiny, least = 1e-30, np.finfo(np.float32).tiny / 4
    rows = [[1, 0, 0], [tiny, 1, 0], [least, 0, 1], [0.6, 0.8, least], [0, 0, 0]]
    matrix = sp.csr_matrix(np.array(rows, dtype=np.float32))
    documents = csr(matrix.indptr, matrix.indices, matrix.data, 3)
    index = of(documents)
    assert index.decoded().toarray() == pytest.approx(np.array(rows), abs=2e-4)
    best, similar = searched(index, documents, 5)
    assert best[:, 0].tolist() == [0, 1, 2, 3, -1]
    assert similar[0].tolist() == pytest.approx([1, 0.6, 0, 0, 0], abs=1e-3)
    assert np.isfinite(similar).all()


def test_entries_of_zero_are_not_indexed() -> None:
    documents = csr(np.array([0, 2, 3]), np.array([0, 1, 1], np.int32), np.array([0, 1, 0], np.float32), 2)
    index = of(documents)
    assert index.bounds.tolist() == [0, 0, 1]
    best, similar = searched(index, documents, 2)
    assert best.tolist() == [[0, -1], [-1, -1]]
    assert similar.tolist() == [[1, 0], [0, 0]]


def test_no_documents_no_features_no_queries() -> None:
    empty = csr(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), 3)
    index = of(empty)
    query = csr(np.array([0, 1]), np.array([2], np.int32), np.ones(1, np.float32), 3)
    best, similar = searched(index, query, 2)
    assert best.tolist() == [[-1, -1]]
    assert similar.tolist() == [[0, 0]]
    assert searched(of(query), empty, 2)[0].shape == (0, 2)


def test_threads_and_parts_do_not_show(documents: sp.csr_matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.arange(0, 4000, 3)
    monkeypatch.setattr(neighbor_index, "_PART", 1 << 13)
    first = InvertedIndex.of(documents, rows, n_threads=1)
    again = InvertedIndex.of(documents, rows, n_threads=2)
    monkeypatch.setattr(neighbor_index, "_MOST_PARTS", 1)
    whole = InvertedIndex.of(documents, rows)
    for name in ("bounds", "postings", "weights", "common", "near_bounds", "near", "rest"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes() == getattr(whole, name).tobytes()
    assert (abs(first.decoded() - documents[rows]) / documents[rows].max()).max() < 0.02


def test_codes_stand_for_weights_within_a_few_percent(
    documents: sp.csr_matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbor_index, "_SAMPLE", 1 << 10)  # learnt from some, and the middle of its step else
    for index in (of(documents), InvertedIndex.of(documents, np.arange(4000))):
        kept = index.decoded()
        kept.sort_indices()
        assert np.array_equal(kept.indices, documents.indices)
        assert (abs(kept.data / documents.data - 1)).max() < 0.03


def test_as_many_documents_as_can_be_told(monkeypatch: pytest.MonkeyPatch, documents: sp.csr_matrix) -> None:
    monkeypatch.setattr(neighbor_index, "MOST_DOCS", 3999)
    with pytest.raises(DataError, match="among at most 3,999 documents, found 4,000"):
        of(documents)


@pytest.mark.parametrize("n_docs", [1, 127, 129, 16_385, 3_000_000, (1 << 24) - 1])
def test_postings_are_unpacked_as_they_were_packed(n_docs: int) -> None:
    rng = np.random.default_rng(n_docs)
    lists = [np.sort(rng.choice(min(n_docs, 10**6), min(n, n_docs), replace=False)) for n in (0, 1, 2, 7, 200, 0)]
    lists[1] = np.array([n_docs - 1])
    bounds = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    documents = np.concatenate(lists).astype(np.uint32)
    postings = documents << np.uint32(8) | rng.integers(0, 256, len(documents)).astype(np.uint32)
    sizes, gaps, codes = pack(bounds, postings)
    found, fits = unpack_numbers(sizes, 6)
    assert fits
    assert found.tolist() == np.diff(bounds).tolist()
    again = unpack(found, np.append(gaps, np.zeros(4, np.uint8)), codes, n_docs)
    assert again[2]
    assert np.array_equal(again[0], bounds)
    assert np.array_equal(again[1], postings)
    assert not unpack(found, np.append(gaps, np.zeros(4, np.uint8)), codes, n_docs - 1)[2]
