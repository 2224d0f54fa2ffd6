"""Compiled dual coordinate descent for many labels at once, and sparse scoring.

All labels of a block share each visit of a document: its features are read once, and the weights of one feature for all
labels of the block lie side by side, so that the inner loops run over labels and become vector instructions.
"""

import numpy as np
from numba import njit

from headword.core.lanes import GROUP, LANES, gather_rows, scatter_rows

# How many visits a document rests that changed nothing: one near to a label of the block, and any other.
_REST, _LONG_REST = 2, 5
_NEAR_MARGIN = np.float32(-0.95)
_OFFSET = np.float32(-1)
# A weight is kept in a byte: the sign, and the root of its share in the label's largest weight in 127 steps, so that
# small weights are told apart as well as large ones.
LEVELS, SIGN = 127, 128
_NEWTON_STEPS = 30
_NEAR = np.float32(1e-3)


@njit(cache=True, nogil=True, fastmath=True)
def shuffle(order, n):  # type: ignore[no-untyped-def]
    """Shuffle the first `n` entries of `order` in place."""
    for i in range(n - 1, 0, -1):
        j = np.random.randint(0, i + 1)  # noqa: NPY002  (numba's own generator, one a thread)
        order[i], order[j] = order[j], order[i]


@njit(cache=True, nogil=True, fastmath=True)
def _squared_hinge_steps(sign, margin, alpha, square, cost, tolerance, delta):  # type: ignore[no-untyped-def]
    """Move alpha (n_labels,) of one document to the best, all others kept; write weight changes, return how many."""
    slack = np.float32(0.5) / cost
    scale = np.float32(1) / (square + slack)
    n_changed = 0
    for label in range(len(sign)):
        old = alpha[label]
        gradient = sign[label] * margin[label] - np.float32(1) + slack * old
        change = max(old - gradient * scale, np.float32(0)) - old
        moves = abs(change) > tolerance
        change = change if moves else np.float32(0)
        n_changed += moves
        alpha[label] = old + change
        delta[label] = change * sign[label]
    return n_changed


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
def _logistic_steps(sign, margin, alpha, square, cost, tolerance, delta):  # type: ignore[no-untyped-def]
    """As `_squared_hinge_steps`, for the logistic loss."""
    n_changed = 0
    for label in range(len(sign)):
        change = _logistic_step(sign[label], margin[label], alpha[label], square, cost) - alpha[label]
        delta[label] = np.float32(0)
        if abs(change) > tolerance:
            alpha[label] += change
            delta[label] = change * sign[label]
            n_changed += 1
    return n_changed


@njit(cache=True, nogil=True, fastmath=True)
def _mark(y_indices, first, last, first_label, sign, mark):  # type: ignore[no-untyped-def]
    """Set the sign of a document's labels in the block to `mark`; return whether there are any."""
    found = False
    for at in range(first, last):
        label = y_indices[at] - first_label
        if 0 <= label < len(sign):
            sign[label] = mark
            found = True
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _looked_at(indptr, data, y_indptr, y_indices, rows, first_label, sign):  # type: ignore[no-untyped-def]
    """Return each document's squared length, bias feature included, and whether it has a label of the block."""
    square = np.empty(len(rows), dtype=np.float32)
    right = np.zeros(len(rows), dtype=np.bool_)
    for i in range(len(rows)):
        doc = rows[i]
        total = np.float32(1)  # summed aside: in the array, the order of the sum would depend on where that lies
        for at in range(indptr[doc], indptr[doc + 1]):
            total += data[at] * data[at]
        square[i] = total
        right[i] = _mark(y_indices, y_indptr[doc], y_indptr[doc + 1], first_label, sign, np.float32(-1))
    return square, right


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
    """Fit one-vs-rest linear classifiers for the labels first_label : first_label + len(bias).

    With squared hinge the bias starts from -1 and is drawn back to it, in place of 0: there a document far from a label
    costs nothing, and most need no second look. The documents that have a label of the block are visited first.

    Parameters
    ----------
    indptr, indices, data : CSR documents (int64, int32, float32)
    y_indptr, y_indices : CSR targets, columns already ordered as the blocks are
    rows : int64, the documents to learn from
    weights : float32 (n_features, n_block), zeros, written; bias : float32 (n_block,), written; n_block is 16, 32, 48
        or 64, and a column of the block that is no label's learns nothing of use
    cost : C of the loss; logistic : logistic loss in place of squared hinge
    passes : visits of each document at most; tolerance : dual changes up to this are not made, and a document that
        had none on a visit is passed over on the next two, or five if all its margins are below -0.95

    Returns
    -------
    int32, ascending: the features whose weights were changed; all others are still zero

    References
    ----------
    Hsieh et al., A dual coordinate descent method for large-scale linear SVM, ICML 2008.
    Yu, Huang and Lin, Dual coordinate descent methods for logistic regression, Machine Learning 85 (2011).
    """
    np.random.seed(seed)  # noqa: NPY002
    n_labels = len(bias)
    n_vectors = n_labels // LANES
    bias[:] = np.float32(0) if logistic else _OFFSET
    alpha = np.zeros((len(rows), n_labels), dtype=np.float32)
    sign = np.full(n_labels, -1, dtype=np.float32)
    square, right = _looked_at(indptr, data, y_indptr, y_indices, rows, first_label, sign)
    margin = np.empty(n_labels, dtype=np.float32)
    delta = np.empty(n_labels, dtype=np.float32)
    quiet = np.zeros(len(rows), dtype=np.uint8)
    used = np.zeros(len(weights), dtype=np.bool_)
    order = np.arange(len(rows))
    for visit in range(-1, passes):
        shuffle(order, len(order))
        for position in order:
            if visit < 0 and not right[position]:
                continue
            if quiet[position]:
                quiet[position] -= 1
                continue
            doc = rows[position]
            first, last = indptr[doc], indptr[doc + 1]
            margin[:] = bias
            gather_rows(indices, data, first, last, weights, 0, n_vectors, margin)
            if right[position]:
                _mark(y_indices, y_indptr[doc], y_indptr[doc + 1], first_label, sign, np.float32(1))
            if logistic:
                n_changed = _logistic_steps(sign, margin, alpha[position], square[position], cost, tolerance, delta)
            else:
                n_changed = _squared_hinge_steps(
                    sign, margin, alpha[position], square[position], cost, tolerance, delta
                )
            if right[position]:
                _mark(y_indices, y_indptr[doc], y_indptr[doc + 1], first_label, sign, np.float32(-1))
            if n_changed:
                bias += delta
                scatter_rows(indices, data, first, last, weights, 0, n_vectors, delta)
                for at in range(first, last):
                    used[indices[at]] = True
            else:
                far = not logistic and not right[position] and margin.max() < _NEAR_MARGIN
                quiet[position] = _LONG_REST if far else _REST
    return np.flatnonzero(used).astype(np.int32)


