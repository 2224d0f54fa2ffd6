"""How training and prediction grow with documents and labels, on synthetic corpora, each point in a fresh process."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import foreign, growth, machine, page, records, running
from benchmarks.records import Record

RESULTS = records.RESULTS / "scale.jsonl"
PLOTS = Path(__file__).with_name("plots")
DOCUMENTS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
LABELS = (100, 1_000, 10_000, 100_000, 200_000)
XRLINEAR = "pecos-xrlinear"
# The lines of the cross, and the two points that stand in the goals.
_FIXED = (100_000, 10_000)
_GOALS = ((100_000, 100_000), (1_000_000, 200_000))


@dataclass(frozen=True)
class Plan:
    """What one run does, in this order."""

    run: str
    points: tuple[tuple[int, int], ...]
    systems: tuple[str, ...]
    n_test: int
    seed: int
    threads: int
    cap: int
    venv: Path


def main(given: Sequence[str] | None = None) -> None:
    """Measure what the command line says, append the records, print the table and draw the plots."""
    options = _parser().parse_args(given)
    if not options.table:
        plan, done = _plan(options)
        running.say(f"run {plan.run}: {', '.join(plan.systems)} at {', '.join(f'{d}x{n}' for d, n in plan.points)}")
        if options.plan:
            return
        running.warm_up([system.removeprefix("headword-") for system in plan.systems if system != XRLINEAR])
        for record in measure(plan, done, minutes=options.minutes):
            records.append(options.results, record)
            running.say("  " + _line(record))
    found = latest(records.read(options.results))
    lines = list(growth.markdown(found))
    print("\n".join(lines))
    if options.write:
        drawn = growth.draw(found, options.plots)
        pictures = [f"![{path.stem}]({options.plots.name}/{path.name})" for path in drawn]
        page.fill(page.ENGINE, "scale", [*lines, "", *pictures])
        running.say(f"drew {', '.join(path.name for path in drawn)}")


def measure(plan: Plan, done: set[tuple[str, int, int]], *, minutes: float | None = None) -> Iterator[Record]:
    """Yield one record a point and system, small points first; none is begun after `minutes`."""
    begun = time.monotonic()
    settings = {"run": plan.run, "commit": machine.commit(), "machine": machine.describe()}
    for documents, labels in plan.points:
        for system in plan.systems:
            if (system, documents, labels) in done:
                continue
            if minutes is not None and time.monotonic() - begun > 60 * minutes:
                running.say(f"{minutes:g} minutes are over; --resume goes on from here")
                return
            point = {"system": system, "documents": documents, "labels": labels, "seed": plan.seed}
            others = machine.Others()
            found = _xrlinear(plan, documents, labels) if system == XRLINEAR else _own(plan, documents, labels, system)
            beside = {"threads": plan.threads, "others_cores": others.cores()}
            yield settings | point | beside | found | {"system": system}


def points(documents: Sequence[int], labels: Sequence[int], *, full: bool) -> tuple[tuple[int, int], ...]:
    """Return (documents, labels) by rising product: all of them, or a cross through 100,000 x 10,000 with the goals.

    Labels beyond twice the documents are left out: most would have no document.
    """
    grid = [(d, n) for d in documents for n in labels if n <= 2 * d]
    if not grid:
        return ()
    fixed = _nearest(documents, _FIXED[0]), _nearest(labels, _FIXED[1])
    chosen = {(d, n) for d, n in grid if full or d == fixed[0] or n == fixed[1] or (d, n) in _GOALS}
    return tuple(sorted(chosen, key=lambda point: (point[0] * point[1], point)))


def _nearest(numbers: Sequence[int], wanted: int) -> int:
    return min(numbers, key=lambda number: abs(number - wanted))


def latest(found: Sequence[Record]) -> list[Record]:
    """Return the records of the latest run; of a point measured twice the later."""
    if not found:
        return []
    run = max(record["run"] for record in found)
    by_point = {(r["system"], r["documents"], r["labels"]): r for r in found if r["run"] == run}
    return list(by_point.values())


def _own(plan: Plan, documents: int, labels: int, system: str) -> Record:
    return _answer(plan, [sys.executable, "-m", "benchmarks.scale_point", *_point(plan, documents, labels, system)])


def _xrlinear(plan: Plan, documents: int, labels: int) -> Record:
    """Let headword make the features, which takes far less time than any peer, and XR-Linear learn from them."""
    with tempfile.TemporaryDirectory(prefix="headword-features-") as folder:
        made = _answer(
            plan,
            [
                sys.executable, "-m", "benchmarks.scale_point", *_point(plan, documents, labels, "features"),
                "--folder", folder,
            ],
        )  # fmt: skip
        if "error" in made:
            return made
        command = [str(plan.venv / "bin" / "python"), "-m", "benchmarks.scale_peer", "--folder", folder]
        found = _answer(plan, [*command, "--threads", str(plan.threads)])
    kept = (
        "generate_s",
        "data_sha256",
        "n_train",
        "n_test",
        "labels_seen",
        "labels_per_doc",
        "unseen_share",
        "text_mb",
    )
    made_of = {name: made[name] for name in (*kept, "features_s", "n_features", "entries_per_doc")}
    if "error" not in found:
        found["train_wall_s"] = round(found["train_wall_s"] + made["features_s"], 3)
    return made_of | found


def _point(plan: Plan, documents: int, labels: int, system: str) -> list[str]:
    numbers = {"documents": documents, "labels": labels, "test": plan.n_test, "seed": plan.seed, "system": system}
    words = [word for name, value in numbers.items() for word in (f"--{name}", str(value))]
    return [*words, "--threads", str(plan.threads)]


def _answer(plan: Plan, command: Sequence[str]) -> Record:
    return running.answer(command, threads=plan.threads, cap=plan.cap)


def _plan(options: argparse.Namespace) -> tuple[Plan, set[tuple[str, int, int]]]:
    found = points(
        [n for n in options.documents if n <= options.most_docs],
        [n for n in options.labels if n <= options.most_labels],
        full=options.full,
    )
    if not found:
        raise SystemExit("no point is left: raise --most-docs or --most-labels")
    systems = [f"headword-{recipe}" for recipe in options.recipes]
    venv = options.venvs / foreign.HOMES[XRLINEAR][0]
    if not options.alone:
        if XRLINEAR in foreign.installed(options.venvs):
            systems.append(XRLINEAR)
        else:
            running.say(f"{XRLINEAR} is not installed in {venv}: headword alone")
    run, done = machine.today(), set[tuple[str, int, int]]()
    if options.resume:
        before = latest(records.read(options.results))
        run = before[0]["run"] if before else run
        done = {(r["system"], r["documents"], r["labels"]) for r in before}
    plan = Plan(
        run=run, points=found, systems=tuple(systems), n_test=options.test, seed=options.seed,
        threads=options.threads, cap=options.cap, venv=venv,
    )  # fmt: skip
    return plan, done


def _line(record: Record) -> str:
    head = f"{record['documents']:>9,} x {record['labels']:>7,} {record['system']:18} "
    if "quality" not in record:
        return head + str(record.get("error", "no result"))
    return (
        f"{head}P@1 {record['quality']['p@1']:.3f}  train {record['train_wall_s']:.1f} s  peak "
        f"{record['train_peak_rss_mb']:,.0f} MiB  {record['predict_docs_per_s']:,.0f} documents/s  "
        f"others {record['others_cores']} cores"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipes", nargs="+", default=["fast"], metavar="RECIPE", help="names, or TOML files")
    parser.add_argument("--documents", nargs="+", type=int, default=list(DOCUMENTS), metavar="N")
    parser.add_argument("--labels", nargs="+", type=int, default=list(LABELS), metavar="N")
    parser.add_argument("--most-docs", type=int, default=DOCUMENTS[-1], metavar="N")
    parser.add_argument("--most-labels", type=int, default=LABELS[-1], metavar="N")
    parser.add_argument("--full", action="store_true", help="the whole grid, not only the cross through its middle")
    parser.add_argument("--test", type=int, default=2_000, help="test documents")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="begin no point after so many")
    parser.add_argument("--cap", type=int, default=6 * 3600, help="seconds that one point may take")
    parser.add_argument("--alone", action="store_true", help="without XR-Linear")
    parser.add_argument("--venvs", type=Path, default=foreign.default_venvs(), help="the peers' environments")
    parser.add_argument("--resume", action="store_true", help="go on with the latest run, its points left out")
    parser.add_argument("--plan", action="store_true", help="say what would be run, and stop")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--write", action="store_true", help="put the table into ENGINE.md and draw the plots")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--plots", type=Path, default=PLOTS, help="folder of the plots")
    return parser
