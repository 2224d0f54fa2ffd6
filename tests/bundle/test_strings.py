"""Vocabularies as two tensors."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.bundle import pack_strings, unpack_strings
from headword.core.errors import BundleError


@given(st.lists(st.text(st.characters(exclude_categories=()))))
def test_any_strings_come_back(strings: list[str]) -> None:
    text, bounds = pack_strings(strings)
    assert (text.dtype, bounds.dtype, len(bounds)) == (np.uint8, np.int64, len(strings) + 1)
    assert unpack_strings(text, bounds) == strings


@pytest.mark.parametrize(
    ("text", "bounds", "message"),
    [
        (b"ab", [0, 1], "must rise from 0 to 2"),
        (b"ab", [1, 2], "must rise from 0 to 2"),
        (b"ab", [0, 2, 1, 2], "must rise from 0 to 2"),
        (b"ab", [0, 9, 2], "must rise from 0 to 2"),
        ("é".encode(), [0, 1, 2], "cut through a character"),
        (b"\xff", [0, 1], "not UTF-8"),
        (b"", [], "packed strings are"),
    ],
)
def test_wrong_tensors_are_told(text: bytes, bounds: list[int], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        unpack_strings(np.frombuffer(text, dtype=np.uint8), np.array(bounds, dtype=np.int64))


def test_wrong_types_are_told() -> None:
    with pytest.raises(BundleError, match=r"found int64 \(1,\) and int32 \(2,\)"):
        unpack_strings(np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int32))


def test_a_large_vocabulary_is_unpacked_quickly() -> None:
    terms = [f"sanastöjä {i}" for i in range(300_000)]
    packed = pack_strings(terms)
    start = time.perf_counter()
    assert unpack_strings(*packed) == terms
    # Some 0.06 s on an idle machine; the bound only catches a change of order.
    assert time.perf_counter() - start < 2
