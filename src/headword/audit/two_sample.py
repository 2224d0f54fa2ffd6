"""Can documents of two corpora be told apart? A classifier two-sample test.

References
----------
Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017.
Phipson and Smyth, "Permutation p-values should never be zero", Statistical Applications in Genetics 9 (2010).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.stats import rankdata

from headword.core.errors import DataError
from headword.scorers.linear import Linear
from headword.text.features import Features

LEAST = 20
_DRAWS = 1999
_BATCH = 50


@dataclass(frozen=True, eq=False)
class Telling:
    """How well a classifier tells documents of A from those of B that it did not learn from.

    Attributes
    ----------
    auc
        Probability that a document of B looks more like B than a document of A does; 1/2: they cannot be told apart.
    p
        Share of random divisions that look at least as different; at least 1 / 2000.
    n_judged
        Documents judged; the others taught.
    rows, scores
        int64 and float32 (n_judged,): the documents judged, and how much each looks like B.
    """

    auc: float
    p: float
    n_judged: int
    rows: np.ndarray
    scores: np.ndarray


def tell_apart(features: Features, is_b: np.ndarray, *, seed: int = 0, n_threads: int | None = None) -> Telling:
    """Teach a linear classifier on half the documents of each corpus and judge it by the others.

    The p-value is exact, however good the classifier and however few the documents: were A and B random parts of one
    population, those of the judged half could be exchanged, and their scores do not know which is which.

    Parameters
    ----------
    features
        One block, of the documents of both corpora; made without regard to which document is of which.
    is_b
        bool (n_docs,).

    Raises
    ------
    DataError
        If a corpus has fewer than 20 documents.
    """
    n_b = int(is_b.sum())
    if min(n_b, len(is_b) - n_b) < LEAST:
        raise DataError(f"at least {LEAST} documents of each corpus are needed, found {len(is_b) - n_b} and {n_b}")
    rng = np.random.default_rng(seed)
    taught = np.zeros(len(is_b), dtype=bool)
    for side in (np.flatnonzero(is_b), np.flatnonzero(~is_b)):
        taught[rng.permutation(side)[: len(side) // 2]] = True
    learn, judge = np.flatnonzero(taught), np.flatnonzero(~taught)
    block = next(iter(features.blocks))
    target = sp.csr_matrix(is_b[:, None].astype(np.float32))
    scorer = Linear(block=block, loss="logistic").fit(features, target, learn, seed=seed, n_threads=n_threads)
    scores = scorer.score(features.rows(judge), n_threads=n_threads)[:, 0]
    auc, p = exchange_test(scores, is_b[judge], rng)
    return Telling(auc, p, len(judge), judge, scores)


def exchange_test(scores: np.ndarray, is_b: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Return the area under the ROC curve of `scores` for `is_b`, and the one-sided permutation p-value of it."""
    ranks = rankdata(scores)
    n_b = int(is_b.sum())
    found = float(ranks[is_b].sum())
    as_large = 0
    for start in range(0, _DRAWS, _BATCH):
        rows = min(_BATCH, _DRAWS - start)
        drawn = rng.permuted(np.broadcast_to(ranks, (rows, len(ranks))), axis=1)[:, :n_b].sum(axis=1)
        as_large += int((drawn >= found - 1e-6).sum())
    auc = (found - n_b * (n_b + 1) / 2) / (n_b * (len(scores) - n_b))
    return auc, (1 + as_large) / (1 + _DRAWS)
