"""Words that are in many documents and say nothing of the labels: function words, in any language."""

import numpy as np
import scipy.sparse as sp

from headword.text.tokens import TokenStream
from headword.text.word_kernels import document_frequencies


def stop_words(
    stream: TokenStream, targets: sp.csr_matrix, *, max_df: float = 0.2, telling: float = 0.4
) -> tuple[str, ...]:
    """Return the words in more than `max_df` of the documents that correlate with no label, sorted.

    Parameters
    ----------
    stream
        Tokens of title and abstract of each document in turn.
    targets
        CSR (n_docs, n_labels).
    telling
        A word is no stop word if the absolute correlation (phi) of its presence with some label's is at least this.
    """
    keys, counted = document_frequencies(stream.ids, stream.indptr, False, False)
    frequency = np.zeros(len(stream.tokens), dtype=np.int64)
    frequency[keys.astype(np.int64)] = counted
    n_docs = (len(stream.indptr) - 1) // 2
    frequent = frequency > max(max_df * n_docs, 4)
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
    strongest = np.abs(_correlations(presence, frequency[tokens], targets)).max(axis=1, initial=0.0)
    return tuple(sorted(stream.tokens[i] for i in tokens[strongest < telling]))


def _correlations(presence: sp.csr_matrix, frequency: np.ndarray, targets: sp.csr_matrix) -> np.ndarray:
    """Return phi of each token's presence with each label's, (n_tokens, n_labels); 0 where either never varies."""
    n_docs = presence.shape[0]
    support = np.bincount(targets.indices, minlength=targets.shape[1]).astype(np.float64)
    together = np.asarray((presence.T @ targets).todense(), dtype=np.float64)
    spread = np.outer(frequency * (n_docs - frequency.astype(np.float64)), support * (n_docs - support))
    covariance = n_docs * together - np.outer(frequency, support)
    return np.divide(covariance, np.sqrt(spread), out=np.zeros_like(covariance), where=spread > 0)  # type: ignore[no-any-return]
