"""Thresholds from out-of-fold probabilities."""

import numpy as np

_BANDS = (5, 20, 100, 500)
_GRID = 40


def best_threshold(probabilities: np.ndarray, y: np.ndarray, n_right: float) -> tuple[float, float]:
    """Return (threshold, F1): the threshold with the best F1 over the pairs, exact, never cutting through a tie.

    Parameters
    ----------
    probabilities, y
        (n_pairs,); y is 1 where the pair is right.
    n_right
        Right pairs in all, those among no candidates included. With none, the threshold is 1.
    """
    if n_right <= 0 or not len(probabilities):
        return 1.0, 0.0
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    f1 = 2 * np.cumsum(y[order], dtype=np.float64) / (np.arange(1, len(ranked) + 1) + n_right)
    f1[:-1][ranked[:-1] == ranked[1:]] = -1
    best = int(f1.argmax())
    below = ranked[best + 1] if best + 1 < len(ranked) else ranked[best]
    return float((ranked[best] + below) / 2), float(f1[best])


def label_thresholds(
    columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray, *, strength: float
) -> np.ndarray:
    """Return each label's best threshold for F1, shrunk towards the global one; float32 (n_labels,).

    The weight of the label's own threshold is n / (n + strength), with n its documents.
    `support` (n_labels,) counts the documents behind the pairs that have the label.
    """
    n_labels = len(support)
    overall, _ = best_threshold(probabilities, y, float(support.sum()))
    out = np.full(n_labels, overall, dtype=np.float64)
    order = np.argsort(columns, kind="stable")
    bounds = np.searchsorted(columns[order], np.arange(n_labels + 1))
    for label in np.flatnonzero(np.bincount(columns, weights=y, minlength=n_labels)):
        pairs = order[bounds[label] : bounds[label + 1]]
        own, _ = best_threshold(probabilities[pairs], y[pairs], float(support[label]))
        out[label] += support[label] / (support[label] + strength) * (own - overall)
    return out.astype(np.float32)


def banded_thresholds(
    columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray, *, slack: float
) -> np.ndarray:
    """Return thresholds by band of support: near-best micro-F1, and under that condition the best macro-F1.

    Starting from the one threshold with the best micro-F1, each band's threshold moves, rarest band first, to where
    the band's mean F1 over labels is highest, as long as the micro-F1 over all labels stays within `slack` of the best.

    Parameters
    ----------
    columns, probabilities, y
        Out-of-fold pairs.
    support
        (n_labels,), the documents behind the pairs that have the label.
    slack
        How much micro-F1 may be given up, in all.
    """
    n_right = float(support.sum())
    overall, best = best_threshold(probabilities, y, n_right)
    band = np.searchsorted(_BANDS, support, side="right")
    thresholds = np.full(len(_BANDS) + 1, overall)
    chosen = probabilities >= overall
    for number in range(len(thresholds)):
        inside = np.flatnonzero(band[columns] == number)
        labels = np.flatnonzero((band == number) & (support > 0))
        if not len(inside) or not len(labels):
            continue
        others = chosen.copy()
        others[inside] = False
        right, kept = float(y[others].sum()), float(others.sum())
        candidates = _grid(probabilities[inside], overall)
        found = [_band_f1(columns[inside], probabilities[inside], y[inside], support, labels, t) for t in candidates]
        micro = np.array([2 * (right + f.right) / (kept + f.chosen + n_right) for f in found])
        macro = np.where(micro >= best - slack, [f.macro for f in found], -1.0)
        thresholds[number] = candidates[int(macro.argmax())]
        chosen[inside] = probabilities[inside] >= thresholds[number]
    return thresholds[band].astype(np.float32)


class _BandF1:
    """Counts and mean F1 of one band at one threshold."""

    def __init__(self, right: float, chosen: float, macro: float) -> None:
        self.right, self.chosen, self.macro = right, chosen, macro


def _band_f1(
    columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray, labels: np.ndarray, t: float
) -> _BandF1:
    kept = probabilities >= t
    right = np.bincount(columns[kept], weights=y[kept], minlength=len(support))
    chosen = np.bincount(columns[kept], minlength=len(support))
    f1 = 2 * right[labels] / (chosen[labels] + support[labels])
    return _BandF1(float(y[kept].sum()), float(kept.sum()), float(f1.mean()))


def _grid(probabilities: np.ndarray, overall: float) -> np.ndarray:
    """Return thresholds from a tenth of the overall one to 0.9, the overall one first (so that it wins ties)."""
    return np.concatenate([[overall], np.linspace(min(overall, 0.5) / 10, 0.9, _GRID)])
