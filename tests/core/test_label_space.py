import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace

SETS = st.lists(st.none() | st.lists(st.text(min_size=1, max_size=3), max_size=4), max_size=8)


def test_columns_follow_the_sorted_names() -> None:
    space = LabelSpace.from_sets([["wind", "rain"], None, [], ["rain", "snow"]])
    assert space.names == ("rain", "snow", "wind")
    assert [space.column(name) for name in space.names] == [0, 1, 2]
    assert space.columns_of(["snow", "hail", "rain"]).tolist() == [1, -1, 0]
    assert space.columns_of([]).dtype == np.int64
    assert "wind" in space
    assert "hail" not in space
    assert len(space) == 3


def test_a_list_of_names_becomes_a_tuple() -> None:
    assert LabelSpace(["b", "a"]).names == ("b", "a")  # type: ignore[arg-type]


@given(SETS)
def test_decode_undoes_encode(sets: list[list[str] | None]) -> None:
    space = LabelSpace.from_sets(sets)
    targets = space.encode(sets)
    assert targets.shape == (len(sets), len(space))
    assert targets.dtype == np.float32
    assert (targets.data == 1).all()
    assert targets.has_sorted_indices
    assert space.decode(targets) == [tuple(sorted(set(labels or ()))) for labels in sets]


def test_a_label_listed_twice_counts_once() -> None:
    assert LabelSpace(("a", "b")).encode([["b", "b", "a"]]).toarray().tolist() == [[1.0, 1.0]]


def test_names_and_order_make_the_fingerprint() -> None:
    prints = {LabelSpace(names).fingerprint for names in [("a", "b"), ("b", "a"), ("ab",), ("a",), ("a,b",), ()]}
    assert len(prints) == 6
    assert LabelSpace(("a", "b")).fingerprint == LabelSpace(("a", "b")).fingerprint


def test_any_string_can_be_a_label() -> None:
    space = LabelSpace(("\ud800", "\0", "é", "e\u0301", "🌊"))
    assert len(space.fingerprint) == 64
    assert space.decode(space.encode([space.names])) == [space.names]


@pytest.mark.parametrize("names", [("a", ""), ("a", None), ("a", 3)])
def test_a_label_is_a_non_empty_string(names: tuple[str, ...]) -> None:
    with pytest.raises(LabelSpaceError, match="must be a non-empty string"):
        LabelSpace(names)


def test_names_that_stand_twice_are_told() -> None:
    with pytest.raises(LabelSpaceError, match="distinct; found twice: 'rain'"):
        LabelSpace(("rain", "snow", "rain"))


def test_an_unknown_label_is_told_with_the_size_of_the_space() -> None:
    with pytest.raises(LabelSpaceError, match="'hail' is not among the 2 labels"):
        LabelSpace(("rain", "snow")).encode([["rain", "hail"]])
    with pytest.raises(DataError, match="3 columns does not fit 2 labels"):
        LabelSpace(("rain", "snow")).decode(LabelSpace(("a", "b", "c")).encode([[]]))


def test_spaces_that_differ_say_how() -> None:
    here = LabelSpace(tuple("abcdefghi"))
    here.require_same(LabelSpace(tuple("abcdefghi")))
    with pytest.raises(LabelSpaceError, match="the same 9 labels stand in another order in the file"):
        here.require_same(LabelSpace(tuple("ihgfedcba")), what="the file")
    with pytest.raises(LabelSpaceError, match=r"8 missing there \('b'.*and 3 more\), 1 unknown here \('z'\)"):
        here.require_same(LabelSpace(("a", "z")))
    with pytest.raises(LabelSpaceError, match=r"0 missing there \(none\)"):
        here.require_same(LabelSpace((*here.names, "z")))


def test_readable_names_say_nothing_of_which_labels_these_are() -> None:
    plain, readable = LabelSpace(("x:1", "x:2")), LabelSpace(("x:1", "x:2"), ("Ice", ""))
    assert plain == readable
    assert plain.fingerprint == readable.fingerprint
    with pytest.raises(LabelSpaceError, match="2 labels have 1 readable names"):
        LabelSpace(("x:1", "x:2"), ("Ice",))
