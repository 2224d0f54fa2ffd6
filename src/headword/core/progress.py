"""Progress: the one callback through which long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called as `progress(stage, done, total)`, with 0 <= done <= total; `stage` is a short text for people.

    A callback may raise to stop the work (KeyboardInterrupt does just that).
    """

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` steps of `stage` are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
