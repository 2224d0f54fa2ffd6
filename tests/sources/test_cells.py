import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.sources.cells import LabelStyle, as_text, label_sets, label_style


def parsed(cells):
    return label_sets(cells, label_style(cells), lambda i: f"row {i + 1}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (math.nan, ""),
        ("a\nb", "a\nb"),
        (7, "7"),
        (True, "True"),
        (["A", None, "b"], "A b"),
        ({"a": "é"}, '{"a": "é"}'),
    ],
)
def test_text_of_any_value(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("cells", "sets"),
    [
        ([["a", "b"], [], None, math.nan], [("a", "b"), (), None, None]),
        ([["a", "a", " ", None, ""], [1]], [("a",), ("1",)]),
        ([["I.2.6; I.2.7"], "one; whole", 5], [("I.2.6; I.2.7",), ("one; whole",), ("5",)]),
        ([[{"uri": "u", "label": "l"}, {"label": "m"}]], [("u", "m")]),
        (['["a", "b"]', "[]", "", None, "nan"], [("a", "b"), (), None, None, None]),
        (["['cs.CV', 'cs.LG']", "['it\\'s']", '["a b"]'], [("cs.CV", "cs.LG"), ("it's",), ("a b",)]),
        (["('a', 'b')", "{'b', 'a'}", "['I.2.6; I.2.7']"], [("a", "b"), ("a", "b"), ("I.2.6; I.2.7",)]),
        (["['a' 'b c'\n 'd']", "['a']"], [("a", "b c", "d"), ("a",)]),
        (["['a', ' ', 'b']"], [("a", "b")]),
        (["a; b ;b;;", "Galaxies, spiral", " "], [("a", "b"), ("Galaxies, spiral",), None]),
        (["EARTH > SEA > ICE|EARTH > AIR", "EARTH > AIR"], [("EARTH > SEA > ICE", "EARTH > AIR"), ("EARTH > AIR",)]),
        (["cs.CV, cs.LG", "cs.CV"], [("cs.CV", "cs.LG"), ("cs.CV",)]),
        (["<http://a/b> <http://a/c>", "http://a/b"], [("http://a/b", "http://a/c"), ("http://a/b",)]),
        (["Deep learning", "Deep learning "], [("Deep learning",), ("Deep learning",)]),
        ([3, None], [("3",), None]),
        ([";"], [()]),
    ],
)
def test_how_cells_are_read(cells, sets):
    assert parsed(cells) == sets


def test_the_separator_is_decided_by_the_column_and_not_by_the_cell():
    # A slip of the pen in one cell of many does not win over the separator of all others.
    assert label_style(["a, b"] * 30 + ["c, d; e"]) == LabelStyle("separated", ",")
    # But commas inside names may well outnumber the separator.
    assert label_style(["Stars, binary"] * 30 + ["Stars, binary; Sun"] * 10) == LabelStyle("separated", ";")
    assert label_style([None, "", "  "]) is None
    assert label_style([""] * 5 + ["x"]) == LabelStyle("whole")


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (LabelStyle("lists"), "lists"),
        (LabelStyle("bracketed"), "lists written as text"),
        (LabelStyle("separated", ";"), "separated by ';'"),
        (LabelStyle("separated", " "), "separated by blanks"),
        (LabelStyle("whole"), "one label a cell"),
    ],
)
def test_styles_are_told_in_words(style, text):
    assert str(style) == text


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            ["['a']", "['b'"],
            r"row 2: neither a JSON array nor a Python list of labels, .*\"\['b'\"; correct it, or name",
        ),
        (["['a']", "['b']", "b"], "row 3: neither a JSON array nor a Python list"),
        (["['a']", '{"a": 1}'], "row 2: expected a list of labels"),
        ([["a"], {"b": 1}], "row 2: expected a list of labels, found an object"),
        ([["a"], [["b"]]], "row 2: a list of labels holds another list"),
        ([["a"], [{"x": 1}]], "row 2: an object in a list of labels needs one of uri, label"),
        (["[" * 500 + "]" * 500], "row 1: (neither|a list of labels holds another)"),
        (["[" + "a" * 1_000_001 + "]"], "row 1: a list of labels of 1000003 characters that is not JSON is too long"),
        (["[__import__('os').getcwd()]"], "row 1: neither a JSON array nor a Python list"),
    ],
)
def test_bad_cells_are_told_by_row(cells, message):
    with pytest.raises(DataError, match=message):
        parsed(cells)


labels = st.lists(st.text(min_size=1).filter(str.strip), max_size=4, unique=True)


@given(st.lists(labels, min_size=1), st.sampled_from([json.dumps, repr, lambda names: names]))
def test_lists_are_kept_to_the_letter(sets, write):
    assert parsed([write(names) for names in sets]) == [tuple(names) for names in sets]
