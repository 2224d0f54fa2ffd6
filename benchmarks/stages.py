"""How long each stage of a fit took, told by its progress."""

import time


class Stages:
    """A progress callback that keeps a clock a stage: what passes after a stage spoke is its own."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._stage, self._since = "before the first stage", time.perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` steps of `stage` are done."""
        self._settle()
        self._stage = stage if done < total else f"after {stage}"

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage so far, in the order of their beginning."""
        self._settle()
        return {stage: round(seconds, 3) for stage, seconds in self._seconds.items() if round(seconds, 3)}

    def _settle(self) -> None:
        now = time.perf_counter()
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        self._since = now
