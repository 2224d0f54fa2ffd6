"""Fitting a calibration on out-of-fold log odds, and choosing its method by cross-fitting."""

from dataclasses import dataclass, replace

import numpy as np

from headword.decisions.calibration import AUTO, METHODS, Calibration, CalibrationOptions, curve_terms
from headword.decisions.calibration_kernels import fit_labels, pool_adjacent
from headword.scorers.logistic import fit_newton

_PARTS = 3
_MOST_DOCS = 8000
_EASY, _EASY_SHARE = -5.0, 10
_LEAST_SLOPE = 0.01


def fit_calibration(
    columns: np.ndarray,
    logits: np.ndarray,
    y: np.ndarray,
    documents: np.ndarray,
    n_labels: int,
    options: CalibrationOptions,
    *,
    seed: int = 0,
) -> tuple[Calibration, np.ndarray]:
    """Fit on out-of-fold pairs; return the calibration, and log odds float32 (n_pairs,) that it had no part in.

    Documents are cut into three random parts; the log odds of each are calibrated by what was fitted on the other two.
    Not by fold: a fold with more documents of a label than its share leaves fewer to the models that score it, and
    whatever is learnt of single labels across folds looks worse than it is.

    Parameters
    ----------
    columns, logits, y, documents
        (n_pairs,): label, log odds, 1 where right, and number of the document of each pair.
    """
    n_docs = int(documents.max(initial=-1)) + 1
    if n_docs < _PARTS or (options.method == "none" and not options.per_label):
        return Calibration(), logits
    part = np.random.default_rng(seed).permutation(n_docs) % _PARTS
    pairs = _Pairs(columns, logits, y, documents, part[documents], n_labels, float(options.strength))
    method = _best_method(pairs.some(_MOST_DOCS)) if options.method == AUTO else options.method
    own, out = False, pairs.crossed(method, False)
    if options.per_label:
        tried = pairs.crossed(method, True)
        own = options.method != AUTO or pairs.gains(out, tried)
        out = tried if own else out
    return pairs.fitted(method, own), out


