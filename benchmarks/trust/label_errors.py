"""Injected label errors found: headword beside cleanlab, on the same out-of-fold probabilities.

`python -m benchmarks.trust.label_errors --data FOLDER --cleanlab PYTHON` writes
../results/trust-label-errors.jsonl, where PYTHON
is the interpreter of an environment with cleanlab; without it only headword is measured. `--scale` measures 50,000
documents with 3,000 labels instead.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.trust.injected import KINDS, Injected, inject

CORPORA = ("reuters21578", "nasa-cmr", "arxiv-mixed")
RESULTS = Path(__file__).parents[1] / "results"
_MOST_DOCS = 8_000
_PATIENCE = 600
# Runs in cleanlab's environment: every method it offers for several labels a document, and their average precision.
_CLEANLAB = """
import json, resource, sys, time
import numpy as np
import scipy.sparse as sp
from sklearn.metrics import average_precision_score
from cleanlab.multilabel_classification.rank import get_label_quality_scores_per_class
P = np.clip(sp.load_npz(sys.argv[1] + ".p.npz").toarray().astype(float), 1e-6, 1 - 1e-6)
Y, M, W = (sp.load_npz(f"{sys.argv[1]}.{n}.npz").toarray().astype(bool) for n in "ymw")
labels = [np.flatnonzero(row).tolist() for row in Y]
out = {}
for method in ("self_confidence", "normalized_margin", "confidence_weighted_entropy"):
    for adjust in (False, True):
        start = time.process_time()
        try:
            s = -get_label_quality_scores_per_class(labels, P, method=method, adjust_pred_probs=adjust)
        except ValueError:
            continue
        out[method + (" adjusted" if adjust else "")] = {
            "wrong": average_precision_score(W[Y], s[Y]),
            "missing": average_precision_score(M[~Y], s[~Y]),
            "both": average_precision_score((W | M).ravel(), s.ravel()),
            "cpu_seconds": time.process_time() - start,
        }
        if len(sys.argv) > 2:
            break
    if len(sys.argv) > 2:
        break
