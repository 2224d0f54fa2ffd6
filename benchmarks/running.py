"""Starting workers, one at a time. Imports nothing large: see machine.peak_rss_mb."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.records import Record

SHARED = machine.ROOT.parent / "shared"
RECIPES = ("default", "fast")
NULL = "null"
SVC = "sklearn-ovr-linearsvc"
_WARM_UP = """
import sys
from headword.demo.corpus import demo_corpus
from headword.tagger import Tagger
for recipe in sys.argv[1:]:
    Tagger(recipe, n_threads=2).fit(demo_corpus()).suggest("warm")
"""


def arguments(description: str | None, results: Path) -> argparse.ArgumentParser:
    """Return a parser with the options that all measurements share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=SHARED / "data", help="folder of NAME/documents.jsonl.gz")
    parser.add_argument(
        "--corpora", nargs="+", metavar="NAME", help="names, or all; without: the corpora with goals, else all"
    )
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), metavar="RECIPE")
    parser.add_argument("--threads", type=int, default=2, help="threads of every system")
    parser.add_argument("--results", type=Path, default=results)
    return parser


def warm_up(recipes: Sequence[str]) -> None:
    """Let numba compile and keep what it compiles, once, so that no timed run pays for it."""
    subprocess.run([sys.executable, "-c", _WARM_UP, *recipes], check=True, cwd=machine.ROOT)


def work(documents: Path, system: str, *, threads: int, cap: float | None = None, **options: Any) -> Record:
    """Run one worker and return its record; `options` become --name value, None is left out."""
    command = [sys.executable, "-m", "benchmarks.worker", "--documents", str(documents.resolve())]
    command += ["--system", system, "--threads", str(threads)]
    for name, value in options.items():
        command += [] if value is None else [f"--{name}", str(value)]
    return {"system": system} | answer([*command, "--started", repr(time.time())], threads=threads, cap=cap)


def answer(command: Sequence[str], *, threads: int, cap: float | None = None) -> Record:
    """Run a command that writes one JSON object to the file it is given as --json, and return that object.

    What goes wrong is in the record's `error`.
    """
    with tempfile.TemporaryDirectory(prefix="headword-work-") as folder:
        target = Path(folder) / "record.json"
        try:
            done = subprocess.run(
                [*command, "--json", str(target)], check=False, cwd=machine.ROOT, env=machine.bounded(threads),
                capture_output=True, text=True, timeout=cap,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"error": f"did not end within {cap} s"}
        if not target.is_file():
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            return {"error": last[:500]}
        record: Record = json.loads(target.read_text(encoding="utf-8"))
        return record


def say(*words: object) -> None:
    """Print progress at once, beside the results."""
    print(*words, file=sys.stderr, flush=True)
