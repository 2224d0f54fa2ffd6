"""Words that are in many documents and say nothing of the labels: function words, in any language."""

import numpy as np
import scipy.sparse as sp

from headword.text.tokens import TokenStream


def uninformative(
    stream: TokenStream, frequency: np.ndarray, targets: sp.csr_matrix | None, *, max_df: float, telling: float
) -> np.ndarray:
    """Return bool (n_tokens,): tokens in more than `max_df` of the documents that correlate with no label.

    Parameters
    ----------
    stream
        Tokens of title and abstract of each document in turn.
    frequency
        int (n_tokens,), in how many documents each token stands.
    targets
        CSR (n_docs, n_labels); None: frequency alone decides.
    telling
        A token is kept if the absolute correlation (phi) of its presence with some label's is at least this.
    """
    n_docs = (len(stream.indptr) - 1) // 2
    frequent = frequency > max(max_df * n_docs, 4)
    if targets is None or not frequent.any():
        return frequent
    tokens = np.flatnonzero(frequent)
    place = np.full(len(frequency), -1, dtype=np.int64)
    place[tokens] = np.arange(len(tokens))
    documents = np.repeat(np.arange(n_docs), np.diff(stream.indptr[::2]))
    columns = place[stream.ids]
    inside = columns >= 0
    presence = sp.csr_matrix(
        (np.ones(int(inside.sum()), np.float32), (documents[inside], columns[inside])), shape=(n_docs, len(tokens))
    )
    presence.data[:] = 1
    strongest = np.abs(_correlations(presence, frequency[tokens], targets)).max(axis=1, initial=0)
    frequent[tokens[strongest >= telling]] = False
    return frequent


def _correlations(presence: sp.csr_matrix, frequency: np.ndarray, targets: sp.csr_matrix) -> np.ndarray:
    """Return phi of each token's presence with each label's, (n_tokens, n_labels); 0 where either never varies."""
    n_docs = presence.shape[0]
    support = np.bincount(targets.indices, minlength=targets.shape[1]).astype(np.float64)
    together = np.asarray((presence.T @ targets).todense(), dtype=np.float64)
    spread = np.outer(frequency * (n_docs - frequency.astype(np.float64)), support * (n_docs - support))
    covariance = n_docs * together - np.outer(frequency, support)
    return np.divide(covariance, np.sqrt(spread), out=np.zeros_like(covariance), where=spread > 0)  # type: ignore[no-any-return]
