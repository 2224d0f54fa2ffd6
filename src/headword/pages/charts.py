"""Charts as SVG inside the page, without a drawing library: the same figures give the same bytes.

Lines differ in colour, dashes and markers, so that greyscale and any colour vision can tell them apart; colours come
from the page's stylesheet and follow its light and dark. Each chart says in words what it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headword.pages.axes import Axis, tick_text
from headword.pages.markup import Html, element, escaped, joined

_WIDTH, _LEFT, _RIGHT, _TOP, _PLOT = 440, 52, 12, 12, 230
_DASHES = (None, "7 4", "2 3", "9 3 2 3", "1 4", "14 4")
_ROW, _NAME, _LETTERS = 24, 160, 24


@dataclass(frozen=True)
class Line:
    """A line of a chart.

    Attributes
    ----------
    name
        As the legend calls it.
    points
        (x, y), in the order in which they are joined.
    band
        (x, low, high) around the line, such as an interval; empty for none.
    kind
        "line" joins the points, "step" holds each y until the next x, "marks" draws the markers alone.
    markers
        Whether each point is marked; a chart of many points says more without.
    style
        Number of colour, dashes and marker; None: its place among the lines.
    """

    name: str
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float, float]] = ()
    kind: Literal["line", "step", "marks"] = "line"
    markers: bool = False
    style: int | None = None


@dataclass(frozen=True)
class Bar:
    """A bar: name, value, and its interval if there is one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def line_chart(
    lines: Sequence[Line],
    *,
    title: str,
    x: str,
    y: str,
    summary: str,
    x_limits: tuple[float, float] | None = None,
    y_limits: tuple[float, float] | None = None,
    diagonal: bool = False,
    log_x: bool = False,
) -> Html:
    """Return lines over a common x.

    Parameters
    ----------
    x, y
        What the axes show, with units.
    summary
        The chart in a sentence, below it and for readers who hear it.
    x_limits, y_limits
        The ends of the axes; None: around the points.
    diagonal
        Draw y = x, as a reliability diagram needs.
    log_x
        Draw x by its logarithm.

    Raises
    ------
    ValueError
        If there is no point.
    """
    points = [point for line in lines for point in line.points]
    if not points:
        raise ValueError("there is no point to draw")
    bottom = _TOP + _PLOT
    across = Axis.around([p[0] for p in points], _LEFT, _WIDTH - _RIGHT, limits=x_limits, logarithmic=log_x)
    heights = [p[1] for p in points] + [v for line in lines for p in line.band for v in p[1:]]
    up = Axis.around(heights, bottom, _TOP, limits=y_limits)
    styles = [i if line.style is None else line.style for i, line in enumerate(lines)]
    parts = [_grid(across, up), _names(x, y, bottom)]
    if diagonal:
        low, high = max(across.low, up.low), min(across.high, up.high)
        parts.append(_segment(across.at(low), up.at(low), across.at(high), up.at(high), "rule"))
    parts += [_band(line, style, across, up) for line, style in zip(lines, styles, strict=True) if line.band]
    parts += [_drawn(line, style, across, up) for line, style in zip(lines, styles, strict=True) if line.points]
    legend = len(lines) > 1
    if legend:
        parts += [_entry(*pair, row, bottom + 58) for row, pair in enumerate(zip(lines, styles, strict=True))]
    height = bottom + 44 + (20 * len(lines) + 4 if legend else 0)
    return _figure(parts, height, title, summary)


def bar_chart(
    bars: Sequence[Bar], *, title: str, x: str, summary: str, limits: tuple[float, float] = (0.0, 1.0), digits: int = 3
) -> Html:
    """Return bars from 0, each with its name before it, its value behind it and its interval as a whisker.

    Raises
    ------
    ValueError
        If there is no bar.
    """
    if not bars:
        raise ValueError("there is no bar to draw")
    bottom = _TOP + _ROW * len(bars)
    across = Axis.around([], _NAME, _WIDTH - 48, limits=limits)
    parts = [_segment(across.at(tick), _TOP, across.at(tick), bottom, "grid") for tick in across.ticks()]
    parts += [_text(across.at(tick), bottom + 16, tick_text(tick), "middle", "quiet") for tick in across.ticks()]
    parts.append(_text((_NAME + _WIDTH - 48) / 2, bottom + 34, x, "middle"))
    for i, bar in enumerate(bars):
        top, at = _TOP + _ROW * i + 4, across.at(bar.value)
        name = bar.name if len(bar.name) <= _LETTERS else bar.name[: _LETTERS - 1] + "…"
        parts.append(_text(_NAME - 6, top + 12, name, "end"))
        left, right = sorted((at, across.at(0.0)))
        parts.append(element("rect", x=left, y=top, width=round(right - left, 1), height=_ROW - 8, class_="f0"))
        end = right
        if bar.low is not None and bar.high is not None:
            end, middle = max(right, across.at(bar.high)), top + (_ROW - 8) / 2
            parts.append(_segment(across.at(bar.low), middle, across.at(bar.high), middle, "l4 line"))
        parts.append(_text(end + 5, top + 12, f"{bar.value:.{digits}f}".replace("-", "−"), "start"))
    return _figure(parts, bottom + 42, title, summary)


