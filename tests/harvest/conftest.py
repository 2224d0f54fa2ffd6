"""A clock that never waits, and fetching from a server on this machine."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from headword.harvest.run import fetch

from . import killed
from .local_server import Asked, LocalServer, Reply


class StillClock:
    """Time passes only by sleeping, and then at once."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def ticks(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda file: None)


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADS_API_TOKEN", "ADS_DEV_KEY", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., LocalServer]]:
    """Start servers that end with the test."""
    with ExitStack() as stack:

        def started(application: Callable[[Asked], Reply], troubles: dict[int, Any] | None = None) -> LocalServer:
            return stack.enter_context(LocalServer(application, troubles))

        yield started


class Fetching:
    """Fetches to a file of its own folder; keeps what was told."""

    def __init__(self, folder: Path, clock: StillClock) -> None:
        self.output = folder / "corpus.jsonl.gz"
        self.clock = clock
        self.notes: list[str] = []
        self.progress: list[tuple[str, int, int]] = []

    def __call__(self, what: str, endpoint: str | None, **options: Any) -> list[dict[str, Any]]:
        """Fetch, and return the records of the corpus."""
        self.provenance = fetch(
            what,
            self.output,
            endpoint=endpoint,
            clock=self.clock,
            note=self.notes.append,
            progress=lambda *one: self.progress.append(one),
            **options,
        )
        return self.records() if "documents" in self.provenance.counts else []

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in gzip.decompress(self.output.read_bytes()).splitlines()]

    def files(self) -> set[str]:
        return {path.name for path in self.output.parent.iterdir()}


@pytest.fixture
def fetching(tmp_path: Path, clock: StillClock) -> Fetching:
    return Fetching(tmp_path, clock)


@pytest.fixture(scope="session")
def harvester() -> Iterator[Callable[..., tuple[float, bool, int]]]:
    """Harvest in another process: `harvester(delay, what, endpoint, output)` -> (seconds, was killed, KiB)."""
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # a process of several threads should not fork
    with subprocess.Popen(
        [sys.executable, killed.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=one_thread
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def run(delay: float | None, what: str, endpoint: str | None, output: Path) -> tuple[float, bool, int]:
            process.stdin.write(json.dumps([delay, what, endpoint, str(output)]) + "\n")
            process.stdin.flush()
            return tuple(json.loads(process.stdout.readline()))

        yield run
        process.stdin.close()
        process.wait(timeout=60)
