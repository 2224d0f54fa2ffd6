"""Lines on logarithmic or even axes as SVG text, without a drawing library: the same records give the same file."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol, Self

# Okabe and Ito's colours, which people with any colour vision can tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_WIDTH, _HEIGHT = 860, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 320, 44, 52
_FONT = 'font-family="Helvetica, Arial, sans-serif"'


@dataclass(frozen=True)
class Line:
    """One line: what the legend calls it, its points, its colour's number, its dashes.

    Coordinates on a logarithmic axis are above 0.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    colour: int = 0
    dashed: bool = False


class Scale(Protocol):
    """What puts values on pixels."""

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> Self:
        """Return the scale that holds all values."""

    def at(self, value: float) -> float:
        """Return the pixel of a value."""

    def ticks(self) -> list[float]:
        """Return the values that are written at the axis."""


@dataclass(frozen=True)
class Axis:
    """Powers of ten that enclose all values, and the pixels they are drawn to."""

    low: int
    high: int
    start: float
    stop: float

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> "Axis":
        """Choose whole decades, at least one."""
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return cls(low, max(high, low + 1), start, stop)

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.stop - self.start), 1)

    def ticks(self) -> list[float]:
        """Return the decades."""
        return [10.0**power for power in range(self.low, self.high + 1)]


@dataclass(frozen=True)
class Even:
    """From 0 to the first tick that is not below any value, and the pixels it is drawn to."""

    step: float
    n_steps: int
    start: float
    stop: float

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> "Even":
        """Choose steps of 1, 2 or 5 times a power of ten, at most six."""
        most = max(*values, 1e-9)
        rough = 10.0 ** math.floor(math.log10(most / 6))
        step = next(times * rough for times in (1, 2, 5, 10, 20) if times * rough * 6 >= most)
        return cls(step, max(1, math.ceil(most / step - 1e-9)), start, stop)

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return round(self.start + value / (self.step * self.n_steps) * (self.stop - self.start), 1)

    def ticks(self) -> list[float]:
        """Return the multiples of the step."""
        return [round(self.step * count, 12) for count in range(self.n_steps + 1)]


@dataclass(frozen=True)
class Sizes:
    """A logarithmic axis with a tick at each value, and the pixels it is drawn to."""

    values: tuple[float, ...]
    start: float
    stop: float

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> "Sizes":
        """Take the distinct values."""
        return cls(tuple(sorted(set(values))), start, stop)

    def at(self, value: float) -> float:
        """Return the pixel of a value; a single one stands in the middle."""
        low, high = math.log(self.values[0]), math.log(self.values[-1])
        share = (math.log(value) - low) / (high - low) if high > low else 0.5
        return round(self.start + share * (self.stop - self.start), 1)

    def ticks(self) -> list[float]:
        """Return the values."""
        return list(self.values)


def loglog(lines: Sequence[Line], *, title: str, x: str, y: str) -> str:
    """Return a picture of `lines`; `x` and `y` name the axes with their units.

    Raises
    ------
    ValueError
        If there is no point.
    """
    return _picture(lines, Axis, Axis, title=title, x=x, y=y)


def learning_curves(lines: Sequence[Line], *, title: str, x: str, y: str) -> str:
    """Return a picture with the logarithm of sizes to the right and an even axis from 0 up; as `loglog`."""
    return _picture(lines, Sizes, Even, title=title, x=x, y=y)


def even(lines: Sequence[Line], *, title: str, x: str, y: str) -> str:
    """Return a picture with even axes from 0; as `loglog`."""
    return _picture(lines, Even, Even, title=title, x=x, y=y)


def _picture(
    lines: Sequence[Line], horizontal: type[Scale], vertical: type[Scale], *, title: str, x: str, y: str
) -> str:
    points = [point for line in lines for point in line.points]
    if not points:
        raise ValueError("there is no point to draw")
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    across = horizontal.around([point[0] for point in points], _LEFT, right)
    up = vertical.around([point[1] for point in points], bottom, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 24, title, size=15, weight="bold"),
    ]
    for value in across.ticks():
        at = across.at(value)
        parts += [_rule(at, _TOP, at, bottom), _text(at, bottom + 18, _number(value), anchor="middle")]
    for value in up.ticks():
        at = up.at(value)
        parts += [_rule(_LEFT, at, right, at), _text(_LEFT - 8, at + 4, _number(value), anchor="end")]
    middle = (_TOP + bottom) / 2
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 12, x, anchor="middle"))
    parts.append(_text(18, middle, y, anchor="middle", turn=f' transform="rotate(-90 18 {middle})"'))
    for line in lines:
        parts += _drawn(line, across, up)
    parts += _legend(lines, right + 16)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _drawn(line: Line, across: Scale, up: Scale) -> list[str]:
    colour = COLOURS[line.colour % len(COLOURS)]
    places = [(across.at(x), up.at(y)) for x, y in sorted(line.points)]
    path = " ".join(f"{x},{y}" for x, y in places)
    fill = "#ffffff" if line.dashed else colour
    marks = [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{fill}" stroke="{colour}"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{_dashes(line)}/>', *marks]


def _legend(lines: Sequence[Line], left: float) -> list[str]:
    """Name the lines from the top down, in the order of their last values."""
    parts = []
    for row, line in enumerate(sorted(lines, key=lambda line: -max(line.points)[1])):
        at, colour = _TOP + 12 + 20 * row, COLOURS[line.colour % len(COLOURS)]
        stroke = f'stroke="{colour}" stroke-width="2"{_dashes(line)}'
        parts.append(f'<line x1="{left}" y1="{at}" x2="{left + 26}" y2="{at}" {stroke}/>')
        parts.append(_text(left + 32, at + 4, line.name))
    return parts


def _dashes(line: Line) -> str:
    return ' stroke-dasharray="6 4"' if line.dashed else ""


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#dddddd"/>'


def _text(
    x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", weight: str = "normal", turn: str = ""
) -> str:
    style = f'{_FONT} font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="#222222"'
    return f'<text x="{x}" y="{y}" {style}{turn}>{escape(words)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
