"""One point of the growth curves in a process of its own: `python -m benchmarks.scale_point`; scale.py starts it."""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import machine
from benchmarks.stages import Stages
from benchmarks.synthetic import Synthetic
from benchmarks.topmost import KS, precision

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.core.scores import Suggestions
    from headword.tagger import Tagger

FEATURES = "features"


def main(given: Sequence[str] | None = None) -> None:
    """Do what the command line says and write one JSON object to --json."""
    options = _parser().parse_args(given)
    record: dict[str, Any] = {"system": options.system, "when": time.strftime("%Y-%m-%d %H:%M")}
    try:
        begun = time.perf_counter()
        corpus = Synthetic(options.documents, options.labels, options.test, options.seed)
        train, test, fingerprint = corpus.corpora(n_threads=options.threads)
        record |= {"generate_s": round(time.perf_counter() - begun, 3), "data_sha256": fingerprint}
        record |= facts(train, test) | {"rss_before_mb": machine.peak_rss_mb()}
        if options.system == FEATURES:
            record |= write_features(train, test, options.folder, options.threads)
        else:
            record |= measured(train, test, options.system.removeprefix("headword-"), options.threads)
        record["versions"] = machine.versions()
    except Exception as error:  # whatever goes wrong is the result
        traceback.print_exc()
        record["error"] = f"{type(error).__name__}: {error}"[:500]
    options.json.write_text(json.dumps(record), encoding="utf-8")
    sys.exit("error" in record)


def facts(train: "Corpus", test: "Corpus") -> dict[str, Any]:
    """Return the sizes of the corpus as it came out."""
    support = np.bincount(train.targets.indices, minlength=len(train.label_space))
    return {
        "n_train": len(train),
        "n_test": len(test),
        "labels_seen": int((support > 0).sum()),
        "labels_per_doc": round(train.targets.nnz / len(train), 3),
        "unseen_share": round(float((support[test.targets.indices] == 0).mean()), 5),
        "text_mb": round(sum(map(len, train.titles + train.abstracts)) / 1e6, 2),
    }


def measured(train: "Corpus", test: "Corpus", recipe: str, threads: int) -> dict[str, Any]:
    """Fit a recipe, answer the test documents, save; return times, memory and quality."""
    from headword.tagger import Tagger

    stages = Stages()
    with compiling() as compiled:
        wall, cpu = time.perf_counter(), machine.cpu_seconds()
        tagger = Tagger(recipe, n_threads=threads).fit(train, stages)
        out: dict[str, Any] = {
            "train_wall_s": round(time.perf_counter() - wall, 3),
            "train_cpu_s": round(machine.cpu_seconds() - cpu, 3),
            "train_peak_rss_mb": machine.peak_rss_mb(),
            "stages": stages.seconds(),
        }
        begun = time.perf_counter()
        found = tagger.suggest(test)
        out |= {"predict_docs_per_s": round(len(test) / (time.perf_counter() - begun), 1)}
    out |= {"peak_rss_mb": machine.peak_rss_mb(), "compile_s": round(sum(compiled, 0.0), 3)}
    return out | _saved(tagger) | {"quality": precision(best_columns(found, test), test.targets)}


def _saved(tagger: "Tagger") -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="headword-model-") as folder:
        model, begun = Path(folder) / "model.hw", time.perf_counter()
        tagger.save(model)
        return {"save_s": round(time.perf_counter() - begun, 3), "model_mb": round(model.stat().st_size / 2**20, 2)}


def best_columns(found: "Suggestions", test: "Corpus") -> np.ndarray:
    """Return the best labels of each document as columns of `test`, int64 (n_docs, 5), -1 where there are fewer."""
    places = test.label_space.columns_of(found.label_space.names)
    out = np.full((len(test), KS[-1]), -1, dtype=np.int64)
    lengths = np.minimum(np.diff(found.indptr), KS[-1])
    for rank in range(KS[-1]):
        rows = np.flatnonzero(lengths > rank)
        out[rows, rank] = places[found.columns[found.indptr[rows] + rank]]
    return out


def write_features(train: "Corpus", test: "Corpus", folder: Path, threads: int) -> dict[str, Any]:
    """Write the word features and targets of both parts as arrays for another system; return how long they took.

    They are those of the recipe `fast`. Labels without a training document are left out of the training targets, as
    other systems cannot train them; `columns.npy` says which are there.
    """
    from headword.recipes.reader import load_recipe
    from headword.text.features import FeatureExtractor

    recipe = load_recipe("fast")
    begun = time.perf_counter()
    options = {"words": recipe.features["words"]}
    extractor, features = FeatureExtractor.fit(train, options, recipe.stopwords, n_threads=threads)
    seconds = time.perf_counter() - begun
    support = np.bincount(train.targets.indices, minlength=train.targets.shape[1])
    columns = np.flatnonzero(support)
    np.save(folder / "columns.npy", columns)
    write_csr(folder, "train_x", features["words"])
    write_csr(folder, "train_y", train.targets[:, columns])
    write_csr(folder, "test_x", extractor.transform(test, n_threads=threads)["words"])
    write_csr(folder, "test_y", test.targets)
    n_features, entries = features["words"].shape[1], features["words"].nnz
    return {
        "features_s": round(seconds, 3),
        "n_features": n_features,
        "entries_per_doc": round(entries / len(train), 1),
    }


def write_csr(folder: Path, name: str, matrix: Any) -> None:
    """Write a CSR matrix as four arrays, which any process reads fast and without pickle."""
    matrix.sort_indices()
    for part in ("indptr", "indices", "data"):
        np.save(folder / f"{name}.{part}.npy", getattr(matrix, part))
    np.save(folder / f"{name}.shape.npy", np.array(matrix.shape, dtype=np.int64))


@contextmanager
def compiling() -> Iterator[list[float]]:
    """Collect the seconds that numba compiles meanwhile: a curve must not bend where a function is used first."""
    from numba.core import event

    seconds: list[float] = []
    with event.install_timer("numba:compile", seconds.append):
        yield seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--labels", type=int, required=True)
    parser.add_argument("--test", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--system", required=True, help=f"headword-RECIPE, or {FEATURES}: arrays for other systems")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help=f"where {FEATURES} go")
    parser.add_argument("--json", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
