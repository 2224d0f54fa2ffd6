"""Learning curves: headword and Annif after 50, 200, 1,000 and all training documents, with a thesaurus."""

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import curves_headword, curves_judge, curves_page, curves_peer, foreign, machine, records, running
from benchmarks.curves_corpora import CORPORA, Prepared, prepare, subset
from benchmarks.judge import Answers
from benchmarks.protocol import Part
from benchmarks.records import Record

RESULTS = records.RESULTS / "curves.jsonl"
SIZES = (50, 200, 1000)
SEEDS = 3
SEEDED = 200  # up to this many documents, several subsets are drawn
NULL = "null "
WORK = Path(tempfile.gettempdir()) / "headword-curves"


@dataclass(frozen=True)
class Point:
    """The training documents of one measurement: how many, and which subset."""

    n_train: int
    seed: int


def main(given: Sequence[str] | None = None) -> None:
    """Measure what is not in the results yet, then print the tables."""
    options = _parser().parse_args(given)
    if not options.table:
        for name in options.corpora or CORPORA:
            if (options.data / name).is_dir():
                _measure(prepare(name, options.data, options.work), options)
            else:
                running.say(f"{options.data} has no {name}: left out")
    found = records.read(options.results)
    print("\n".join(curves_page.markdown(found)))
    if options.write:
        curves_page.write(found)


def points(n_docs: int, sizes: Sequence[int], seeds: int) -> Iterator[Point]:
    """Iterate over the sizes below `n_docs` and `n_docs` itself, all with the first subset, then the other subsets."""
    whole = [size for size in sizes if size < n_docs]
    yield from (Point(size, 0) for size in whole)
    yield Point(n_docs, 0)
    yield from (Point(size, seed) for seed in range(1, seeds) for size in whole if size <= SEEDED)


def _measure(prepared: Prepared, options: argparse.Namespace) -> None:
    done = {(r["dataset"], r["n_train"], r["seed"], r["system"]) for r in records.read(options.results)}
    train = prepared.benchmark.train
    for point in points(len(train), options.sizes, options.seeds):
        there = {system for dataset, n, seed, system in done if (dataset, n, seed) == (prepared.name, *_pair(point))}
        there -= {system for system in there if any(system.startswith(again) for again in options.again)}
        part = subset(train, point.n_train, point.seed)
        for family in options.families:
            for system, answers, facts in _FAMILIES[family](prepared, part, point, there, options):
                record = _record(prepared, part, point, system, answers, options) | facts
                records.append(options.results, record)
                running.say(f"{prepared.name} {point.n_train}/{point.seed} {system}: {record['quality']}")


def _pair(point: Point) -> tuple[int, int]:
    return point.n_train, point.seed


Measured = Iterator[tuple[str, Answers, Record]]


def _null(prepared: Prepared, part: Part, point: Point, there: set[str], options: argparse.Namespace) -> Measured:
    for name, answers in curves_judge.nulls(prepared.benchmark.test.targets, part.targets).items():
        if NULL + name not in there:
            yield NULL + name, answers, {"most_f1@5": curves_judge.most_f1(prepared.benchmark.test.targets)}


def _headword(prepared: Prepared, part: Part, point: Point, there: set[str], options: argparse.Namespace) -> Measured:
    for name in curves_headword.SYSTEMS:
        if name not in there and name in (options.systems or curves_headword.SYSTEMS):
            answers, facts = curves_headword.run(name, prepared, part, options.threads)
            yield name, answers, {"settings": facts, "versions": machine.versions(), "commit": machine.commit()}


def _annif(prepared: Prepared, part: Part, point: Point, there: set[str], options: argparse.Namespace) -> Measured:
    venv = options.venvs / foreign.ANNIF
    if any(name.startswith(curves_peer.PREFIX) for name in there) or not venv.is_dir():
        return
    folder = options.work / prepared.name / f"annif-{point.n_train}-{point.seed}"
    if any(curves_peer.PREFIX.startswith(again) or again.startswith(curves_peer.PREFIX) for again in options.again):
        shutil.rmtree(folder, ignore_errors=True)
    found, said = curves_peer.run(prepared, part, folder, venv, options.threads)
    common = {name: said[name] for name in ("n_held", "held_cpu_s", "train_cpu_s", "predict_cpu_s", "settings")}
    common["analyzer"] = curves_peer.ANALYZERS[prepared.language]
    for name, answers in found.items():
        cut = said["cut"][name.removeprefix(curves_peer.PREFIX)]
        yield name, answers, {"settings": common | {"decision": cut}, "versions": {"annif": said["version"]}}


_FAMILIES = {"null": _null, "annif": _annif, "headword": _headword}


def _record(
    prepared: Prepared, part: Part, point: Point, system: str, answers: Answers, options: argparse.Namespace
) -> Record:
    benchmark = prepared.benchmark
    truth, width = benchmark.test.targets, len(benchmark.labels)
    support = np.bincount(part.targets.indices, minlength=width)
    unseen = support[truth.indices] == 0
    quality, intervals = curves_judge.judged(truth, support, answers)
    facts: dict[str, Any] = {
        "dataset": prepared.name, "n_train": point.n_train, "seed": point.seed, "system": system,
        "when": machine.today(), "all": point.n_train == len(benchmark.train), "n_test": len(benchmark.test),
        "n_concepts": width, "n_labels_trained": int((support > 0).sum()),
        "n_unseen": int(unseen.sum()), "unseen_share": round(float(unseen.mean()), 5), "note": prepared.note,
        "threads": options.threads,
    }  # fmt: skip
    return facts | {"quality": quality, "intervals": intervals}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=running.SHARED / "data", help="folder of NAME/documents.jsonl.gz")
    parser.add_argument("--corpora", nargs="+", choices=list(CORPORA), metavar="NAME")
    parser.add_argument("--families", nargs="+", choices=list(_FAMILIES), default=list(_FAMILIES))
    parser.add_argument("--systems", nargs="+", metavar="SYSTEM", help="of headword's, only these")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), metavar="N", help="all is always measured")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"random subsets, up to {SEEDED} documents")
    parser.add_argument("--again", nargs="+", default=[], metavar="SYSTEM", help="measure again what begins so")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--venvs", type=Path, default=foreign.default_venvs(), help="folder of the peers' environments")
    parser.add_argument("--work", type=Path, default=WORK, help="Annif's answers stay here")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--write", action="store_true", help="write the tables into CURVES.md and the plots")
    return parser


if __name__ == "__main__":
    main()
