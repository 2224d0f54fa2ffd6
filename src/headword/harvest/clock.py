"""Time, as something that can be given: tests give a clock that never waits."""

import time
from datetime import UTC, datetime
from typing import Protocol

_END_OF_TIME = 253_402_300_799


class Clock(Protocol):
    """What the harvest knows of time."""

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""

    def ticks(self) -> float:
        """Return seconds that never run backwards, from any start."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def ticks(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; Ctrl-C ends it."""
        time.sleep(seconds)


def moment(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC, to the second; what lies after the year 9999 as its end.

    Examples
    --------
    >>> moment(86_400)
    '1970-01-02T00:00:00Z'
    """
    return datetime.fromtimestamp(min(int(seconds), _END_OF_TIME), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(seconds: float) -> str:
    """Return seconds as people say them.

    Examples
    --------
    >>> duration(7), duration(90), duration(7200), duration(200_000)
    ('7 s', '90 s', '2.0 h', '2.3 days')
    """
    if seconds < 600:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
