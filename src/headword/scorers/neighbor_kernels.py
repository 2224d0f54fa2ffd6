"""Compiled exact nearest neighbours by an inverted index, and their votes."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def nearest(indptr, indices, data, start, columns_indptr, columns_rows, columns_data, similar, best, n_docs):  # type: ignore[no-untyped-def]
    """Find the nearest documents of the queries start : start + len(best).

    Parameters
    ----------
    indptr, indices, data : CSR queries, unit rows
    columns_indptr, columns_rows, columns_data : CSC of the indexed documents
    similar, best : float32 and int32 (n_queries, k), written: cosines > 0 in falling order, ties by lower number,
        and the documents; -1 and 0 beyond the last
    """
    k = best.shape[1]
    cosine = np.zeros(n_docs, dtype=np.float32)
    for query in range(len(best)):
        for at in range(indptr[start + query], indptr[start + query + 1]):
            value = data[at]
            for posting in range(columns_indptr[indices[at]], columns_indptr[indices[at] + 1]):
                cosine[columns_rows[posting]] += value * columns_data[posting]
        found = 0
        least = np.float32(0)
        for doc in range(n_docs):
            value = cosine[doc]
            if value > least:
                place = min(found, k - 1)
                found = min(found + 1, k)
                while place > 0 and similar[query, place - 1] < value:
                    similar[query, place] = similar[query, place - 1]
                    best[query, place] = best[query, place - 1]
                    place -= 1
                similar[query, place] = value
                best[query, place] = doc
                if found == k:
                    least = similar[query, k - 1]
        cosine[:] = 0
        similar[query, found:] = 0
        best[query, found:] = -1


@njit(cache=True, nogil=True, fastmath=True)
def vote(similar, best, y_indptr, y_indices, power, out):  # type: ignore[no-untyped-def]
    """Add each neighbour's share similarity ** power / sum to its labels in `out` (n_queries, n_labels)."""
    for query in range(len(best)):
        total = np.float32(0)
        for i in range(best.shape[1]):
            if best[query, i] >= 0:
                total += similar[query, i] ** power
        if total <= 0:
            continue
        for i in range(best.shape[1]):
            doc = best[query, i]
            if doc >= 0:
                share = similar[query, i] ** power / total
                for at in range(y_indptr[doc], y_indptr[doc + 1]):
                    out[query, y_indices[at]] += share
