"""Label errors put into a corpus on purpose: uniform ones, and confusions with similar labels."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

KINDS = ("uniform", "confusable")
_SIMILAR = 5


@dataclass(frozen=True, eq=False)
class Injected:
    """Targets with errors, and CSR (n_docs, n_labels) of ones: the labels taken away, and those put there."""

    targets: sp.csr_matrix
    missing: sp.csr_matrix
    wrong: sp.csr_matrix


def inject(
    targets: sp.csr_matrix, texts: list[str] | None, kind: str, *, share: float = 0.05, seed: int = 0
) -> Injected:
    """Take `share` of the assignments away and put as many wrong ones there.

    uniform: assignments by lot go; labels by lot, all alike, come to documents by lot. confusable: assignments by lot
    are swapped for one of the five labels whose documents' tf-idf centroid is most similar. No document and no label
    loses its last assignment.
    """
    rng = np.random.default_rng(seed)
    n_docs, n_labels = targets.shape
    n = round(share * targets.nnz)
    rows = np.repeat(np.arange(n_docs), np.diff(targets.indptr))
    pool = rng.permutation(targets.nnz)
    carried = {(int(r), int(c)) for r, c in zip(rows, targets.indices, strict=True)}
    per_label = np.bincount(targets.indices, minlength=n_labels)
    per_doc = np.diff(targets.indptr).copy()
    similar = _similar(targets, texts) if kind == "confusable" else None
    gone, come = [], []
    for entry in pool:
        row, column = int(rows[entry]), int(targets.indices[entry])
        if len(gone) == n:
            break
        if per_label[column] < 2 or (similar is None and per_doc[row] < 2):
            continue
        if similar is not None:
            others = [int(c) for c in rng.permutation(similar[column]) if (row, int(c)) not in carried]
            if not others:
                continue
            come.append((row, others[0]))
            carried.add((row, others[0]))
        gone.append((row, column))
        per_label[column] -= 1
        per_doc[row] -= 1
    while len(come) < n and similar is None:
        pair = (int(rng.integers(n_docs)), int(rng.integers(n_labels)))
        if pair not in carried:
            come.append(pair)
            carried.add(pair)
    missing, wrong = _ones(gone, targets.shape), _ones(come, targets.shape)
    noisy = sp.csr_matrix(targets - missing + wrong)
    noisy.eliminate_zeros()
    noisy.sort_indices()
    return Injected(noisy.astype(np.float32), missing, wrong)


def _ones(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> sp.csr_matrix:
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)


def _similar(targets: sp.csr_matrix, texts: list[str] | None) -> np.ndarray:
    """Return int (n_labels, 5): the most similar other labels by the centroids of their documents."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    words = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.2, stop_words="english").fit_transform(texts)
    centroids = normalize(targets.T @ words)
    cosine = (centroids @ centroids.T).toarray()
    np.fill_diagonal(cosine, -1)
    return np.argsort(-cosine, axis=1, kind="stable")[:, :_SIMILAR]
