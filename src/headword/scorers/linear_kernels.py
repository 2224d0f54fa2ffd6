"""Compiled dual coordinate descent for many labels at once, and sparse scoring.

All labels of a block share each visit of a document: its features are read once, and the weights of one feature for all
labels of the block lie side by side, so that the inner loops run over labels and become vector instructions.
"""

import numpy as np
from numba import njit

_REST = 2
_NEWTON_STEPS = 30
_NEAR = np.float32(1e-3)


@njit(cache=True, nogil=True, fastmath=True)
def shuffle(order, n):  # type: ignore[no-untyped-def]
    """Shuffle the first `n` entries of `order` in place."""
    for i in range(n - 1, 0, -1):
        j = np.random.randint(0, i + 1)  # noqa: NPY002  (numba's own generator, one a thread)
        order[i], order[j] = order[j], order[i]


@njit(cache=True, nogil=True, fastmath=True)
def _margins(indices, data, first, last, weights, bias, out):  # type: ignore[no-untyped-def]
    """Write the scores of one document for all labels to `out`; return its squared length, bias feature included."""
    square = np.float32(1)
    for label in range(len(out)):
        out[label] = bias[label]
    for at in range(first, last):
        value = data[at]
        square += value * value
        row = weights[indices[at]]
        for label in range(len(out)):
            out[label] += value * row[label]
    return square


@njit(cache=True, nogil=True, fastmath=True)
def _apply(indices, data, first, last, weights, bias, delta, changed, n_changed):  # type: ignore[no-untyped-def]
    """Add `delta` (0 where unchanged) times the document to the weights."""
    n_labels = len(bias)
    if n_changed > n_labels // 8:
        for at in range(first, last):
            value = data[at]
            row = weights[indices[at]]
            for label in range(n_labels):
                row[label] += value * delta[label]
        for label in range(n_labels):
            bias[label] += delta[label]
        return
    for at in range(first, last):
        value = data[at]
        row = weights[indices[at]]
        for i in range(n_changed):
            row[changed[i]] += value * delta[changed[i]]
    for i in range(n_changed):
        bias[changed[i]] += delta[changed[i]]


@njit(cache=True, nogil=True, fastmath=True)
def _squared_hinge_step(sign, margin, alpha, square, cost):  # type: ignore[no-untyped-def]
    """Return the best alpha of one (document, label) pair, all others kept."""
    slack = np.float32(0.5) / cost
    gradient = sign * margin - np.float32(1) + slack * alpha
    return max(alpha - gradient / (square + slack), np.float32(0))


@njit(cache=True, nogil=True, fastmath=True)
def _logistic_step(sign, margin, alpha, square, cost):  # type: ignore[no-untyped-def]
    """Return the best alpha = C s(u) in (0, C), where u is the root of m + q C s(u) + u, by Newton's method."""
    offset = sign * margin - square * alpha
    scale = square * cost
    low, high = -offset - scale, -offset  # the root lies between, as s is between 0 and 1
    u = np.float32(0.5) * (low + high)
    last = high - low
    for _ in range(_NEWTON_STEPS):
        s = np.float32(1) / (np.float32(1) + np.exp(-u))
        value = offset + scale * s + u
        if value > 0:
            high = u
        else:
            low = u
        step = -value / (np.float32(1) + scale * s * (np.float32(1) - s))
        if not low < u + step < high or np.float32(2) * abs(step) > last:
            # halve the interval where Newton's method leaves it or swings to and fro, unless it has arrived
            step = step if abs(step) < _NEAR else np.float32(0.5) * (low + high) - u
        u += step
        last = abs(step)
        if last < _NEAR:
            break
    return cost / (np.float32(1) + np.exp(-u))


