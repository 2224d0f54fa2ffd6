"""Fusion: the members' scores of a (document, label) pair to one calibrated probability, pooled over all labels."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.decisions.calibration import Calibration, CalibrationOptions
from headword.decisions.calibration_fit import fit_calibration
from headword.decisions.candidates import Candidates, n_pair_features
from headword.decisions.crossfit import at_least_two
from headword.decisions.pair_network import PairModel, fit_logistic, refine, ridge_for, sigmoid
from headword.decisions.scales import Scales

_FOLDS = 3
_LEAST_POSITIVES = 1500
_VISITS = 2_000_000
_EASY = -4.0
_EASY_SHARE = 0.1
_SAMPLE = 30_000
_ENOUGH = 60_000
_LEAST_SLOPE = 0.01
_PARTS = {"log_prior", "platt", "calibration", "scales"}
_CONSENSUS = 2


@dataclass(frozen=True, eq=False)
class Fusion:
    """The mean log odds of pair models that were fitted on different parts of the documents.

    Attributes
    ----------
    models
        One a part.
    log_prior
        float32 (n_labels,), the log odds of each label in training.
    scales
        What each member's score is worth by itself.
    slope, intercept
        Platt scaling of the mean log odds, fitted on out-of-fold values.
    calibration
        The last correction, for all labels and for each.

    References
    ----------
    Platt, Probabilistic outputs for support vector machines, 1999.
    """

    models: tuple[PairModel, ...]
    log_prior: np.ndarray
    scales: Scales
    slope: float = 1.0
    intercept: float = 0.0
    calibration: Calibration = field(default_factory=Calibration)

    def logits(self, candidates: Candidates, *, n_threads: int | None = None) -> np.ndarray:
        """Return calibrated log odds, float32 (n_entries,)."""
        features = candidates.features(self.log_prior, self.scales, n_threads=n_threads)
        return self.of_features(features, candidates.columns)

    def of_features(self, features: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the same of pairs with label `columns` by their features, see `Candidates.features`."""
        mean: np.ndarray = np.stack([model.logits(features) for model in self.models]).mean(axis=0)
        scaled = np.float32(self.slope) * mean + np.float32(self.intercept)
        return self.calibration.logits(columns, scaled)

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        models = {f"{i}.{name}": array for i, model in enumerate(self.models) for name, array in model.state().items()}
        platt = np.array([self.slope, self.intercept], dtype=np.float32)
        parts = {"calibration": self.calibration.state(), "scales": self.scales.state()}
        inside = {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
        return {"log_prior": self.log_prior, "platt": platt, **models, **inside}

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], *, n_members: int | None = None, n_labels: int | None = None
    ) -> "Fusion":
        """Rebuild a fusion; a DataError if its arrays do not fit `n_members` and `n_labels` (None: any)."""
        log_prior, platt = stored.finite(state, "log_prior", (n_labels,)), stored.finite(state, "platt", (2,))
        with stored.part("calibration"):
            calibration = Calibration.from_state(stored.inside(state, "calibration."), n_labels=n_labels)
        with stored.part("scales"):
            scales = Scales.from_state(stored.inside(state, "scales."), n_members=n_members)
        n_features = n_pair_features(len(scales))
        models = []
        for number in sorted({name.partition(".")[0] for name in state} - _PARTS):
            with stored.part(number):
                models.append(PairModel.from_state(stored.inside(state, f"{number}."), n_features=n_features))
        if not models:
            raise DataError("there is no pair model")
        return cls(tuple(models), log_prior, scales, float(platt[0]), float(platt[1]), calibration)


