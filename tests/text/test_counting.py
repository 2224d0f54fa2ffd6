"""Document frequencies, orders, tables and pairs against plain Python."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from headword.core.errors import DataError
from headword.text import counting
from headword.text.counting import falling_order, frequencies, ranges
from headword.text.narrow import narrow, whole_numbers
from headword.text.pairs import Pairs, find_pairs, no_pairs
from headword.text.table_kernels import MULTIPLIER, table_of, table_shift


def texts_of(n_texts: int, seed: int, n_tokens: int = 40) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [(n_tokens * rng.random(rng.integers(0, 30)) ** 3).astype(int).tolist() for _ in range(n_texts)]


def flat(texts: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    ids = np.array([token for text in texts for token in text], dtype=np.int32)
    return ids, np.cumsum([0] + [len(text) for text in texts]).astype(np.int64)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("worth", [1, 1 << 16])
def test_frequencies(monkeypatch: pytest.MonkeyPatch, n_threads: int, worth: int) -> None:
    monkeypatch.setattr(counting, "_WORTH_IT", worth)
    texts = [*texts_of(50, 0), [], [39]]
    ids, indptr = flat(texts)
    expected = Counter(token for text in texts for token in set(text))
    found = frequencies(ids, indptr[:-1], indptr[1:], 30, n_threads)
    assert found.dtype == np.int32
    assert found.tolist() == [expected[token] for token in range(30)]


@given(st.integers(0, 40), st.integers(0, 1 << 21))
def test_ranges_follow_one_another(n: int, work: int) -> None:
    parts = ranges(n, work)
    assert 1 <= len(parts) <= 8
    assert list(itertools.chain(*(range(*part) for part in parts))) == list(range(n))


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**31 - 1)), max_size=50))
def test_falling_order_is_that_of_a_stable_sort(numbers: list[int]) -> None:
    found = falling_order(np.array(numbers, dtype=np.int32)).tolist()
    assert found == sorted(range(len(numbers)), key=lambda i: -numbers[i])


@njit
def look_up(keys, slots, key):  # type: ignore[no-untyped-def]
    slot = (key * MULTIPLIER) >> table_shift(len(slots))
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + np.uint64(1)) & np.uint64(len(slots) - 1)
    return slots[slot]


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=60))
def test_a_table_finds_what_is_in_it(keys: list[int]) -> None:
    array = np.array(keys, dtype=np.uint64)
    slots = table_of(array)
    assert [look_up(array, slots, np.uint64(key)) for key in keys] == list(range(len(keys)))
    others = {(key + 1) % 2**64 for key in keys} - set(keys)
    assert all(look_up(array, slots, np.uint64(key)) == -1 for key in others)
    assert 2 * len(keys) <= len(slots)


@pytest.mark.parametrize("least", [1, 2, 4])
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("worth", [1, 1 << 16])
def test_pairs_are_those_of_plain_python(
    monkeypatch: pytest.MonkeyPatch, least: int, n_threads: int, worth: int
) -> None:
    monkeypatch.setattr(counting, "_WORTH_IT", worth)
    n_tokens = 25  # those beyond part their neighbours
    texts = [*texts_of(60, 1), [], [0, 0, 0], [3], []]
    ids, indptr = flat(texts)
    in_texts = [
        [(a, b) if max(a, b) < n_tokens else None for a, b in itertools.pairwise(text)] + [None] * bool(text)
        for text in texts
    ]
    documents = [set(one) | set(other) for one, other in zip(in_texts[::2], in_texts[1::2], strict=True)]
    expected = Counter(pair for document in documents for pair in document if pair is not None)
    kept = sorted(pair for pair, n in expected.items() if n >= least)
    pairs, numbers = find_pairs(ids, indptr, n_tokens, least, n_threads)
    assert [pairs.tokens(i) for i in range(len(pairs))] == kept
    assert pairs.frequency.tolist() == [expected[pair] for pair in kept]
    begun = [kept.index(pair) if pair in kept else -1 for text in in_texts for pair in text]
    starts = pairs.indptr[np.minimum(ids, n_tokens - 1)]
    assert np.where(numbers >= 0, numbers + starts, -1).tolist() == begun


def test_the_table_of_pairs_holds_each_once() -> None:
    pairs = Pairs(np.array([0, 2, 2, 5]), np.array([0, 7, 1, 2, 9], np.int32), np.ones(5, np.int32))
    assert sorted(pairs.table[pairs.table >= 0].tolist()) == list(range(5))
    assert [pairs.tokens(i) for i in range(5)] == [(0, 0), (0, 7), (2, 1), (2, 2), (2, 9)]
    assert len(no_pairs(3)) == 0
    assert (no_pairs(3).table == -1).all()


@pytest.mark.parametrize(("most", "dtype"), [(0, np.uint8), (255, np.uint8), (256, np.uint16), (70_000, np.uint32)])
def test_whole_numbers_in_few_bytes(most: int, dtype: type) -> None:
    numbers = np.array([0, most, most // 2], dtype=np.int32)
    stored = narrow(numbers)
    assert stored.dtype == dtype
    again = whole_numbers({"x": stored}, "x", most + 1, 3)
    assert np.array_equal(again, numbers)
    assert again.dtype == np.int32
    with pytest.raises(DataError, match="'x' must lie between 0 and"):
        whole_numbers({"x": stored}, "x", most, 3)
    with pytest.raises(DataError, match="expected uint"):
        whole_numbers({"x": stored}, "x", most + 1, 4)
    with pytest.raises(DataError, match="is float32"):
        whole_numbers({"x": stored.astype(np.float32)}, "x", most + 1, 3)
    with pytest.raises(DataError, match="'x' is missing"):
        whole_numbers({}, "x", most + 1)