@njit(cache=True, nogil=True, fastmath=True)
def train_block(  # type: ignore[no-untyped-def]
    indptr,
    indices,
    data,
    y_indptr,
    y_indices,
    rows,
    first_label,
    weights,
    bias,
    cost,
    logistic,
    passes,
    tolerance,
    seed,
):
    """Fit one-vs-rest linear classifiers for the labels first_label : first_label + len(bias), in place.

    Parameters
    ----------
    indptr, indices, data : CSR documents (int64, int32, float32)
    y_indptr, y_indices : CSR targets, columns already ordered as the blocks are
    rows : int64, the documents to learn from
    weights : float32 (n_features, n_block), zeros; bias : float32 (n_block,), zeros
    cost : C of the loss; logistic : logistic loss in place of squared hinge
    passes : visits of each document at most; tolerance : dual changes up to this are not made, and a document that
        had none on a visit is passed over on the next two

    References
    ----------
    Hsieh et al., A dual coordinate descent method for large-scale linear SVM, ICML 2008.
    Yu, Huang and Lin, Dual coordinate descent methods for logistic regression, Machine Learning 85 (2011).
    """
    np.random.seed(seed)  # noqa: NPY002
    n_labels = len(bias)
    alpha = np.zeros((len(rows), n_labels), dtype=np.float32)
    sign = np.full(n_labels, -1, dtype=np.float32)
    margin = np.empty(n_labels, dtype=np.float32)
    delta = np.empty(n_labels, dtype=np.float32)
    changed = np.empty(n_labels, dtype=np.int32)
    quiet = np.zeros(len(rows), dtype=np.uint8)
    order = np.arange(len(rows))
    for _ in range(passes):
        shuffle(order, len(order))
        for position in order:
            if quiet[position]:
                quiet[position] -= 1
                continue
            doc = rows[position]
            first, last = indptr[doc], indptr[doc + 1]
            square = _margins(indices, data, first, last, weights, bias, margin)
            for at in range(y_indptr[doc], y_indptr[doc + 1]):
                if first_label <= y_indices[at] < first_label + n_labels:
                    sign[y_indices[at] - first_label] = 1
            n_changed = 0
            for label in range(n_labels):
                old = alpha[position, label]
                if logistic:
                    new = _logistic_step(sign[label], margin[label], old, square, cost)
                else:
                    new = _squared_hinge_step(sign[label], margin[label], old, square, cost)
                delta[label] = np.float32(0)
                if abs(new - old) > tolerance:
                    alpha[position, label] = new
                    delta[label] = (new - old) * sign[label]
                    changed[n_changed] = label
                    n_changed += 1
            sign[:] = -1
            quiet[position] = 0 if n_changed else _REST
            if n_changed:
                _apply(indices, data, first, last, weights, bias, delta, changed, n_changed)


@njit(cache=True, nogil=True)
def pruned(weights, least):  # type: ignore[no-untyped-def]
    """Return CSR (indptr, columns int32, values) of the entries of `weights` with an absolute value above `least`."""
    n_rows, n_columns = weights.shape
    indptr = np.zeros(n_rows + 1, dtype=np.int64)
    for row in range(n_rows):
        kept = 0
        for column in range(n_columns):
            kept += abs(weights[row, column]) > least
        indptr[row + 1] = indptr[row] + kept
    columns = np.empty(indptr[-1], dtype=np.int32)
    values = np.empty(indptr[-1], dtype=np.float32)
    at = 0
    for row in range(n_rows):
        for column in range(n_columns):
            if abs(weights[row, column]) > least:
                columns[at] = column
                values[at] = weights[row, column]
                at += 1
    return indptr, columns, values


@njit(cache=True, nogil=True, fastmath=True)
def score_rows(indptr, indices, data, w_indptr, w_columns, w_values, bias, start, out):  # type: ignore[no-untyped-def]
    """Write the scores of documents start : start + len(out) to `out` (n, n_labels)."""
    for i in range(len(out)):
        scores = out[i]
        scores[:] = bias
        for at in range(indptr[start + i], indptr[start + i + 1]):
            value = data[at]
            feature = indices[at]
            for w in range(w_indptr[feature], w_indptr[feature + 1]):
                scores[w_columns[w]] += value * w_values[w]
