"""Precision and recall of every threshold on the probabilities, all (document, label) pairs together.

References
----------
Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006: why points are not joined by
straight lines when an area is taken.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.metrics.additive import divide
from headword.metrics.calibration import probabilities
from headword.metrics.inputs import at_true, binary, same_shape


@dataclass(frozen=True, eq=False)
class PrecisionRecall:
    """What choosing all pairs from a threshold upward would give, for each probability that occurs.

    Attributes
    ----------
    thresholds
        float64 (n,), falling; a pair is chosen where its probability is at least the threshold.
    hits, chosen
        int64 (n,): right and all chosen pairs.
    n_true
        Pairs that apply, whether or not they have a probability.
    """

    thresholds: np.ndarray
    hits: np.ndarray
    chosen: np.ndarray
    n_true: int

    @classmethod
    def of(cls, y_true: sp.csr_matrix, y_prob: sp.csr_matrix) -> "PrecisionRecall":
        """Sort the stored probabilities; absent ones, and 0, are never chosen.

        Raises
        ------
        DataError
            If the shapes differ, `y_true` is not binary or a probability is outside [0, 1].
        """
        truth, prob = binary(y_true), probabilities(y_prob)
        same_shape(truth, prob, name="y_prob")
        hit = at_true(truth, prob)[prob.data > 0]
        p = prob.data[prob.data > 0]
        order = np.argsort(-p, kind="stable")
        falling = p[order]
        # Equal probabilities are chosen together: a point stands at the last of them.
        ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)) if len(p) else np.zeros(0, np.int64)
        return cls(falling[ends], np.cumsum(hit[order], dtype=np.int64)[ends], ends.astype(np.int64) + 1, truth.nnz)

    @property
    def precision(self) -> np.ndarray:
        """Share of the chosen pairs that apply; float64 (n,)."""
        return divide(self.hits, self.chosen, 0.0)

    @property
    def recall(self) -> np.ndarray:
        """Share of the pairs that apply which are chosen; float64 (n,), 0 where none apply."""
        return divide(self.hits, np.full(len(self.hits), self.n_true), 0.0)

    @property
    def f1(self) -> np.ndarray:
        """Micro-F1 of each threshold; float64 (n,)."""
        return divide(2.0 * self.hits, self.chosen + self.n_true, 0.0)

    @property
    def average_precision(self) -> float:
        """Sum of precision times the gain in recall (no interpolation); NaN where no pair applies."""
        if not self.n_true:
            return float("nan")
        return float(np.sum(np.diff(self.recall, prepend=0.0) * self.precision))

    def at(self, threshold: float) -> tuple[float, float, float, int]:
        """Return precision, recall, F1 and the number of chosen pairs for one threshold; 0 where nothing is chosen."""
        i = int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1
        if i < 0:
            return 0.0, 0.0, 0.0, 0
        return float(self.precision[i]), float(self.recall[i]), float(self.f1[i]), int(self.chosen[i])

    def points(self, n: int = 200) -> list[tuple[float, float, float]]:
        """Return (recall, precision, threshold) of at most `n` points, evenly spaced in recall, ends included."""
        if not len(self.thresholds):
            return []
        recall, precision = self.recall, self.precision
        wanted = np.searchsorted(recall, np.linspace(recall[0], recall[-1], n - 1))
        kept = np.unique(np.append(wanted.clip(max=len(recall) - 1), len(recall) - 1))
        return list(zip(recall[kept].tolist(), precision[kept].tolist(), self.thresholds[kept].tolist(), strict=True))