def fit_fusion(
    candidates: Candidates,
    y: np.ndarray,
    log_prior: np.ndarray,
    fold: np.ndarray,
    *,
    network: bool,
    scales: Scales | None = None,
    seed: int = 0,
    n_threads: int | None = None,
) -> tuple[Fusion, np.ndarray]:
    """Fit on out-of-fold candidates; return the fusion and its own out-of-fold log odds, float32 (n_entries,).

    Parameters
    ----------
    candidates, y
        Members' scores, and 1 where the pair is right, float32 (n_entries,).
    fold
        int (n_docs,): documents of one fold stay together. Folds are joined to three parts; one alone is halved.
    network
        Refine the logistic regression by a small network, if there are pairs enough and it pays: the out-of-fold log
        loss decides.
    scales
        Those of the members; None: fitted here.
    """
    scales = Scales.fit(candidates.values, y) if scales is None else scales
    features = candidates.features(log_prior, scales, n_threads=n_threads)
    part = at_least_two(fold % _FOLDS)[candidates.documents]
    weights = _counts(features, y, seed)
    kept = {int(number): _outside(part, int(number), weights) for number in np.unique(part)}
    chosen = _each(kept, n_threads, lambda number: _plain(features, y, *kept[number]))
    logits = _held_out(chosen, features, part, n_threads)
    if network and y.sum() >= _LEAST_POSITIVES:
        refined = _each(
            kept, n_threads, lambda number: _refined(chosen[number], features, y, *kept[number], seed + number)
        )
        refined_logits = _held_out(refined, features, part, n_threads)
        if log_loss(refined_logits, y) < log_loss(logits, y):
            chosen, logits = refined, refined_logits
    scaling = fit_logistic(logits[:, None], y, ridge=1e-3)
    # Where scores say nothing, chance may bring out a slope below zero, which would turn every ranking round.
    slope = max(float(scaling.linear[0] * scaling.scale[0]), _LEAST_SLOPE)
    intercept = scaling.intercept - slope * float(scaling.mean[0])
    fusion = Fusion(tuple(chosen.values()), log_prior, scales, slope, intercept)
    return fusion, (np.float32(slope) * logits + np.float32(intercept)).astype(np.float32)


def calibrated(
    fusion: Fusion,
    candidates: Candidates,
    logits: np.ndarray,
    y: np.ndarray,
    options: CalibrationOptions,
    *,
    seed: int = 0,
) -> tuple[Fusion, np.ndarray]:
    """Calibrate a fusion on its own out-of-fold log odds; return both, calibrated."""
    calibration, out = fit_calibration(
        candidates.columns, logits, y, candidates.documents, candidates.n_labels, options, seed=seed
    )
    return replace(fusion, calibration=calibration), out


def log_loss(logits: np.ndarray, y: np.ndarray) -> float:
    """Return the mean negative log likelihood of 0/1 targets."""
    return float(np.mean(np.logaddexp(0, logits.astype(np.float64)) - y * logits))


def _each(parts: Iterable[int], n_threads: int | None, fitted: Callable[[int], PairModel]) -> dict[int, PairModel]:
    numbers = list(parts)
    return dict(zip(numbers, run_chunks(fitted, numbers, n_threads), strict=True))


def _plain(features: np.ndarray, y: np.ndarray, kept: np.ndarray, counts: np.ndarray) -> PairModel:
    """Fit a logistic regression; 60,000 pairs are enough for so few parameters."""
    some = slice(None, None, -(-len(kept) // _ENOUGH))
    ridge = np.full(features.shape[1], ridge_for(y))
    ridge[-_CONSENSUS:] = 1.0  # what all members think together is what the others add to
    return fit_logistic(features[kept[some]], y[kept[some]], counts[some], ridge=ridge)


def _refined(
    plain: PairModel, features: np.ndarray, y: np.ndarray, kept: np.ndarray, counts: np.ndarray, seed: int
) -> PairModel:
    epochs = int(np.clip(_VISITS // len(kept), 3, 12))
    return refine(plain, features[kept], y[kept], counts, epochs=epochs, seed=seed)


def _held_out(
    models: Mapping[int, PairModel], features: np.ndarray, part: np.ndarray, n_threads: int | None
) -> np.ndarray:
    """Return the log odds of each pair by the model that was fitted without its part."""
    logits = np.zeros(len(part), dtype=np.float32)

    def score(number: int) -> None:
        held = part == number
        logits[held] = models[number].logits(features[held])

    run_chunks(score, models, n_threads)
    return logits


def _outside(part: np.ndarray, number: int, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs outside a part that count, and their weights.

    Few pairs may all be plainly wrong, so that by chance none counts: then all do, and alike. A single document has
    nothing outside its part.
    """
    outside = part != number
    kept = np.flatnonzero(outside & (weights > 0))
    if len(kept):
        return kept, weights[kept]
    kept = np.flatnonzero(outside) if outside.any() else np.arange(len(part))
    return kept, np.ones(len(kept), dtype=np.float32)


def _counts(features: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Return how much each pair counts: all right and all hard pairs 1, one in ten of the plainly wrong 10, others 0.

    Which pairs are plainly wrong is told by a logistic regression on a sample.
    """
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(len(y))[:_SAMPLE])
    model = fit_logistic(features[sample], y[sample], ridge=ridge_for(y[sample]))
    easy = (model.logits(features) < _EASY) & (y == 0)
    kept = rng.random(len(y)) < _EASY_SHARE
    return np.where(easy, kept / _EASY_SHARE, 1.0).astype(np.float32)  # type: ignore[no-any-return]


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return float32 sigmoid(logits)."""
    return sigmoid(logits).astype(np.float32)
