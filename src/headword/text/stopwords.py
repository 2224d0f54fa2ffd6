"""Words that are in many documents and say nothing of the labels: function words, in any language."""

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks
from headword.text.counting import frequencies
from headword.text.stopword_kernels import mark_presence, strongest_correlation
from headword.text.tokens import TokenStream

_CHUNK_DOCS = 1 << 12
_CHUNK_WORDS = 16


def stop_words(
    stream: TokenStream,
    targets: sp.csr_matrix,
    *,
    max_df: float = 0.2,
    telling: float = 0.4,
    n_threads: int | None = None,
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
    bounds = stream.indptr[::2].copy()
    n_docs = len(bounds) - 1
    frequency = frequencies(stream.ids, bounds[:-1], bounds[1:], len(stream.vocabulary), n_threads)
    words = np.flatnonzero(frequency > max(max_df * n_docs, 4))
    place = np.full(len(frequency), -1, dtype=np.int32)
    place[words] = np.arange(len(words), dtype=np.int32)
    presence = np.zeros((len(words), -(-n_docs // 64)), dtype=np.uint64)
    run_chunks(
        lambda first: mark_presence(stream.ids, bounds, first, min(first + _CHUNK_DOCS, n_docs), place, presence),
        range(0, n_docs, _CHUNK_DOCS),
        n_threads,
    )
    support = np.bincount(targets.indices, minlength=targets.shape[1]).astype(np.int64)
    indptr, labels = targets.indptr.astype(np.int64), targets.indices.astype(np.int32)
    parts = run_chunks(
        lambda first: strongest_correlation(presence[first : first + _CHUNK_WORDS], indptr, labels, support, n_docs),
        range(0, len(words), _CHUNK_WORDS),
        n_threads,
    )
    strongest = np.concatenate([np.zeros(0), *parts])
    return tuple(sorted(stream.vocabulary.string(int(word)) for word in words[strongest < telling]))
