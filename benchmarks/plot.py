"""Lines on logarithmic axes as SVG text, without a drawing library: the same records give the same file."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# Okabe and Ito's colours, which people with any colour vision can tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_WIDTH, _HEIGHT = 860, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 320, 44, 52
_FONT = 'font-family="Helvetica, Arial, sans-serif"'


@dataclass(frozen=True)
class Line:
    """One line: what the legend calls it, its points (both coordinates above 0), its colour's number, its dashes."""

    name: str
    points: tuple[tuple[float, float], ...]
    colour: int = 0
    dashed: bool = False


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


def loglog(lines: Sequence[Line], *, title: str, x: str, y: str) -> str:
    """Return a picture of `lines`; `x` and `y` name the axes with their units.

    Raises
    ------
    ValueError
        If there is no point.
    """
    points = [point for line in lines for point in line.points]
    if not points:
        raise ValueError("there is no point to draw")
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    across = Axis.around([point[0] for point in points], _LEFT, right)
    up = Axis.around([point[1] for point in points], bottom, _TOP)
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


def _drawn(line: Line, across: Axis, up: Axis) -> list[str]:
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
