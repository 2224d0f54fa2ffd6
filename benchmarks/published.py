"""headword on two corpora that others published figures for, by its command line, from their sparse files."""

import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpora, machine, records, running
from benchmarks.records import Record

RESULTS = records.RESULTS / "published.jsonl"
TABLE = Path(__file__).with_name("published.toml")
METRICS = ("p@1", "p@3", "p@5", "psp@1", "psp@3", "psp@5")
_GIVEN = ("p@1", "p@3", "p@5", "psp@1", "psp@5")
_PARTS = ("train", "test")


def main(given: Sequence[str] | None = None) -> None:
    """Train and evaluate every recipe on every corpus, append the records, print the tables."""
    parser = running.arguments(__doc__, RESULTS)
    parser.add_argument("--table", action="store_true", help="only print what is there")
    options = parser.parse_args(given)
    table = published()
    folders = [] if options.table else present([options.data / name for name in options.corpora or table])
    if folders:
        settings = {"run": machine.today(), "commit": machine.commit(), "machine": machine.describe()}
        running.warm_up(options.recipes)
        for folder in folders:
            for recipe in options.recipes:
                found = measured(folder, recipe, options.threads)
                records.append(options.results, settings | {"dataset": folder.name, "recipe": recipe} | found)
    kept = records.read(options.results)
    for dataset in table:
        print("\n".join(markdown(dataset, table[dataset], latest(kept, dataset))))


def published() -> dict[str, Any]:
    """Return the table of published figures, by corpus: goal, split, and rows by system."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def present(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that hold both sparse files, and say which do not."""
    found = []
    for folder in folders:
        missing = [_file(part) for part in _PARTS if not (folder / _file(part)).is_file()]
        if missing:
            running.say(f"{folder} has no {' and no '.join(missing)}: left out")
        else:
            found.append(folder)
    return found


def latest(found: Sequence[Record], dataset: str) -> list[Record]:
    """Return the records of the corpus's latest run."""
    of_corpus = [record for record in found if record["dataset"] == dataset]
    return [record for record in of_corpus if record["run"] == max(record["run"] for record in of_corpus)]


def measured(folder: Path, recipe: str, threads: int) -> Record:
    """Return what `headword train` and `headword evaluate` say."""
    with tempfile.TemporaryDirectory(prefix="headword-published-") as temporary:
        model, answer = Path(temporary) / "model.hw", Path(temporary) / "answer.json"
        begun = time.perf_counter()
        trained = _headword(
            ["train", folder / _file("train"), "--output", model, "--recipe", recipe, "--threads", threads], answer
        )
        seconds = time.perf_counter() - begun
        report = trained if "error" in trained else _headword(["evaluate", model, folder / _file("test")], answer)
        if "error" in report:
            return report
        return {
            "train_wall_s": round(seconds, 2),
            "n_train": trained["n_docs"],
            "n_test": report["n_docs"],
            "n_labels": report["n_labels"],
            "model_mb": round(trained["bytes"] / 2**20, 2),
            "data_sha256": {part: corpora.fingerprint(folder / _file(part)) for part in _PARTS},
            "quality": {name: round(report["metrics"][name], 5) for name in METRICS},
            "held_out": {name: round(value, 5) for name, value in trained["quality"].items() if name in METRICS},
            "versions": machine.versions(),
        }


def markdown(dataset: str, table: Record, found: Sequence[Record]) -> list[str]:
    """Return the lines of one corpus's table: published rows by rising P@1, the goal, and headword."""
    lines = [
        f"### {dataset}\n",
        f"{table['split']}. The published figures are of a split with these sizes; that it holds the same documents is "
        "not proven.\n",
        "| system | " + " | ".join(name.upper() for name in METRICS) + " |",
        "|---" * (len(METRICS) + 1) + "|",
    ]
    for name, values in sorted(table["rows"].items(), key=lambda row: row[1][0]):
        figures = dict(zip(_GIVEN, values, strict=True))
        lines.append(f"| {name} | " + " | ".join(_percent(figures.get(metric)) for metric in METRICS) + " |")
    goal = dict(zip(METRICS, table["goal"], strict=False))
    lines.append("| goal | " + " | ".join(_percent(goal.get(metric)) for metric in METRICS) + " |")
    for record in found:
        if "quality" not in record:
            lines.append(f"| headword-{record['recipe']} | {record.get('error', 'no result')[:80]} ||||||")
            continue
        cells = []
        for metric in METRICS:
            value = 100 * record["quality"][metric]
            cells.append(_percent(value) + "*" * (metric in goal and round(value, 2) >= goal[metric]))
        lines.append(f"| **headword-{record['recipe']}** | " + " | ".join(cells) + " |")
    for about in [record for record in found if "quality" in record][:1]:
        lines.append(
            f"\n\\* reaches the goal. headword: {about['n_train']:,} training and {about['n_test']:,} test documents "
            f"with labels, {about['n_labels']:,} labels; {about['run'][:10]}, commit {about['commit']}."
        )
    return [*lines, ""]


def _headword(arguments: Sequence[Any], answer: Path) -> Record:
    command = [sys.executable, "-m", "headword", *map(str, arguments), "--json", str(answer), "--quiet"]
    done = subprocess.run(command, check=False, cwd=machine.ROOT, capture_output=True, text=True)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:500]}
    found: Record = json.loads(answer.read_text(encoding="utf-8"))
    return found


def _file(part: str) -> str:
    return f"{part}.xmc.txt.gz"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
