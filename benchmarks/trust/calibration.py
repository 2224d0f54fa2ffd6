"""How honest are probabilities? Ours, and those that others' scores are taken for."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks import plot
from benchmarks.records import Record
from benchmarks.trust.judging import probabilities
from benchmarks.trust.scores import CORPORA, SYSTEMS, scored
from headword.evaluation.frequency import frequency_groups
from headword.metrics.brier_parts import brier_parts
from headword.metrics.calibration import CalibrationBins, equal_mass_bins, expected_calibration_error
from headword.metrics.intervals import bootstrap_intervals
from headword.metrics.ranked import Ranking

GOALS = {"arxiv-mixed": 0.006, "arxiv-cs": 0.006, "reuters21578": 0.010, "nasa-cmr": 0.010}
TAIL_GOAL = 0.03
TOP, N_BINS, N_DRAWS = 10, 15, 20
_NAMES = {
    "headword": "headword, default recipe",
    "linear": "headword's linear scorer alone, sigmoid of the margin",
    "sklearn-logistic": "scikit-learn, one-vs-rest logistic regression",
    "sklearn-svc": "scikit-learn, one-vs-rest LinearSVC, sigmoid of the margin",
}


def measure(data: Path, cache: Path) -> list[Record]:
    """Return a record for each corpus and system, on the test part."""
    found = []
    for corpus in CORPORA:
        for system in SYSTEMS:
            one = scored(corpus, system, data, cache)
            found.append(
                {"corpus": corpus, "system": system, **_figures(one.truth["test"], one.scores["test"], one.support)}
            )
    return found


def _figures(truth: sp.csr_matrix, scores: sp.csr_matrix, support: np.ndarray) -> Record:
    believed = probabilities(scores)
    ranking = Ranking.of(truth, believed)
    bins = CalibrationBins.of(ranking, ranking.scores, top=TOP, n_bins=N_BINS)
    low, high = bootstrap_intervals([bins], n_bootstrap=500)["ece"]
    p, hit, columns = (values[ranking.ranks < TOP] for values in (ranking.scores, ranking.hits, ranking.columns))
    rng = np.random.default_rng(0)
    lucky = [_error(p, rng.random(len(p)) < p) for _ in range(N_DRAWS)]
    groups = frequency_groups(support)
    return {
        "n_docs": ranking.n_docs,
        "ece": _error(p, hit),
        "interval": [low, high],
        "ece_equal_width": expected_calibration_error(truth, believed, top=TOP, n_bins=N_BINS, bins="equal-width"),
        # What an honest forecaster of the same probabilities would show by chance.
        "ece_by_chance": float(np.mean(lucky)),
        "by_frequency": {name: _group(p, hit, np.isin(columns, group)) for name, group in groups.items()},
        "brier": asdict(brier_parts(truth, believed, top=TOP, n_bins=N_BINS)),
        "diagram": _diagram(p, hit),
    }


def _error(p: np.ndarray, hit: np.ndarray) -> float:
    of = equal_mass_bins(p, N_BINS)
    return float(np.abs(np.bincount(of, weights=p - hit)).sum() / len(p))


def _group(p: np.ndarray, hit: np.ndarray, inside: np.ndarray) -> Record:
    n = int(inside.sum())
    rng = np.random.default_rng(0)
    lucky = [_error(p[inside], rng.random(n) < p[inside]) for _ in range(N_DRAWS)] if n else [np.nan]
    return {"n": n, "ece": _error(p[inside], hit[inside]) if n else None, "ece_by_chance": float(np.mean(lucky))}


def _diagram(p: np.ndarray, hit: np.ndarray) -> list[list[float]]:
    of = equal_mass_bins(p, N_BINS)
    mass = np.bincount(of)
    used = mass > 0
    stated, rate = (np.bincount(of, weights=x)[used] / mass[used] for x in (p, hit))
    return [[round(float(a), 5), round(float(b), 5)] for a, b in zip(stated, rate, strict=True)]


def lines(found: Sequence[Record]) -> list[str]:
    """Return the table of the page."""
    head = ("corpus", "probabilities of", "ECE (95% interval)", "goal", "by chance", "head", "torso", "tail", "Brier")
    out = ["| " + " | ".join((*head, "of it reliability")) + " |", "|---" * 10 + "|"]
    for one in found:
        groups = [one["by_frequency"][name] for name in ("head", "torso", "tail")]
        cells = " | ".join("–" if g["ece"] is None else f"{g['ece']:.4f}" for g in groups)
        (low, high), brier = one["interval"], one["brier"]
        goal = f"≤ {GOALS[one['corpus']]:.3f}" if one["system"] == "headword" else ""
        out.append(
            f"| {one['corpus']} | {_NAMES[one['system']]} | {one['ece']:.4f} ({low:.4f} to {high:.4f}) | {goal} "
            f"| {one['ece_by_chance']:.4f} | {cells} | {brier['brier']:.4f} | {brier['reliability']:.5f} |"
        )
    return out


def draw(found: Sequence[Record], folder: Path) -> list[Path]:
    """Draw a reliability diagram for each corpus; return the files."""
    paths = []
    for corpus in dict.fromkeys(one["corpus"] for one in found):
        drawn = [plot.Line("honest", ((0.0, 0.0), (1.0, 1.0)), 6, True)]
        for colour, one in enumerate(one for one in found if one["corpus"] == corpus):
            points = tuple((stated, rate) for stated, rate in one["diagram"])
            drawn.append(plot.Line(one["system"], points, colour))
        path = folder / f"reliability-{corpus}.svg"
        title = f"{corpus}: stated probability and share that is right"
        text = plot.even(drawn, title=title, x="stated probability", y="share right")
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
