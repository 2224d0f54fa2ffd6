"""`python -m benchmarks COMMAND …`, see README.md; without a command, what is short: `make bench`."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks import machine

COMMANDS = (
    "compare", "quality", "latency", "table", "engine", "scale", "synthetic", "floor", "phases", "published", "curves",
    "trust", "hierarchy", "lexical_prior",
)  # fmt: skip


def small() -> None:
    """Compare on the demo corpus and print the table, then judge the engine's goals in short; nothing is kept.

    Each command has a process of its own: a child is charged with the memory that its parent ever had.
    """
    with tempfile.TemporaryDirectory(prefix="headword-results-") as folder:
        compared, timed, judged = (str(Path(folder) / f"{name}.jsonl") for name in ("compare", "latency", "engine"))
        for words in (
            ["compare", "--demo", "--repeats", "3", "--results", compared],
            ["table", "--results", compared],
            ["latency", "--demo", "--runs", "3", "--results", timed],
            ["engine", "--short", "--results", judged],
        ):
            subprocess.run([sys.executable, "-m", "benchmarks", *words], check=True, cwd=machine.ROOT)


def command(name: str) -> Callable[[Sequence[str]], None]:
    """Return the function behind a command; imported only now, since most commands must stay small themselves."""
    found: Callable[[Sequence[str]], None] = import_module(f"benchmarks.{name}").main
    return found


def main() -> None:
    """Run the command that the command line names."""
    words = sys.argv[1:]
    if not words:
        small()
    elif words[0] in COMMANDS:
        command(words[0])(words[1:])
    else:
        raise SystemExit(f"no measurement {words[0]!r}; expected {', '.join(COMMANDS)}, or nothing for the short run")


if __name__ == "__main__":
    main()
