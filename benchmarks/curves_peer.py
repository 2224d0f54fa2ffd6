"""Annif's part of the learning curves: the same documents and the same thesaurus, in its own environment."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks import machine
from benchmarks.curves_corpora import Prepared, moved
from benchmarks.judge import Answers
from benchmarks.protocol import Part

SCRIPT = Path(__file__).with_name("curves_annif.py")
ANALYZERS = {"en": "snowball(english)", "fi": "simplemma(fi)"}
LIMIT = 100
PREFIX = "annif "


def run(prepared: Prepared, train: Part, folder: Path, venv: Path, threads: int) -> tuple[dict[str, Answers], Any]:
    """Return the answers of Annif's projects for the test documents by name, and what is to be known of the run.

    What stands in `folder` from an earlier run is taken from there.

    Raises
    ------
    subprocess.CalledProcessError
        If Annif fails; what it said stands in log.txt.
    """
    if not (folder / "answer.json").is_file():
        _write(prepared, train, folder)
        with (folder / "log.txt").open("w", encoding="utf-8") as log:
            subprocess.run(
                [str(venv / "bin" / "python"), "-W", "ignore", str(SCRIPT), str(folder.resolve())],
                check=True, env=machine.bounded(threads), cwd=folder, stdout=log, stderr=log,
            )  # fmt: skip
        shutil.rmtree(folder / "data")  # the models
    said = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    uris = json.loads((folder / "uris.json").read_text(encoding="utf-8"))
    place = {uri: column for column, uri in enumerate(prepared.uris)}
    columns = np.array([place[uri] for uri in uris], dtype=np.int32)
    found = {}
    for name, cut in said["cut"].items():
        scores = moved(sp.load_npz(folder / f"{name}.npz"), columns, len(prepared.uris))
        found[PREFIX + name] = Answers(scores, _cut(scores, cut["limit"], cut["threshold"]))
    return found, said


def _write(prepared: Prepared, train: Part, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    job = {
        "language": prepared.language, "analyzer": ANALYZERS[prepared.language],
        "vocabulary": str(prepared.skos.resolve()), "limit": LIMIT,
    }  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    bounds, columns = train.targets.indptr, train.targets.indices
    uris = [[prepared.uris[c] for c in columns[bounds[i] : bounds[i + 1]]] for i in range(len(train))]
    _lines(folder / "train.jsonl", [{"text": t, "uris": u} for t, u in zip(train.texts(), uris, strict=True)])
    _lines(folder / "test.jsonl", [{"text": text} for text in prepared.benchmark.test.texts()])


def _lines(path: Path, rows: list[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _cut(scores: sp.csr_matrix, limit: int, threshold: float) -> sp.csr_matrix:
    """Return ones for the `limit` best of a document that reach the threshold."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    order = np.lexsort((-scores.data, rows))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - scores.indptr[rows[order]]
    kept = scores.copy()
    kept.data = ((rank < limit) & (scores.data >= threshold)).astype(np.float32)
    kept.eliminate_zeros()
    return kept
