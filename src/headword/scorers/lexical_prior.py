"""What evidence of a name is worth before any training document is seen: trees fitted on other corpora."""

import json
from functools import cache
from importlib.resources import files

import numpy as np

from headword.scorers.boosting import BoostedTrees
from headword.scorers.logistic import fit_newton

FILE = "lexical_prior.json"
_SHAPES = {"features": np.int32, "thresholds": np.float32, "values": np.float32}
# Right pairs at which the training documents count as much as the prior.
_AS_GOOD = 300.0
_LEAST_WEIGHT = 0.1
# How much the two parameters are held where they are: curvature of the log likelihood.
_RIDGE_SLOPE, _RIDGE_SHIFT = 20.0, 0.25
_AS_IT_WAS = np.array([1.0, 0.0])


@cache
def prior_trees(columns: tuple[str, ...]) -> BoostedTrees:
    """Return the trees of the package's file, for inputs named by `columns`, of which they read some.

    The file is the work of `python -m benchmarks lexical_prior`.
    """
    kept = json.loads(files("headword.scorers").joinpath(FILE).read_text("utf-8"))
    place = np.array([columns.index(name) for name in kept["columns"]], dtype=np.int32)
    arrays = {name: np.array(kept[name], dtype=dtype) for name, dtype in _SHAPES.items()}
    return BoostedTrees(place[arrays["features"]], arrays["thresholds"], arrays["values"], float(kept["intercept"]))


def fitted_prior(
    prior: BoostedTrees, rows: np.ndarray, y: np.ndarray, weights: np.ndarray, right: float
) -> BoostedTrees:
    """Return the prior as far as training documents leave it standing: w (a prior + b) + (1 - w) mean log odds.

    a and b are those of a logistic regression of the training pairs on the prior's log odds, pulled to 1 and 0; w falls
    with the pairs that are right: 300 / (300 + right).

    Parameters
    ----------
    rows
        float32 (n_pairs, n_columns).
    y, weights
        float32 (n_pairs,).
    right
        Right pairs there are; `rows` may be a sample.
    """
    weight = _AS_GOOD / (_AS_GOOD + right)
    mean = (float(weights @ y) + 0.5) / (float(weights.sum()) + 1.0)
    usual = float(np.log(mean / (1 - mean)))
    if weight < _LEAST_WEIGHT:
        return BoostedTrees(prior.features[:0], prior.thresholds[:0], prior.values[:0], usual)
    slope, shift = pulled_regression(prior.logits(rows).astype(np.float64), y, weights)
    scaled = prior.scaled(weight * slope)
    base = scaled.intercept + weight * shift + (1 - weight) * usual
    return BoostedTrees(scaled.features, scaled.thresholds, scaled.values, float(np.float32(base)))


def pulled_regression(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return slope and shift of a logistic regression on log odds, pulled to 1 and 0; the slope is not negative.

    Parameters
    ----------
    x
        float64 (n,): log odds from elsewhere.
    y, weights
        float32 (n,): 0 or 1, and how much each counts.
    """
    inputs = np.column_stack([x, np.ones(len(x))]).astype(np.float32)
    at = fit_newton(inputs, y, weights, np.array([_RIDGE_SLOPE, _RIDGE_SHIFT]), _AS_IT_WAS, _AS_IT_WAS)
    return max(float(at[0]), 0.0), float(at[1])
