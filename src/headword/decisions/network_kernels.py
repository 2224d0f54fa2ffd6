"""Compiled training of the pair models: a logistic regression, and a hidden layer of rectified units beside it."""

import numpy as np
from numba import njit

from headword.core.lanes import GROUP, LANES, gather_rows, scatter_rows

FIRST, SECOND, TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


@njit(cache=True, nogil=True)
def consensus(values, slopes, intercepts):  # type: ignore[no-untyped-def]
    """Return what the members think together, float32 (n_entries, 2), from scores float32 (n_entries, n_members).

    The log odds of the mean of their probabilities, and the mean of their log odds, slope * score + intercept.
    """
    out = np.empty((len(values), 2), dtype=np.float32)
    for entry in range(len(values)):
        believed, total = np.float32(0), np.float32(0)
        for member in range(len(slopes)):
            z = slopes[member] * values[entry, member] + intercepts[member]
            believed += np.float32(1) / (np.float32(1) + np.exp(-min(max(z, np.float32(-30)), np.float32(30))))
            total += z
        p = min(max(believed / np.float32(len(slopes)), np.float32(1e-6)), np.float32(1 - 1e-6))
        out[entry, 0] = np.log(p / (np.float32(1) - p))
        out[entry, 1] = total / np.float32(len(slopes))
    return out


@njit(cache=True, nogil=True, fastmath=True)
def forward(x, each, linear, intercept, hidden, hidden_bias, output, units):  # type: ignore[no-untyped-def]
    """Return the log odds of one pair; `units` (width,) is written: the hidden layer before rectification.

    `each` int32 (n_features,) counts the features; `width` is 0 or a multiple of 16.
    """
    total = intercept
    for feature in range(len(x)):
        total += x[feature] * linear[feature]
    width = len(units)
    units[:] = hidden_bias
    for lane in range(0, width, GROUP * LANES):
        gather_rows(each, x, 0, len(x), hidden, lane, min(GROUP, (width - lane) // LANES), units)
    for unit in range(width):
        total += max(units[unit], np.float32(0)) * output[unit]
    return total


@njit(cache=True, nogil=True, fastmath=True)
def pair_logits(features, mean, scale, clip, linear, intercept, hidden, hidden_bias, output):  # type: ignore[no-untyped-def]
    """Return float32 (n_pairs,): standardise, clip, and run the network."""
    n_pairs, n_features = features.shape
    out = np.empty(n_pairs, dtype=np.float32)
    units = np.empty(len(output), dtype=np.float32)
    x = np.empty(n_features, dtype=np.float32)
    each = np.arange(n_features).astype(np.int32)
    for pair in range(n_pairs):
        for feature in range(n_features):
            value = (features[pair, feature] - mean[feature]) * scale[feature]
            x[feature] = min(max(value, -clip), clip)
        out[pair] = forward(x, each, linear, intercept, hidden, hidden_bias, output, units)
    return out


@njit(cache=True, nogil=True, fastmath=True)
def add_gradient(x, each, y, weight, linear, intercept, hidden, hidden_bias, output, units, slopes, hidden_slopes):  # type: ignore[no-untyped-def]
    """Add the gradient of one pair's weighted log loss.

    `slopes` is laid out as `parameters` of `train_network`, and `hidden_slopes` (n_features, width) is its hidden part.
    """
    n_features, width = hidden.shape
    total = forward(x, each, linear, intercept, hidden, hidden_bias, output, units)
    error = weight * (np.float32(1) / (np.float32(1) + np.exp(-total)) - y)
    at = n_features + 1 + n_features * width
    for feature in range(n_features):
        slopes[feature] += error * x[feature]
    slopes[n_features] += error
    for unit in range(width):
        slopes[at + width + unit] += error * max(units[unit], np.float32(0))
    for unit in range(width):
        units[unit] = error * output[unit] if units[unit] > 0 else np.float32(0)
        slopes[at + unit] += units[unit]
    for lane in range(0, width, GROUP * LANES):
        scatter_rows(each, x, 0, n_features, hidden_slopes, lane, min(GROUP, (width - lane) // LANES), units)


@njit(cache=True, nogil=True, fastmath=True)
def train_network(x, y, weights, parameters, width, epochs, batch, rate, decay):  # type: ignore[no-untyped-def]
    """Minimise the weighted log loss by Adam, in place, going through the pairs in their order.

    Parameters
    ----------
    x : float32 (n_pairs, n_features), standardised; y, weights : float32 (n_pairs,)
    parameters : float32, one after the other: linear (n_features), intercept (1), hidden (n_features, width),
        hidden bias (width), output (width); width is a multiple of 16
    rate : falls linearly to zero; decay : weight decay of all but the linear part
    """
    n_pairs, n_features = x.shape
    linear = parameters[:n_features]
    start = n_features + 1
    hidden = parameters[start : start + n_features * width].reshape(n_features, width)
    hidden_bias = parameters[start + n_features * width : start + n_features * width + width]
    output = parameters[start + n_features * width + width :]
    gradient = np.zeros_like(parameters)
    hidden_gradient = gradient[start : start + n_features * width].reshape(n_features, width)
    mean = np.zeros_like(parameters)
    square = np.zeros_like(parameters)
    units = np.empty(width, dtype=np.float32)
    each = np.arange(n_features).astype(np.int32)
    total = epochs * ((n_pairs + batch - 1) // batch)
    step = 0
    for _ in range(epochs):
        for first in range(0, n_pairs, batch):
            gradient[:] = 0
            weight = np.float32(0)
            for pair in range(first, min(first + batch, n_pairs)):
                weight += weights[pair]
                add_gradient(x[pair], each, y[pair], weights[pair], linear, parameters[n_features], hidden,
                             hidden_bias, output, units, gradient, hidden_gradient)  # fmt: skip
            step += 1
            now = rate * np.float32(1 - (step - 1) / total)
            now *= np.float32(np.sqrt(1 - float(SECOND) ** step) / (1 - float(FIRST) ** step))
            for i in range(len(parameters)):
                slope = gradient[i] / weight
                if i >= start:
                    slope += decay * parameters[i]
                mean[i] += (np.float32(1) - FIRST) * (slope - mean[i])
                square[i] += (np.float32(1) - SECOND) * (slope * slope - square[i])
                parameters[i] -= now * mean[i] / (np.sqrt(square[i]) + TINY)
