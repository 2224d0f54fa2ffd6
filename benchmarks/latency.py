"""How long one user waits: one document in process, one cold command, and many documents at once."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import corpora, machine, records, running

RESULTS = records.RESULTS / "latency.jsonl"
CORPUS = "arxiv-mixed"
TEXT = "Surface currents of the ocean from satellite altimetry and a neural network"


def main(given: Sequence[str] | None = None) -> None:
    """Train each recipe once, time it in turn with the others, append the records and print a table."""
    parser = running.arguments(__doc__, RESULTS)
    parser.add_argument("--runs", type=int, default=10, help="cold commands of each recipe")
    parser.add_argument("--documents", type=int, default=1000, help="documents to answer one by one")
    parser.add_argument("--demo", action="store_true", help="the demo corpus instead of --data")
    options = parser.parse_args(given)
    with ExitStack() as stack:
        data = stack.enter_context(corpora.demo()) if options.demo else options.data
        wanted = None if options.demo else (options.corpora or [CORPUS])
        models = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="headword-models-")))
        running.warm_up(options.recipes)
        for dataset, documents in corpora.find(data, wanted).items():
            found = _train(documents, models / dataset, options.recipes, options.threads)
            paths = {recipe: models / dataset / recipe / "model.hw" for recipe in options.recipes}
            for recipe, times in timed(paths, documents, options.runs, options.documents, options.threads):
                settings = {"run": machine.today(), "commit": machine.commit(), "machine": machine.describe()}
                record = settings | {"dataset": dataset} | found[recipe] | times
                records.append(options.results, record)
                print(_line(record), flush=True)


def timed(
    models: Mapping[str, Path], documents: Path, runs: int, n_docs: int, threads: int
) -> Iterator[tuple[str, records.Record]]:
    """Yield each model's times: cold commands, all models in turn, then single documents and all at once."""
    others = machine.Others()
    cold = cold_commands(models, runs)
    for name, path in models.items():
        first = command_seconds(path, fresh_cache=True)
        inside = in_process(path, documents, n_docs, threads)
        yield name, {"cold_s": cold[name], "first_ever_s": first, "others_cores": others.cores()} | inside


def cold_commands(models: Mapping[str, Path], runs: int) -> dict[str, list[float]]:
    """Return the seconds of each run of `headword suggest --text`, the recipes in turn."""
    seconds: dict[str, list[float]] = {recipe: [] for recipe in models}
    for _ in range(runs):
        for recipe, path in models.items():
            seconds[recipe].append(command_seconds(path))
    return seconds


def command_seconds(model: Path, *, fresh_cache: bool = False) -> float:
    """Return the seconds of one `headword suggest --text`; with a fresh cache as on the very first use."""
    command = [sys.executable, "-m", "headword", "suggest", str(model), "--text", TEXT, "--json"]
    with tempfile.TemporaryDirectory(prefix="headword-numba-") as cache:
        environment = os.environ | ({"NUMBA_CACHE_DIR": cache} if fresh_cache else {})
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=machine.ROOT, env=environment)
        return round(time.perf_counter() - begun, 4)


def in_process(model: Path, documents: Path, n_docs: int, threads: int) -> dict[str, Any]:
    """Load a bundle here and time single test documents, then all test documents at once."""
    import numpy as np

    from benchmarks import protocol
    from headword.core.corpus import Document
    from headword.tagger import Tagger

    test = protocol.load(documents).test
    begun = time.perf_counter()
    tagger = Tagger.load(model, n_threads=threads)
    load_s = time.perf_counter() - begun
    docs = [Document(*row) for row in zip(test.ids, test.titles, test.abstracts, strict=True)]
    for document in docs[:20]:
        tagger.suggest(document)
    milliseconds = []
    for document in docs[:n_docs]:
        begun = time.perf_counter()
        tagger.suggest(document)
        milliseconds.append(1000 * (time.perf_counter() - begun))
    batches = []
    for _ in range(3):
        begun = time.perf_counter()
        tagger.suggest(docs)
        batches.append(time.perf_counter() - begun)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {
        "load_s": round(load_s, 4),
        "n_single": len(milliseconds),
        "single_ms_p50": round(float(p50), 4),
        "single_ms_p99": round(float(p99), 4),
        "batch_docs_per_s": round(len(docs) / statistics.median(batches), 1),
    }


def _train(documents: Path, folder: Path, recipes: Sequence[str], threads: int) -> dict[str, records.Record]:
    found = {}
    for recipe in recipes:
        record = running.work(
            documents, f"headword-{recipe}", threads=threads, latency=0, save=(folder / recipe).resolve()
        )
        if "error" in record:
            raise SystemExit(f"{record['system']} on {documents.parent.name}: {record['error']}")
        kept = ("system", "n_train", "n_test", "n_labels", "model_mb", "train_wall_s", "versions", "settings")
        found[recipe] = {name: record[name] for name in kept}
    return found


def _line(record: records.Record) -> str:
    cold = record["cold_s"]
    spread = f"{statistics.median(cold):.2f} s ({min(cold):.2f} to {max(cold):.2f})" if cold else "not run"
    return (
        f"{record['dataset']} {record['system']}: one document {record['single_ms_p50']:.3f} ms, p99 "
        f"{record['single_ms_p99']:.3f} ms; {record['batch_docs_per_s']:.0f} documents/s at once; loaded in "
        f"{record['load_s']:.2f} s; cold command {spread}, very first {record['first_ever_s']:.1f} s; "
        f"bundle {record['model_mb']} MB"
    )


if __name__ == "__main__":
    main()
