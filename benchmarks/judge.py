"""One judge for all: headword's metrics over every label of the corpus, so that unseen test labels count as misses."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.protocol import Benchmark
from headword.core.labels import LabelSpace
from headword.evaluation.align import Aligned, Predictions
from headword.evaluation.baselines import baselines
from headword.evaluation.measure import intervals, measurements, values
from headword.metrics.propensity import inverse_propensities

QUALITY = (
    "p@1", "p@3", "p@5", "ndcg@5", "psp@1", "psp@3", "psp@5", "lrap", "coverage_error",
    "micro_f1", "macro_f1", "weighted_f1", "samples_f1", "jaccard", "hamming",
)  # fmt: skip
PROBABILITY = ("ece",)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a system says of the test documents; CSR (n_docs, n_labels) over the labels of the benchmark.

    `scores`: absent means -inf. `chosen`: ones. `probabilities`: at the positions of `scores`, None if it has none.
    """

    scores: sp.csr_matrix
    chosen: sp.csr_matrix
    probabilities: sp.csr_matrix | None = None


def judge(benchmark: Benchmark, answers: Answers, *, n_bootstrap: int = 0) -> dict[str, Any]:
    """Return `quality` by metric, and `intervals` (95 %, over documents) if resamples were asked for."""
    known = answers.probabilities is not None
    probabilities = answers.probabilities if known else _zeros_like(answers.scores)
    predictions = Predictions(answers.scores, probabilities, answers.chosen)
    weights = inverse_propensities(benchmark.train_support, len(benchmark.train))
    groups = measurements(benchmark.test.targets, predictions, weights)
    names = QUALITY + (PROBABILITY if known else ())
    found = values(groups)
    out: dict[str, Any] = {"quality": {name: round(found[name], 5) for name in names}}
    if n_bootstrap:
        spread = intervals(groups, n_labels=len(benchmark.labels), n_bootstrap=n_bootstrap, seed=0, confidence=0.95)
        out["intervals"] = {name: [round(end, 5) for end in spread[name]] for name in names}
    return out


def null_quality(benchmark: Benchmark) -> dict[str, dict[str, float]]:
    """Return the quality of what needs no reading: nothing, the most frequent labels, the label prior."""
    truth = benchmark.test.targets
    nothing = Predictions(*(sp.csr_matrix(truth.shape, dtype=np.float64) for _ in range(3)))
    aligned = Aligned(
        ids=tuple(benchmark.test.ids),
        label_space=LabelSpace(tuple(benchmark.labels)),
        y_true=truth,
        predictions=nothing,
        train_support=benchmark.train_support,
        n_train=len(benchmark.train),
        n_unannotated=0,
    )
    weights = inverse_propensities(benchmark.train_support, len(benchmark.train))
    out = {}
    for name, predictions in baselines(aligned).items():
        found = values(measurements(truth, predictions, weights))
        out[name] = {metric: round(found[metric], 5) for metric in QUALITY}
    return out


def best_threshold(scores: sp.csr_matrix, truth: sp.csr_matrix) -> float:
    """Return the one score from which on choosing gives the best micro-F1."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    right = np.asarray(truth[rows, scores.indices]).ravel() > 0
    order = np.argsort(-scores.data, kind="stable")
    falling, hits = scores.data[order], np.cumsum(right[order])
    f1 = 2.0 * hits / (np.arange(1, len(falling) + 1) + truth.nnz)
    # Equal scores are chosen together, so only the last of them is a place to cut.
    last = np.append(falling[1:] != falling[:-1], True)
    return float(falling[np.argmax(np.where(last, f1, -1.0))])


def above(scores: sp.csr_matrix, threshold: float) -> sp.csr_matrix:
    """Return ones where a score reaches the threshold."""
    chosen = scores.copy()
    chosen.data = (scores.data >= threshold).astype(np.float32)
    chosen.eliminate_zeros()
    return chosen


def disagreement(benchmark: Benchmark, answers: Answers, quality: dict[str, float], metrics_file: Path) -> float:
    """Return the largest difference between `quality` and the same figures by the peers' own metrics file."""
    spec = importlib.util.spec_from_file_location("peers_metrics", metrics_file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {metrics_file}")
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    truth, scores = benchmark.test.targets, answers.scores
    ranked = other.ranking(scores, truth, other.inverse_propensity(benchmark.train.targets))
    found = {name.lower(): value for name, value in ranked.items()}
    found["lrap"] = other.lrap_coverage(scores, truth)["LRAP"]
    decided = other.decisions(answers.chosen, truth)
    found |= {"micro_f1": decided["microF1"], "macro_f1": decided["macroF1"], "jaccard": decided["jaccard"]}
    return max(abs(quality[name] - float(value)) for name, value in found.items())


def _zeros_like(scores: sp.csr_matrix) -> sp.csr_matrix:
    zeros = scores.copy()
    zeros.data = np.zeros(len(scores.data), dtype=np.float64)
    return zeros