def charts(*several: Html) -> Html:
    """Return charts side by side where there is room."""
    return element("div", several, class_="charts")


def _figure(parts: Sequence[Html], height: float, title: str, summary: str) -> Html:
    # The name is told once, as a label; `title` elements would also follow the pointer about.
    picture = element("svg", parts, viewBox=f"0 0 {_WIDTH} {height:g}", role="img", aria_label=f"{title}. {summary}")
    return element("figure", element("h3", title), picture, element("figcaption", summary))


def _grid(across: Axis, up: Axis) -> Html:
    top, bottom = up.stop, up.start
    vertical = [(across.at(tick), tick) for tick in across.ticks()]
    level = [(up.at(tick), tick) for tick in up.ticks()]
    return joined(
        [_segment(at, top, at, bottom, "grid") for at, _ in vertical],
        [_segment(across.start, at, across.stop, at, "grid") for at, _ in level],
        [_text(at, bottom + 16, tick_text(tick), "middle", "quiet") for at, tick in vertical],
        [_text(across.start - 6, at + 4, tick_text(tick), "end", "quiet") for at, tick in level],
    )


def _names(x: str, y: str, bottom: float) -> Html:
    middle = (_TOP + bottom) / 2
    turned = element("text", y, x=13, y=middle, text_anchor="middle", transform=f"rotate(-90 13 {middle:g})")
    return joined(_text((_LEFT + _WIDTH - _RIGHT) / 2, bottom + 34, x, "middle"), turned)


def _drawn(line: Line, style: int, across: Axis, up: Axis) -> Html:
    places = [(across.at(x), up.at(y)) for x, y in line.points]
    marks = [_mark(x, y, style) for x, y in places] if line.markers or line.kind == "marks" else []
    if line.kind == "marks":
        return joined(marks)
    path = f"M{places[0][0]:g} {places[0][1]:g}"
    for x, y in places[1:]:
        path += f"H{x:g}V{y:g}" if line.kind == "step" else f"L{x:g} {y:g}"
    drawn = element("path", d=path, class_=f"line l{style % 6}", stroke_dasharray=_DASHES[style % 6])
    return joined(drawn, marks)


def _band(line: Line, style: int, across: Axis, up: Axis) -> Html:
    there = [f"{across.at(x):g},{up.at(high):g}" for x, _, high in line.band]
    back = [f"{across.at(x):g},{up.at(low):g}" for x, low, _ in reversed(line.band)]
    return element("polygon", points=" ".join(there + back), class_=f"band f{style % 6}")


def _mark(x: float, y: float, style: int) -> Html:
    """Return a circle, square, triangle, diamond, hollow circle or hollow square."""
    kind = style % 6
    paint = f"l{kind} {'hollow' if kind > 3 else f'f{kind}'}"
    if kind in (0, 4):
        return element("circle", cx=x, cy=y, r=3.5, class_=paint)
    if kind in (1, 5):
        return element("rect", x=round(x - 3.2, 1), y=round(y - 3.2, 1), width=6.4, height=6.4, class_=paint)
    corners = ((0, -4), (4, 3.4), (-4, 3.4)) if kind == 2 else ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))
    points = " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)
    return element("polygon", points=points, class_=paint)


def _entry(line: Line, style: int, row: int, top: float) -> Html:
    at = top + 20 * row
    sample = None
    if line.kind != "marks":
        dashes = _DASHES[style % 6]
        sample = element(
            "path", d=f"M{_LEFT} {at:g}H{_LEFT + 40}", class_=f"line l{style % 6}", stroke_dasharray=dashes
        )
    mark = _mark(_LEFT + 20, at, style) if line.markers or line.kind == "marks" else None
    return joined(sample, mark, _text(_LEFT + 48, at + 4, line.name, "start"))


def _segment(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("line", x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}", class_=kind)


def _text(x: float, y: float, words: str, anchor: str, kind: str | None = None) -> Html:
    return element("text", escaped(words), x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=kind)