@dataclass(frozen=True, eq=False)
class _Pairs:
    """What a calibration is fitted on; `part` (n_pairs,) says which pairs are calibrated by the others."""

    columns: np.ndarray
    logits: np.ndarray
    y: np.ndarray
    documents: np.ndarray
    part: np.ndarray
    n_labels: int
    strength: float

    def some(self, most: int) -> "_Pairs":
        """Return the pairs of about `most` documents, evenly taken."""
        step = -(-(int(self.documents.max()) + 1) // most)
        return self._at(np.flatnonzero(self.documents % step == 0)) if step > 1 else self

    def fitted(self, method: str, own: bool) -> Calibration:
        """Fit on all pairs; `own`: with a curve for each label."""
        found = _pooled(method, self.logits, self.y)
        if not own:
            return found
        return _with_labels(found, self.columns, self.logits, self.y, self.n_labels, self.strength)

    def crossed(self, method: str, own: bool) -> np.ndarray:
        """Return log odds float32 (n_pairs,), each part calibrated by what was fitted on the others."""
        if method == "none" and not own:
            return self.logits
        out = np.empty(len(self.logits), dtype=np.float32)
        for number in range(_PARTS):
            inside = self.part == number
            found = self._at(np.flatnonzero(~inside)).fitted(method, own)
            out[inside] = found.logits(self.columns[inside], self.logits[inside])
        return out

    def gains(self, old: np.ndarray, new: np.ndarray) -> bool:
        """Return whether the log loss falls by more than the standard error of the mean gain of a document."""
        gain = np.bincount(self.documents, weights=_loss(old, self.y) - _loss(new, self.y))
        gain = gain[np.unique(self.documents)]
        return bool(gain.mean() > gain.std() / np.sqrt(len(gain)))

    def _at(self, rows: np.ndarray) -> "_Pairs":
        return replace(
            self,
            columns=self.columns[rows],
            logits=self.logits[rows],
            y=self.y[rows],
            documents=self.documents[rows],
            part=self.part[rows],
        )


def _best_method(pairs: _Pairs) -> str:
    chosen, best = "none", pairs.logits
    for method in METHODS[1:]:
        tried = pairs.crossed(method, False)
        if pairs.gains(best, tried):
            chosen, best = method, tried
    return chosen


def _loss(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    z = logits.astype(np.float64)
    return np.asarray(np.logaddexp(0, z) - y * z)


def _pooled(method: str, logits: np.ndarray, y: np.ndarray) -> Calibration:
    if method == "none" or not 0 < y.sum() < len(y):
        return Calibration()
    if method == "isotonic":
        return _isotonic(logits, y)
    some, counts = _counted(logits, y)
    terms, right = curve_terms(logits[some]).astype(np.float32), y[some].astype(np.float32)
    if method == "beta":
        return Calibration(_beta(terms, right, counts))
    slope_only = (terms[:, :1] + terms[:, 1:2]).astype(np.float32)
    x = slope_only if method == "temperature" else np.column_stack([slope_only, terms[:, 2:]])
    solution = _newton(np.ascontiguousarray(x), right, counts, np.array([1.0, 0.0][: x.shape[1]]))
    slope = max(float(solution[0]), _LEAST_SLOPE)
    return Calibration(np.array([slope, slope, solution[1] if method == "platt" else 0.0], dtype=np.float32))


def _counted(logits: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs to look at and how much each counts: of the plainly wrong ones, one in ten stands for ten."""
    easy = np.flatnonzero((logits < _EASY) & (y == 0))
    kept = np.ones(len(y), dtype=bool)
    kept[easy] = np.random.default_rng(0).random(len(easy)) < 1 / _EASY_SHARE
    counts = np.ones(len(y), dtype=np.float32)
    counts[easy] = _EASY_SHARE
    return np.flatnonzero(kept), counts[kept]


def _beta(terms: np.ndarray, y: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Fit a, b and c; one that would be negative is left out, as Kull et al. do."""
    used = [0, 1, 2]
    found = np.zeros(3)
    for _ in range(3):
        found[:] = 0
        start = np.array([1.0, 1.0, 0.0])[used]
        found[used] = _newton(np.ascontiguousarray(terms[:, used]), y, counts, start)
        wrong = [i for i in used if i < 2 and found[i] < 0]
        if not wrong:
            break
        used.remove(wrong[0])
    if found[:2].sum() < _LEAST_SLOPE:
        found[:2] = _LEAST_SLOPE
    return found.astype(np.float32)


def _newton(x: np.ndarray, y: np.ndarray, counts: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the logistic regression without intercept, drawn towards `start` as if by one pair."""
    return fit_newton(x, y, counts, np.ones(len(start)), start, start)


def _isotonic(logits: np.ndarray, y: np.ndarray) -> Calibration:
    """Fit the best rising step function and join the middles of its steps."""
    order = np.argsort(logits, kind="stable")
    z, right = logits[order].astype(np.float64), y[order].astype(np.float64)
    starts = np.flatnonzero(np.concatenate([[True], z[1:] != z[:-1]]))
    counts = np.diff(np.append(starts, len(z))).astype(np.float64)
    hits = np.add.reduceat(right, starts)
    blocks = pool_adjacent(hits / counts, counts)
    size, hits = np.add.reduceat(counts, blocks), np.add.reduceat(hits, blocks)
    middle = np.add.reduceat(z[starts] * counts, blocks) / size
    share = (hits + 0.5) / (size + 1)  # a step without a miss is not certain
    after = np.maximum.accumulate(np.log(share / (1 - share)))
    knots = np.column_stack([middle, after]).astype(np.float32)
    rising = np.concatenate([[True], knots[1:, 1] > np.maximum.accumulate(knots[:, 1])[:-1]])
    knots = knots[rising]
    knots = knots[np.concatenate([[True], np.diff(knots[:, 0]) > 0])]
    return Calibration(knots=knots) if len(knots) > 1 else Calibration()


def _with_labels(
    pooled: Calibration, columns: np.ndarray, logits: np.ndarray, y: np.ndarray, n_labels: int, strength: float
) -> Calibration:
    found = pooled.logits(columns, logits)
    order = np.argsort(columns, kind="stable")
    bounds = np.searchsorted(columns[order], np.arange(n_labels + 1)).astype(np.int64)
    out = np.zeros((n_labels, 2), dtype=np.float32)
    fit_labels(bounds, found[order], y[order].astype(np.float32), strength, out)
    return Calibration(pooled.parameters, pooled.knots, out)