@njit(cache=True, nogil=True)
def pruned(weights, features, least, n_columns):  # type: ignore[no-untyped-def]
    """Return the weights of the first `n_columns` columns whose absolute value is above `least`; zero `weights`.

    Only the rows `features` (int32, ascending) are looked at.

    Returns
    -------
    rows, columns : int32, the feature and the column of each, row after row
    codes : uint8, see `decoded`
    scale : float32 (n_columns,), the largest absolute value of each column, 0 where there is no entry
    """
    kept = 0
    scale = np.zeros(n_columns, dtype=np.float32)
    for row in features:
        for column in range(n_columns):
            size = abs(weights[row, column])
            if size > least:
                kept += 1
                scale[column] = max(scale[column], size)
    rows = np.empty(kept, dtype=np.int32)
    columns = np.empty(kept, dtype=np.int32)
    codes = np.empty(kept, dtype=np.uint8)
    at = 0
    for row in features:
        for column in range(n_columns):
            value = weights[row, column]
            if abs(value) > least:
                rows[at] = row
                columns[at] = column
                root = np.float32(LEVELS) * np.sqrt(abs(value) / scale[column])
                codes[at] = (1 if root < 1 else np.int64(root + np.float32(0.5))) + (0 if value > 0 else SIGN)
                at += 1
        weights[row] = 0
    return rows, columns, codes, scale


@njit(cache=True, nogil=True)
def place_entries(rows, columns, codes, filled, out_columns, out_codes):  # type: ignore[no-untyped-def]
    """Put the entries of one block behind those of their rows that are there already; `filled` (n_rows,) moves on."""
    for at in range(len(rows)):
        place = filled[rows[at]]
        out_columns[place] = columns[at]
        out_codes[place] = codes[at]
        filled[rows[at]] = place + 1


@njit(cache=True, nogil=True)
def decoded(indptr, labels, codes, scale, n_dense, values, dense):  # type: ignore[no-untyped-def]
    """Write the weights of `codes` to `values`, float32, and those of the first `n_dense` rows to `dense` as well.

    Parameters
    ----------
    indptr, labels : CSR bounds and columns; codes : uint8, the sign in the highest bit, then the root of the weight's
        share in `scale` (n_labels,), in 127 steps
    """
    table = np.empty(2 * SIGN, dtype=np.float32)
    for code in range(SIGN):
        table[code] = np.float32(code * code) / np.float32(LEVELS * LEVELS)
        table[code + SIGN] = -table[code]
    for row in range(len(indptr) - 1):
        for at in range(indptr[row], indptr[row + 1]):
            values[at] = scale[labels[at]] * table[codes[at]]
            if row < n_dense:
                dense[row, labels[at]] = values[at]


@njit(cache=True, nogil=True, fastmath=True)
def score_rows(indptr, indices, data, w_indptr, w_columns, w_values, n_dense, dense, bias, start, out):  # type: ignore[no-untyped-def]
    """Write the scores of documents start : start + len(out) to `out` (n, n_labels).

    The weights of the first `n_dense` features are rows of `dense` (n_dense, n_labels padded to lanes), those of the
    others CSR rows. Columns ascend within a document. `bias` is padded as `dense` is.
    """
    n_labels, width = out.shape[1], len(bias)
    scores = np.empty(width, dtype=np.float32)
    for i in range(len(out)):
        scores[:] = bias
        first, last = indptr[start + i], indptr[start + i + 1]
        middle = first
        while middle < last and indices[middle] < n_dense:
            middle += 1
        for lane in range(0, width, GROUP * LANES):
            n_vectors = min(GROUP, (width - lane) // LANES)
            gather_rows(indices, data, first, middle, dense, lane, n_vectors, scores)
        for at in range(middle, last):
            value = data[at]
            feature = indices[at]
            for w in range(w_indptr[feature], w_indptr[feature + 1]):
                scores[w_columns[w]] += value * w_values[w]
        out[i] = scores[:n_labels]
