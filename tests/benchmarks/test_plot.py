"""Plots: valid XML, points where they belong."""

from xml.etree import ElementTree

import pytest

from benchmarks.plot import Axis, Line, loglog

SVG = "{http://www.w3.org/2000/svg}"


def test_an_axis_is_logarithmic_and_of_whole_decades() -> None:
    axis = Axis.around([30, 2000], 0, 300)
    assert (axis.low, axis.high) == (1, 4)
    assert [axis.at(10), axis.at(100), axis.at(10_000)] == [0, 100, 300]
    assert Axis.around([5, 5], 0, 1).ticks() == [1, 10]
    assert Axis.around([100, 100], 0, 1).ticks() == [100, 1000]


def test_points_stand_on_their_lines() -> None:
    lines = [Line("one & two", ((10, 1), (1000, 100))), Line("dashed", ((10, 10), (1000, 10)), 1, True)]
    root = ElementTree.fromstring(loglog(lines, title="a < b", x="size", y="seconds"))
    first, second = (line.get("points").split() for line in root.iter(f"{SVG}polyline"))
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in first)
    assert x1 < x2
    assert y1 > y2  # more is higher up
    assert len({point.split(",")[1] for point in second}) == 1
    assert [line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")] == [None, "6 4"]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"a < b", "one & two", "dashed", "size", "seconds", "10", "1,000"} <= set(words)
    # The legend follows the last values.
    assert words.index("one & two") < words.index("dashed")


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="no point"):
        loglog([Line("empty", ())], title="", x="", y="")
