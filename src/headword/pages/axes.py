"""Axes: from values to pixels, with round ticks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high`, drawn from pixel `start` to pixel `stop`; evenly, or by their logarithm."""

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    @classmethod
    def around(
        cls,
        values: Iterable[float],
        start: float,
        stop: float,
        *,
        limits: tuple[float, float] | None = None,
        logarithmic: bool = False,
    ) -> "Axis":
        """Enclose all values, or take the `limits`; a logarithmic axis ends at whole decades.

        Raises
        ------
        ValueError
            If a logarithmic axis has a value that is not above 0.
        """
        every = list(values)
        low, high = limits or ((min(every), max(every)) if logarithmic else _ends(every))
        if logarithmic:
            if low <= 0:
                raise ValueError(f"a logarithmic axis shows values above 0, found {low:g}")
            first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
            low, high = 10.0**first, 10.0 ** max(last, first + 1)
        return cls(low, high, start, stop, logarithmic)

    def at(self, value: float) -> float:
        """Return the pixel of a value; values beyond the ends stand at them."""
        low, high, it = (
            (math.log10(v) for v in (self.low, self.high, max(value, self.low)))
            if self.logarithmic
            else (self.low, self.high, value)
        )
        share = min(1.0, max(0.0, (it - low) / (high - low)))
        return round(self.start + share * (self.stop - self.start), 1)

    def ticks(self) -> list[float]:
        """Return up to seven round values, the decades of a logarithmic axis."""
        if self.logarithmic:
            return [10.0**power for power in range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)]
        step = _step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 12) for number in range(first, last + 1)]


def tick_text(value: float) -> str:
    """Return a tick's number, short: `0.25`, `10`, `20k`, `3M`."""
    for size, letter in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):g}{letter}".replace("-", "−")
    return f"{value:.6g}".replace("-", "−")


def _ends(values: list[float]) -> tuple[float, float]:
    """Return round ends around the values, with 0 where it is near."""
    low, high = min(values), max(values)
    if low >= 0 and low < high / 2:
        low = 0.0
    if low == high:
        return low - 0.5, high + 0.5
    step = _step((high - low) / 5)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * step for step in _STEPS if size * step >= rough * (1 - 1e-9))