print(json.dumps({"methods": out, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def average_precision(right: np.ndarray, scores: np.ndarray, n_right: int) -> float:
    """Return the average precision of a ranking in which `n_right - right.sum()` right ones never come; ties share."""
    order = np.argsort(-scores, kind="stable")
    falling, hits = scores[order], np.cumsum(right[order])
    last = np.append(falling[1:] != falling[:-1], True)
    gained = np.diff(hits[last], prepend=0)
    return float((gained * hits[last] / (np.flatnonzero(last) + 1)).sum() / max(n_right, 1))


def measure(name: str, kind: str, data: Path, recipe: str, cleanlab: str | None) -> dict[str, Any]:
    """Inject errors of one kind into the training part of a corpus, and measure how well they are found."""
    from headword.audit.out_of_fold import score_out_of_fold
    from headword.cleaning.annotation import learnable
    from headword.recipes.reader import load_recipe
    from headword.sources.reader import read

    corpus = read(str(data / f"{name}.jsonl"))
    corpus = corpus.subset([part == "train" for part in corpus.fields["split"]])
    if len(corpus) > _MOST_DOCS:
        corpus = corpus.subset(np.sort(np.random.default_rng(0).permutation(len(corpus))[:_MOST_DOCS]))
    corpus = learnable(corpus)
    planted = inject(corpus.targets, corpus.texts(), kind)
    scored = score_out_of_fold(replace(corpus, targets=planted.targets), load_recipe(recipe), n_drawn=4, n_threads=1)
    probabilities = sp.csr_matrix(scored.suggestions.probability_matrix() + scored.beyond)
    row = {"corpus": name, "kind": kind, "recipe": recipe, "n_docs": len(corpus), "n_labels": len(corpus.label_space)}
    row |= {"n_assigned": int(corpus.targets.nnz), "n_missing": planted.missing.nnz, "n_wrong": planted.wrong.nnz}
    row |= ours(probabilities, planted, scored.suggestions.chosen_matrix(), scored.drawn)
    return row | ({} if cleanlab is None else theirs(cleanlab, probabilities, planted, row["headword"]["both"]))


def ours(
    probabilities: sp.csr_matrix, planted: Injected, chosen: sp.csr_matrix, drawn: sp.csr_matrix
) -> dict[str, Any]:
    """Return headword's average precision, and how far its probabilities of error hold."""
    from headword.audit.pairs import Pairs
    from headword.audit.ranking import suspect

    start = time.process_time()
    pairs = Pairs.of(probabilities, planted.targets, chosen, drawn)
    found = suspect(pairs, n_threads=1)
    seconds = time.process_time() - start
    width = np.int64(pairs.n_labels)
    keys = pairs.documents * width + pairs.columns
    wrong, missing = (np.isin(keys, _keys(matrix)) for matrix in (planted.wrong, planted.missing))
    held, n_wrong, n_missing = pairs.assigned, planted.wrong.nnz, planted.missing.nnz
    bins = [(low, (found.probabilities >= low) & (found.probabilities < high)) for low, high in _BINS]
    return {
        "headword": {
            "wrong": average_precision(wrong[held], found.order[held], n_wrong),
            "missing": average_precision(missing[~held], found.order[~held], n_missing),
            "both": average_precision(wrong | missing, found.order, n_wrong + n_missing),
            "cpu_seconds": seconds,
        },
        "reliability": [
            {
                "from": low,
                "n": int(at.sum()),
                "mean": _mean(found.probabilities[at]),
                "right": _mean((wrong | missing)[at]),
            }
            for low, at in bins
        ],
        "estimated_wrong_share": float(sum(found.wrong.values())),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


_BINS = ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def _keys(matrix: sp.csr_matrix) -> np.ndarray:
    found = matrix.tocoo()
    return found.row.astype(np.int64) * matrix.shape[1] + found.col


def theirs(
    python: str, probabilities: sp.csr_matrix, planted: Injected, own: float, *, one: bool = False
) -> dict[str, Any]:
    """Return the average precision of every method of cleanlab, and how many times the best one's is ours."""
    with tempfile.TemporaryDirectory() as folder:
        base = str(Path(folder) / "m")
        for name, matrix in zip("pymw", (probabilities, planted.targets, planted.missing, planted.wrong), strict=True):
            sp.save_npz(f"{base}.{name}.npz", matrix, compressed=False)
        command = [python, "-c", _CLEANLAB, base, *(["one"] if one else [])]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return {"cleanlab": f"not done in {_PATIENCE} s"}
    if done.returncode:
        return {"cleanlab": f"ended with {done.returncode}: {done.stderr.strip()[-200:]}"}
    found = json.loads(done.stdout)
    best = max(of["both"] for of in found["methods"].values())
    return {"cleanlab": found["methods"], "cleanlab_mb": found["mb"], "times_best": own / best}


def scale(cleanlab: str | None, n_docs: int = 50_000, n_labels: int = 3_000) -> dict[str, Any]:
    """Measure time and memory on a synthetic corpus whose probabilities are drawn, 45 candidates a document."""
    from benchmarks.synthetic import Synthetic
    from headword.audit.out_of_fold import draw_labels

    train, _, fingerprint = Synthetic(n_docs, n_labels, 10).corpora(n_threads=1)
    planted = inject(train.targets, None, "uniform")
    rng = np.random.default_rng(0)
    rows = np.repeat(np.arange(n_docs), 42)
    columns = train.targets.indices[rng.integers(0, train.targets.nnz, rows.size)]
    shape = train.targets.shape
    low = sp.csr_matrix((rng.beta(0.2, 8, rows.size).astype(np.float32), (rows, columns)), shape=shape)
    high = train.targets.copy()
    high.data = rng.beta(4, 1.5, high.nnz).astype(np.float32)
    probabilities = low.maximum(high).minimum(sp.csr_matrix((low + high) > 0).astype(np.float32)).tocsr()
    chosen = (probabilities > 0.5).astype(np.float32)
    row: dict[str, Any] = {"corpus": "synthetic", "fingerprint": fingerprint, "n_docs": n_docs, "n_labels": shape[1]}
    row |= ours(probabilities, planted, chosen, draw_labels(planted.targets, 4, 0))
    return row | (
        {} if cleanlab is None else theirs(cleanlab, probabilities, planted, row["headword"]["both"], one=True)
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the results beside this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of NAME.jsonl with a split field")
    parser.add_argument("--cleanlab", help="Python of an environment with cleanlab")
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--scale", action="store_true", help="50,000 documents with 3,000 labels")
    options = parser.parse_args(arguments)
    if options.scale:
        _write("trust-label-errors-scale.jsonl", [scale(options.cleanlab)])
        return
    rows = []
    for name in CORPORA:
        for kind in KINDS:
            rows.append(measure(name, kind, options.data, options.recipe, options.cleanlab))
            print(json.dumps({k: v for k, v in rows[-1].items() if k != "cleanlab"}), file=sys.stderr)
    _write("trust-label-errors.jsonl", rows)


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    (RESULTS / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
