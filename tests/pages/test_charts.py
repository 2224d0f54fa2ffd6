import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.pages import Bar, Line, bar_chart, line_chart
from headword.pages.axes import Axis, tick_text

from .reading import parsed

NUMBER = st.floats(-1e6, 1e6).map(lambda v: round(v, 6))


def drawn(lines: list[Line], **options: object) -> str:
    return line_chart(lines, title="t", x="x", y="y", summary="s", **options)  # type: ignore[arg-type]


@given(st.lists(NUMBER, min_size=1, max_size=20))
def test_an_axis_encloses_its_values_with_few_round_ticks(values: list[float]) -> None:
    axis = Axis.around(values, 0, 100)
    assert axis.low <= min(values) and max(values) <= axis.high
    assert 1 <= len(axis.ticks()) <= 8
    places = [axis.at(value) for value in sorted(values)]
    assert places == sorted(places) and places[0] >= 0 and places[-1] <= 100


def test_logarithmic_axes_end_at_decades() -> None:
    axis = Axis.around([3.0, 700.0], 0, 90, logarithmic=True)
    assert [round(t, 9) for t in axis.ticks()] == [1, 10, 100, 1000]
    assert math.isclose(axis.at(10.0), 30) and axis.at(0.001) == 0
    with pytest.raises(ValueError, match="above 0"):
        Axis.around([0.0, 1.0], 0, 1, logarithmic=True)


def test_tick_texts() -> None:
    assert [tick_text(v) for v in (0.25, 10.0, 20000.0, 3e6, -0.5)] == ["0.25", "10", "20k", "3M", "−0.5"]


def test_steps_hold_their_value() -> None:
    text = drawn([Line("a", [(0, 0), (0.5, 1), (1, 1)], kind="step")], x_limits=(0, 1), y_limits=(0, 1))
    path = next(p.attributes["d"] or "" for p in parsed(text).all("path"))
    assert re.fullmatch(r"M52 242H240V12H428V12", path), path


def test_marks_alone_have_no_line_and_one_line_no_legend() -> None:
    node = parsed(drawn([Line("only", [(0, 0), (1, 1)], kind="marks")]))
    assert not node.all("path") and len(node.all("circle")) == 2
    assert "only" not in node.words()
    both = parsed(drawn([Line("one", [(0, 0)]), Line("two", [(1, 1)])]))
    assert "one" in both.words() and "two" in both.words()


def test_style_keeps_a_line_the_same_in_several_charts() -> None:
    first = drawn([Line("a", [(0, 0), (1, 1)]), Line("b", [(0, 1), (1, 0)])])
    again = drawn([Line("b", [(0, 1), (1, 0)], style=1)])
    assert 'class="line l1" stroke-dasharray="7 4"' in first and 'class="line l1" stroke-dasharray="7 4"' in again


def test_bars_have_names_values_and_whiskers() -> None:
    text = bar_chart([Bar("n" * 40, 0.5, 0.25, 0.75), Bar("b", 1.5)], title="t", x="F1", summary="s")
    node = parsed(text)
    widths = [float(r.attributes["width"] or 0) for r in node.all("rect")]
    assert widths[0] == 116 and widths[1] == 232  # what lies beyond the axis ends with it
    assert "n" * 23 + "…" in text and "0.500" in text
    assert [x.attributes["x1"] for x in node.all("line") if "l4" in (x.attributes["class"] or "")] == ["218"]


@pytest.mark.parametrize("draw", [lambda: drawn([Line("a", [])]), lambda: bar_chart([], title="t", x="x", summary="s")])
def test_nothing_to_draw(draw: object) -> None:
    with pytest.raises(ValueError, match="to draw"):
        draw()  # type: ignore[operator]
