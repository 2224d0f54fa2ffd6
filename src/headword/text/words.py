"""The word block: words, words of the title, and pairs of neighbouring words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.table_kernels import table_of
from headword.text.tokens import TokenStream
from headword.text.weighting import inverse_document_frequency, weighted
from headword.text.word_kernels import PAIR, TITLE, UNKNOWN, count_words, document_frequencies

_CHUNK_DOCS = 2048
_NUMBER = np.uint64((1 << 31) - 1)


@dataclass(frozen=True, eq=False)
class WordFeatures:
    """Fitted word features: exact 64-bit keys, most frequent first, with their weights.

    Attributes
    ----------
    tokens
        The tokens that keys refer to, by number.
    keys
        uint64 (n_features,), see `word_kernels`.
    idf
        float32 (n_features,).
    """

    tokens: tuple[str, ...]
    keys: np.ndarray
    idf: np.ndarray
    title_words: bool
    pairs: bool

    @classmethod
    def fit(
        cls,
        stream: TokenStream,
        *,
        title_words: bool = True,
        pairs: bool = True,
        min_df: int = 2,
        idf_power: float = 1.5,
    ) -> "WordFeatures":
        """Choose the features of a corpus.

        Parameters
        ----------
        stream
            Tokens of title and abstract of each document in turn.
        min_df
            Features in fewer documents are left out (1 keeps all; a corpus of fewer than 50 documents keeps all).
        """
        n_docs = (len(stream.indptr) - 1) // 2
        keys, frequency = document_frequencies(stream.ids, stream.indptr, title_words, pairs)
        kept = frequency >= (min_df if n_docs >= 50 else 1)
        keys, frequency = keys[kept], frequency[kept]
        order = np.lexsort((keys, -frequency))
        keys, frequency = keys[order], frequency[order]
        used = np.unique(keys[keys < TITLE]).astype(np.int64)
        numbers = np.zeros(len(stream.tokens), dtype=np.uint64)
        numbers[used] = np.arange(len(used), dtype=np.uint64)
        return cls(
            tokens=tuple(stream.tokens[i] for i in used.tolist()),
            keys=_renumbered(keys, numbers),
            idf=inverse_document_frequency(frequency, n_docs, power=idf_power),
            title_words=title_words,
            pairs=pairs,
        )

    @cached_property
    def known(self) -> dict[str, int]:
        """The number of each token."""
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _table(self) -> tuple[np.ndarray, np.ndarray]:
        return table_of(self.keys)  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self.keys)

    def transform(self, stream: TokenStream, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return tf-idf CSR (n_docs, n_features) float32 with rows of length 1."""
        known = self.known
        numbers = np.array([known.get(token, UNKNOWN) for token in stream.tokens] or [0], dtype=np.int32)
        ids = numbers[stream.ids]
        slots, values = self._table

        def count(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            bounds = stream.indptr[2 * start : 2 * min(start + _CHUNK_DOCS, n_docs) + 1]
            return count_words(ids, bounds, self.title_words, self.pairs, slots, values, len(self))  # type: ignore[no-any-return]

        n_docs = (len(stream.indptr) - 1) // 2
        return weighted(stacked(run_chunks(count, range(0, n_docs, _CHUNK_DOCS), n_threads), len(self)), self.idf)

    def term(self, feature: int) -> str:
        """Return feature `feature` as people read it: `word`, `title: word`, or `first second`."""
        key = self.keys[feature]
        if key & PAIR:
            return f"{self.tokens[int((key & ~PAIR) >> np.uint64(31))]} {self.tokens[int(key & _NUMBER)]}"
        return ("title: " if key & TITLE else "") + self.tokens[int(key & _NUMBER)]

    def state(self) -> dict[str, Any]:
        """Return arrays and string lists from which `from_state` rebuilds this block."""
        return {
            "tokens": list(self.tokens),
            "keys": self.keys,
            "idf": self.idf,
            "flags": np.array([self.title_words, self.pairs], dtype=np.int64),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "WordFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or length, or a key names a token that is not there.
        """
        tokens, keys = stored.strings(state, "tokens"), stored.array(state, "keys", np.uint64, (None,))
        first, second = _token_numbers(keys)
        if len(keys) and max(int(first.max()), int(second.max())) >= len(tokens):
            raise DataError(f"tensor 'keys' names tokens beyond the {len(tokens)} there are")
        flags = stored.indices(state, "flags", 2, size=2, dtype=np.int64)
        return cls(tokens, keys, stored.finite(state, "idf", (len(keys),)), bool(flags[0]), bool(flags[1]))


def _renumbered(keys: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return `keys` with every token number replaced by `numbers[token]`."""
    first, second = _token_numbers(keys)
    plain = numbers[second] | (keys & TITLE)
    joined = PAIR | (numbers[first] << np.uint64(31)) | numbers[second]
    return np.where((keys & PAIR) != 0, joined, plain).astype(np.uint64)  # type: ignore[no-any-return]


def _token_numbers(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the token numbers of each key, int64: first (0 where there is one token only) and last."""
    first = np.where((keys & PAIR) != 0, (keys & ~PAIR) >> np.uint64(31), 0)
    return first.astype(np.int64), (keys & _NUMBER).astype(np.int64)


def stacked(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]], n_features: int) -> sp.csr_matrix:
    """Join (indptr, indices, counts) of consecutive documents to one CSR matrix."""
    indptr = [np.zeros(1, dtype=np.int64)]
    for bounds, _, _ in parts:
        indptr.append(bounds[1:] + indptr[-1][-1])
    joined = np.concatenate(indptr)
    indices = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int32)])
    counts = np.concatenate([part[2] for part in parts] or [np.zeros(0, np.float32)])
    return csr(joined, indices, counts, n_features)


def csr(indptr: np.ndarray, indices: np.ndarray, data: np.ndarray, n_columns: int) -> sp.csr_matrix:
    """Wrap arrays as CSR without scipy's checks and casts: int64 bounds, int32 columns, as the kernels take them."""
    matrix = sp.csr_matrix((len(indptr) - 1, n_columns), dtype=data.dtype)
    matrix.indptr, matrix.indices, matrix.data = indptr.astype(np.int64, copy=False), indices, data
    matrix.has_sorted_indices = True
    return matrix
