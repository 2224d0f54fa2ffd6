"""One system on one corpus in a process of its own: `python -m benchmarks.worker`; compare.py starts it."""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine, protocol
from benchmarks.running import NULL
from benchmarks.systems import System, system

N_LATENCY = 200


def main() -> None:
    """Run what the command line says and write one JSON object to --json."""
    given = _arguments()
    record: dict[str, Any] = {"system": given.system, "when": time.strftime("%Y-%m-%d %H:%M")}
    try:
        record |= _null(given) if given.system == NULL else _measured(given)
    except Exception as error:  # whatever a system throws is its result
        traceback.print_exc()
        record["error"] = f"{type(error).__name__}: {error}"[:500]
    given.json.write_text(json.dumps(record), encoding="utf-8")
    sys.exit("error" in record)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--system", required=True)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--started", type=float, help="time.time() just before this process was started")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--latency", type=int, default=N_LATENCY, help="documents to answer one by one; 0: none")
    parser.add_argument("--bootstrap", type=int, default=0, help="resamples behind the intervals")
    parser.add_argument("--metrics", type=Path, help="the peers' metrics file, to check the figures by")
    parser.add_argument("--save", type=Path, help="keep the model in this folder")
    return parser.parse_args()


def _null(given: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.judge import null_quality

    benchmark = protocol.load(given.documents)
    return benchmark.facts() | {"baselines": null_quality(benchmark)}


def _measured(given: argparse.Namespace) -> dict[str, Any]:
    started = given.started or time.time()
    benchmark = protocol.load(given.documents)
    one = system(given.system, given.threads)
    record = benchmark.facts()
    wall, cpu = time.perf_counter(), machine.cpu_seconds()
    one.load()
    imported = time.perf_counter()
    one.fit(benchmark)
    record["import_s"] = round(imported - wall, 3)
    record["fit_s"] = round(time.perf_counter() - imported, 3)
    record["train_wall_s"] = round(time.perf_counter() - wall, 3)
    record["train_cpu_s"] = round(machine.cpu_seconds() - cpu, 3)
    trained = time.time() - started
    record["train_peak_rss_mb"] = machine.peak_rss_mb()
    predicted, seconds = _timed(lambda: one.predict(benchmark.test))
    record["predict_s_per_1000"] = round(1000 * seconds / len(benchmark.test), 4)
    record |= _latency(one, benchmark.test, given.latency)
    record["peak_rss_mb"] = machine.peak_rss_mb()
    size, seconds = _saved(one, given.save)
    record["model_mb"] = round(size / 2**20, 2)
    record["whole_s"] = round(trained + seconds, 3)
    return record | _judged(given, benchmark, one, predicted) | {"versions": machine.versions()}


def _judged(given: argparse.Namespace, benchmark: protocol.Benchmark, one: System, predicted: Any) -> dict[str, Any]:
    from benchmarks import judge

    answers = one.answers(benchmark, predicted)
    out = judge.judge(benchmark, answers, n_bootstrap=given.bootstrap)
    out["labels_chosen_per_doc"] = round(answers.chosen.nnz / len(benchmark.test), 3)
    if given.metrics:
        out["judges_differ_by"] = judge.disagreement(benchmark, answers, out["quality"], given.metrics)
    return out | {"settings": one.settings()}


def _latency(one: System, part: protocol.Part, n_docs: int) -> dict[str, float]:
    """Answer single documents after `predict`, so warm, and return the median and the 99th percentile."""
    if n_docs == 0:
        return {}
    milliseconds = [
        1000 * _timed(lambda i=i: one.one(part.titles[i], part.abstracts[i]))[1]  # type: ignore[misc]
        for i in range(min(n_docs, len(part)))
    ]
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {"latency_ms_p50": round(float(p50), 4), "latency_ms_p99": round(float(p99), 4)}


def _saved(one: System, folder: Path | None) -> tuple[int, float]:
    """Save the model and return its bytes and the seconds it took."""
    with tempfile.TemporaryDirectory() as temporary:
        target = folder or Path(temporary)
        target.mkdir(parents=True, exist_ok=True)
        _, seconds = _timed(lambda: one.save(target))
        return sum(file.stat().st_size for file in target.rglob("*") if file.is_file()), seconds


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


if __name__ == "__main__":
    main()
