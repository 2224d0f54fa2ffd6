"""Which members pay: decided by cross-fitted figures, not by taste."""

from collections.abc import Collection

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks
from headword.decisions.candidates import Candidates
from headword.decisions.fusion import fit_fusion, probabilities
from headword.decisions.scales import Scales
from headword.decisions.thresholds import best_threshold

_MOST_DOCS = 4000
_LEAST_GAIN = 0.002


def paying_members(
    candidates: Candidates,
    targets: sp.csr_matrix,
    log_prior: np.ndarray,
    fold: np.ndarray,
    *,
    most: int,
    needed: Collection[int] = (),
    n_threads: int | None = None,
) -> list[int]:
    """Return the members to keep, in order: one without which the fused quality is higher by 0.002 goes.

    Those in `needed` stay. With a member go the candidates that only it nominated: the others' `most` best stay.

    Members are tried for leaving out one after the other, the one that adds least first. The quality is the mean of
    P@1 and the best micro-F1 of a cross-fitted logistic fusion, on at most 4,000 documents. Label stack and network,
    which make more of several opinions, are not in it: hence a member must do clear harm.
    """
    if len(candidates) > _MOST_DOCS:
        rows = np.linspace(0, len(candidates) - 1, _MOST_DOCS).astype(np.int64)
        candidates, targets, fold = candidates.rows(rows), targets[rows], fold[rows]
    y = candidates.targets(targets)
    kept, scales = list(range(candidates.values.shape[1])), Scales.fit(candidates.values, y)

    def quality(members: list[int]) -> float:
        there = candidates.nominated(members, most)
        if not there.any():
            return 0.0
        some, right = candidates.entries(there).of_members(members), y[there]
        _, logits = fit_fusion(some, right, log_prior, fold, network=False, scales=scales.of(members), n_threads=1)
        return fused_quality(some, logits, right, targets)

    best: list[float] = []
    while len(kept) > 1 and not set(kept) <= set(needed):
        tried = [member for member in kept if member not in needed]
        teams = [[m for m in kept if m != member] for member in tried]
        # All members together are judged along with the first trials, so that no thread waits.
        *trials, best_of_all = run_chunks(quality, teams if best else [*teams, kept], n_threads) + best
        least, highest = max(zip(tried, trials, strict=True), key=lambda trial: trial[1])
        if highest <= best_of_all + _LEAST_GAIN:
            break
        kept.remove(least)
        best = [highest]
    return kept


def fused_quality(candidates: Candidates, logits: np.ndarray, y: np.ndarray, targets: sp.csr_matrix) -> float:
    """Return the mean of P@1 and the best micro-F1."""
    order = np.lexsort((candidates.columns, -logits, candidates.documents))
    filled = np.flatnonzero(np.diff(candidates.indptr))
    first = float(y[order][candidates.indptr[:-1][filled]].sum()) / max(len(candidates), 1)
    _, micro = best_threshold(probabilities(logits), y, float(targets.nnz))
    return (first + micro) / 2
