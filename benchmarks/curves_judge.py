"""One judge for the learning curves: what stands first, what is chosen, and what is found of concepts never seen."""

import numpy as np
import scipy.sparse as sp

from benchmarks.judge import Answers
from headword.metrics.additive import Ratio, Ratios, point_values
from headword.metrics.counts import Decisions
from headword.metrics.intervals import bootstrap_intervals
from headword.metrics.micro import micro_ratios
from headword.metrics.ranked import Ranking
from headword.metrics.ranking import ndcg_ratio, precision_ratio

DEPTH = 5
UNSEEN_DEPTHS = (5, 10)
METRICS = ("p@1", "f1@5", "ndcg@5", *(f"unseen_r@{k}" for k in UNSEEN_DEPTHS), "micro_f1")
RESAMPLES = 1000
Figures = dict[str, float | None]
Intervals = dict[str, list[float | None]]


def ratios(truth: sp.csr_matrix, support: np.ndarray, answers: Answers) -> Ratios:
    """Return the METRICS document by document.

    f1@5: 2 · hits / (5 + labels of the document), the mean over documents. unseen_r@k: share of the test assignments of
    concepts without a training document that stand among the k best; undefined where there are none.

    Parameters
    ----------
    truth
        CSR (n_docs, n_labels) of ones.
    support
        int64 (n_labels,), training documents.
    """
    ranking = Ranking.of(truth, answers.scores)
    hits = ranking.sum_by_doc(ranking.hits_within(DEPTH))
    unseen = support == 0
    n_unseen = np.asarray(truth @ unseen.astype(np.float64)).ravel()
    found = {
        "p@1": precision_ratio(ranking, 1),
        "f1@5": Ratio(2.0 * hits / (DEPTH + ranking.n_true), np.ones(ranking.n_docs)),
        "ndcg@5": ndcg_ratio(ranking, DEPTH),
    }
    for k in UNSEEN_DEPTHS:
        entries = ranking.hits_within(k)
        found[f"unseen_r@{k}"] = Ratio(ranking.sum_by_doc(entries[unseen[ranking.columns[entries]]]), n_unseen)
    found["micro_f1"] = micro_ratios(Decisions.of(truth, answers.chosen))["micro_f1"]
    return Ratios(found)


def judged(truth: sp.csr_matrix, support: np.ndarray, answers: Answers) -> tuple[Figures, Intervals]:
    """Return the METRICS and their 95 % intervals over test documents; None where undefined."""
    groups = [ratios(truth, support, answers)]
    spread = bootstrap_intervals(groups, n_bootstrap=RESAMPLES, seed=0)
    values = {name: _plain(value) for name, value in point_values(groups).items()}
    return values, {name: [_plain(low), _plain(high)] for name, (low, high) in spread.items()}


def most_f1(truth: sp.csr_matrix) -> float:
    """Return the F1@5 of a perfect ranking, below 1 where documents have more or fewer than five labels."""
    n_true = np.diff(truth.indptr)
    return round(float((2.0 * np.minimum(n_true, DEPTH) / (DEPTH + n_true)).mean()), 5)


def nulls(truth: sp.csr_matrix, train: sp.csr_matrix) -> dict[str, Answers]:
    """Return what needs no reading: nothing, and the most frequent labels, of which a typical number is chosen."""
    support = np.bincount(train.indices, minlength=truth.shape[1])
    n_docs, often = truth.shape[0], np.argsort(-support, kind="stable")[: int((support > 0).sum())]
    typical = max(1, int(train.nnz / max(train.shape[0], 1) + 0.5))
    nothing = sp.csr_matrix(truth.shape, dtype=np.float64)
    ranked = _same_for_all(often[:100], support, n_docs)
    return {
        "nothing": Answers(nothing, nothing),
        "most frequent": Answers(ranked, _same_for_all(often[:typical], (support > 0).astype(np.int64), n_docs)),
    }


def _same_for_all(columns: np.ndarray, values: np.ndarray, n_docs: int) -> sp.csr_matrix:
    listed = np.sort(columns)
    indptr = np.arange(n_docs + 1) * len(listed)
    data = np.tile(values[listed].astype(np.float64), n_docs)
    return sp.csr_matrix((data, np.tile(listed, n_docs), indptr), shape=(n_docs, len(values)))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 5)
