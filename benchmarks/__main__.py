"""`python -m benchmarks [compare|quality|latency|table] …`; without a word, a small comparison on the demo corpus."""

import sys
import tempfile
from pathlib import Path

from benchmarks import compare, latency, quality, table

COMMANDS = {"compare": compare.main, "quality": quality.main, "latency": latency.main, "table": table.main}


def small() -> None:
    """Compare on the demo corpus and print the table; nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="headword-results-") as folder:
        results = str(Path(folder) / "compare.jsonl")
        compare.main(["--demo", "--repeats", "3", "--results", results])
        table.main(["--results", results])
        latency.main(["--demo", "--runs", "3", "--results", str(Path(folder) / "latency.jsonl")])


def main() -> None:
    """Run the command that the command line names."""
    words = sys.argv[1:]
    if not words:
        small()
    elif words[0] in COMMANDS:
        COMMANDS[words[0]](words[1:])
    else:
        raise SystemExit(f"no measurement {words[0]!r}; expected {', '.join(COMMANDS)}, or nothing for the small run")


if __name__ == "__main__":
    main()
