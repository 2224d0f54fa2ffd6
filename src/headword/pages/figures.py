"""Figures for people: one way to write counts, shares, intervals and p-values."""

import math

ABSENT = "–"


def count(value: float | None) -> str:
    """Return `1,234`."""
    return ABSENT if value is None or not math.isfinite(value) else f"{value:,.0f}"


def fraction(value: float | None, digits: int = 3) -> str:
    """Return `0.123`."""
    return ABSENT if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return `12.3%` for 0.123."""
    return ABSENT if value is None or not math.isfinite(value) else f"{100 * value:.{digits}f}%"


def signed(value: float | None, digits: int = 3) -> str:
    """Return `+0.012` or `−0.012`."""
    if value is None or not math.isfinite(value):
        return ABSENT
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return `0.101 to 0.145`, or a dash where there is none."""
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return ABSENT
    # Adding 0 turns what was rounded to -0 into 0.
    return " to ".join(f"{round(end, digits) + 0.0:.{digits}f}" for end in (low, high)).replace("-", "−")


def p_value(value: float | None) -> str:
    """Return `0.034`, or `< 0.001`."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
