import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.pages import Html, Mark, element, highlighted, joined
from headword.pages.figures import count, fraction, interval, p_value, percent, signed
from headword.pages.markup import escaped, slug

from .reading import parsed


def test_text_is_escaped_and_markup_is_kept() -> None:
    assert element("p", "a < b & ", element("b", "c"), class_="x") == '<p class="x">a &lt; b &amp; <b>c</b></p>'


def test_changing_markup_makes_it_text_again() -> None:
    bold = element("b", "c")
    assert not isinstance(bold + "<i>", Html)
    assert element("p", bold + "<i>") == "<p>&lt;b&gt;c&lt;/b&gt;&lt;i&gt;</p>"
    assert element("p", f"{bold}") == "<p>&lt;b&gt;c&lt;/b&gt;</p>"


def test_none_false_and_nested_children() -> None:
    assert element("p", None, False, ["a", [1, 2.5]], (x for x in "bc")) == "<p>a12.5bc</p>"
    assert joined("a", "b", between=" & ") == "a &amp; b"


def test_attributes() -> None:
    assert element("input", hidden=True, disabled=False, id=None, aria_label='"<') == (
        '<input hidden aria-label="&quot;&lt;">'
    )


@pytest.mark.parametrize("attributes", [{"onclick": "x"}, {"ONload": "x"}, {"a b": "x"}, {"a>": "x"}])
def test_attributes_that_run_or_break_out_are_refused(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no name of an attribute"):
        element("p", **attributes)


def test_an_element_needs_a_name() -> None:
    with pytest.raises(ValueError, match="no name of an element"):
        element("p><script")


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_whatever_the_text_the_parser_gives_it_back(text: str, value: str) -> None:
    markup = element("p", text, title=value)
    markup.encode("utf-8")
    node = parsed(markup).all("p")[0]
    assert not node.children
    # HTML has no control characters and no lone surrogates; a line break is one whatever its kind.
    if text.isprintable() and value.isprintable():
        assert (node.words(), node.attributes["title"]) == (text, value)


def test_controls_become_visible() -> None:
    assert escaped("a\x00\x1b\ud800b\n") == "a\ufffd\ufffd\ufffdb\n"


def test_slug() -> None:
    assert (slug("Head, torso & tail"), slug("Größe"), slug("…")) == ("head-torso-tail", "größe", "part")


def test_marks_may_overlap_and_nothing_is_lost() -> None:
    text = "ocean & wind"
    shown = highlighted(text, [Mark(0, 5, 1.0, "+1.0"), Mark(2, 7, 0.5), Mark(8, 12, -0.2), Mark(3, 3, 1)])
    assert re.sub("<[^>]*>", "", shown).replace("&amp;", "&") == text
    node = parsed(shown)
    assert [m.attributes["class"] for m in node.all("mark")] == ["for s3", "against s1"]
    assert [m.words() for m in node.all("mark")] == ["ocean", "wind"]
    assert shown.count("&amp;") == 1


def test_figures() -> None:
    nan = float("nan")
    assert (count(1234.0), count(None), fraction(0.12345), fraction(nan)) == ("1,234", "–", "0.123", "–")
    assert (percent(0.123), percent(None), signed(0.01), signed(-0.01), signed(-0.0001)) == (
        "12.3%",
        "–",
        "+0.010",
        "−0.010",
        "0.000",
    )
    assert (interval(-0.1, 0.2), interval(None, 1), interval(nan, 1)) == ("−0.100 to 0.200", "–", "–")
    assert interval(-0.0001, 0.00001) == "0.000 to 0.000"
    assert (p_value(0.0001), p_value(0.5), p_value(nan)) == ("< 0.001", "0.500", "–")
