"""Precision of the topmost labels, for any number of labels; imports numpy alone, so that any environment can."""

from typing import Any

import numpy as np

KS = (1, 3, 5)


def precision(best: np.ndarray, targets: Any) -> dict[str, float]:
    """Return P@1, P@3 and P@5.

    Parameters
    ----------
    best
        int64 (n_docs, 5): label columns, best first, -1 for none.
    targets
        CSR (n_docs, n_labels). Nothing of this size is made dense.
    """
    n_docs, n_labels = targets.shape
    true = np.repeat(np.arange(n_docs), np.diff(targets.indptr)) * n_labels + targets.indices
    asked = np.arange(n_docs)[:, None] * n_labels + best
    hits = np.isin(asked, true) & (best >= 0)
    return {f"p@{k}": round(float(hits[:, :k].sum() / (k * n_docs)), 5) for k in KS}
