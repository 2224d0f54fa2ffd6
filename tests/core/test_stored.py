"""Checked reading of stored arrays."""

from typing import Any

import numpy as np
import pytest

from headword.core import stored
from headword.core.errors import DataError

STATE: dict[str, Any] = {
    "scores": np.array([1, 2, 3], np.float32),
    "half": np.array([[1, 2]], np.float16),
    "bounds": np.array([0, 1, 1, 3], np.int64),
    "labels": np.array([2, 0, 1], np.int32),
    "one": np.array([7], np.int64),
    "names": ["a", "b"],
}


def test_what_fits_is_returned_as_it_is() -> None:
    assert stored.array(STATE, "scores", np.float32, (None,)) is STATE["scores"]
    assert stored.finite(STATE, "scores", (3,)) is STATE["scores"]
    assert stored.finite(STATE, "half", (1, None), np.float16).dtype == np.float32
    assert stored.bounds(STATE, "bounds", 3, 3) is STATE["bounds"]
    assert stored.indices(STATE, "labels", 3, size=3) is STATE["labels"]
    assert stored.number(STATE, "one", 7, 7) == 7
    assert stored.strings(STATE, "names") == ("a", "b")


def test_arrays_that_lie_askew_are_laid_straight() -> None:
    raw = np.zeros(9, np.uint8)
    askew = np.frombuffer(raw.data, np.int64, 1, 1)
    assert stored.array({"a": askew}, "a", np.int64, (1,)).flags.aligned
    assert stored.array({"a": np.arange(6)[::2]}, "a", np.int64, (3,)).flags.c_contiguous


@pytest.mark.parametrize(
    ("name", "dtype", "shape", "message"),
    [
        ("none", np.int64, (None,), "tensor 'none' is missing"),
        ("names", np.int64, (None,), "tensor 'names' is missing"),
        ("scores", np.float64, (3,), r"'scores' is float32 \(3,\), expected float64 of size 3"),
        ("scores", np.float32, (4,), "expected float32 of size 4"),
        ("half", np.float16, (None,), r"\(1, 2\), expected float16 of size any"),
        ("scores", np.float32, (None, 2), "expected float32 of size any x 2"),
    ],
)
def test_another_type_or_shape_is_refused(name: str, dtype: Any, shape: tuple[int | None, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        stored.array(STATE, name, dtype, shape)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_numbers_must_be_finite(value: float, dtype: Any) -> None:
    with pytest.raises(DataError, match="not finite"):
        stored.finite({"a": np.array([1, value, 2], dtype)}, "a", (3,), dtype)
    with pytest.raises(DataError, match="not finite"):
        stored.finite({"a": np.array([np.inf, -np.inf, value], dtype)}, "a", (3,), dtype)


def test_large_numbers_are_finite_though_their_sum_is_not() -> None:
    large = np.full(9, np.finfo(np.float32).max)
    assert stored.finite({"a": large}, "a", (9,)) is large


@pytest.mark.parametrize(
    "found", [[], [0], [1, 2, 3, 3], [0, 2, 1, 3], [0, 1, 1, 4], [0, -1, 1, 3], [0, 2**63 - 1, -(2**63), 3]]
)
def test_bounds_rise_from_nothing_to_the_end(found: list[int]) -> None:
    with pytest.raises(DataError, match="must rise from 0 to 3"):
        stored.bounds({"a": np.array(found, np.int64)}, "a", None, 3)


@pytest.mark.parametrize(("found", "dtype"), [([0, 3], np.int32), ([-1, 2], np.int32), ([3], np.uint16)])
def test_indices_stay_below_their_limit(found: list[int], dtype: Any) -> None:
    with pytest.raises(DataError, match="must lie between 0 and 2"):
        stored.indices({"a": np.array(found, dtype)}, "a", 3, dtype=dtype)
    assert len(stored.indices({"a": np.zeros(0, np.int32)}, "a", 0)) == 0


def test_a_number_lies_in_its_range() -> None:
    with pytest.raises(DataError, match="must lie between 1 and 6, found 7"):
        stored.number(STATE, "one", 1, 6)


def test_the_part_is_named() -> None:
    with (
        pytest.raises(DataError, match=r"^scorer\.words: the list of strings 'x' is missing"),
        stored.part("scorer.words"),
    ):
        stored.strings(STATE, "x")


@pytest.mark.parametrize(
    ("value", "kind"), [(None, int), (True, int), (-1, int), (2**63, int), ("1", int), ([1], list), ({}, list)]
)
def test_manifest_entries_have_their_type(value: object, kind: type) -> None:
    with pytest.raises(DataError, match=f"entry 'a' of the manifest must be of type {kind.__name__}"):
        stored.entry({"a": value}, "a", kind)
    assert stored.entry({"a": ["b"]}, "a", list) == ["b"]
