"""XR-Linear on arrays that scale_point.py wrote: `python -m benchmarks.scale_peer` in the peers' environment.

Imports nothing but what is there: numpy, scipy and pecos.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks import machine
from benchmarks.topmost import KS, precision


def main() -> None:
    """Train, answer, judge; write one JSON object to --json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    record: dict[str, Any] = {"when": time.strftime("%Y-%m-%d %H:%M")}
    try:
        record |= measured(options.folder, options.threads)
    except Exception as error:  # whatever the system throws is its result
        record["error"] = f"{type(error).__name__}: {error}"[:500]
    options.json.write_text(json.dumps(record), encoding="utf-8")
    sys.exit("error" in record)


def measured(folder: Path, threads: int) -> dict[str, Any]:
    """Return times, memory and quality; the tree is built of PIFA label features, all else is at its defaults."""
    x, y = read_csr(folder, "train_x"), read_csr(folder, "train_y")
    before = machine.peak_rss_mb()
    wall, cpu = time.perf_counter(), machine.cpu_seconds()
    from pecos.xmc import Indexer, LabelEmbeddingFactory  # type: ignore[import-not-found]
    from pecos.xmc.xlinear.model import XLinearModel  # type: ignore[import-not-found]

    tree = Indexer.gen(LabelEmbeddingFactory.create(y, x, method="pifa"))
    model = XLinearModel.train(x, y, C=tree, threads=threads)
    out = {
        "train_wall_s": round(time.perf_counter() - wall, 3),
        "train_cpu_s": round(machine.cpu_seconds() - cpu, 3),
        "rss_before_mb": before,
        "train_peak_rss_mb": machine.peak_rss_mb(),
    }
    test = read_csr(folder, "test_x")
    begun = time.perf_counter()
    found = model.predict(test, only_topk=KS[-1], threads=threads).tocsr()
    out["predict_docs_per_s"] = round(test.shape[0] / (time.perf_counter() - begun), 1)
    best = best_columns(found, np.load(folder / "columns.npy"))
    model.save(str(folder / "model"))
    size = sum(file.stat().st_size for file in (folder / "model").rglob("*") if file.is_file())
    out |= {"peak_rss_mb": machine.peak_rss_mb(), "model_mb": round(size / 2**20, 2)}
    return out | {"quality": precision(best, read_csr(folder, "test_y"))}


def best_columns(found: sp.csr_matrix, columns: np.ndarray) -> np.ndarray:
    """Return the best labels of each row, int64 (n_docs, 5), -1 where there are fewer."""
    out = np.full((found.shape[0], KS[-1]), -1, dtype=np.int64)
    for row in range(found.shape[0]):
        start, stop = found.indptr[row], found.indptr[row + 1]
        order = np.argsort(-found.data[start:stop], kind="stable")[: KS[-1]]
        out[row, : len(order)] = columns[found.indices[start:stop][order]]
    return out


def read_csr(folder: Path, name: str) -> sp.csr_matrix:
    """Read what `scale_point.write_csr` wrote."""
    indptr, indices, data, shape = (np.load(folder / f"{name}.{p}.npy") for p in ("indptr", "indices", "data", "shape"))
    return sp.csr_matrix((data, indices.astype(np.int32), indptr), shape=tuple(shape), dtype=np.float32)


if __name__ == "__main__":
    main()
