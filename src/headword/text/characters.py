"""The character block: n-grams of characters inside words, which see through inflection and compounds."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.gram_kernels import LONGER, SHORTEST, count_grams, gram_frequencies, known_grams, number_grams
from headword.text.table_kernels import table_of
from headword.text.tokens import TokenStream
from headword.text.weighting import inverse_document_frequency, weighted
from headword.text.words import stacked

_CHUNK_DOCS = 1024
_BITS = np.uint64(21)
_CODE = np.uint64((1 << 21) - 1)
_LAST_CODE = 0x10FFFF
_MOST_LETTERS = 100


@dataclass(frozen=True, eq=False)
class CharacterFeatures:
    """Fitted character n-grams: exact 64-bit keys, most frequent first, with their weights.

    Attributes
    ----------
    keys
        uint64 (n_features,), see `gram_kernels`; a longer n-gram's key refers to an earlier feature.
    idf
        float32 (n_features,).
    longest
        The largest n; the smallest is 3.
    """

    keys: np.ndarray
    idf: np.ndarray
    longest: int

    @classmethod
    def fit(
        cls,
        stream: TokenStream,
        *,
        longest: int = 5,
        min_df: int = 3,
        max_features: int = 300_000,
        idf_power: float = 1.5,
    ) -> "CharacterFeatures":
        """Choose the n-grams of a corpus: the `max_features` most frequent of those in at least `min_df` documents."""
        n_docs = (len(stream.indptr) - 1) // 2
        codes, bounds = _codes(stream.tokens)
        keys, indptr, grams = number_grams(codes, bounds, longest)
        frequency = gram_frequencies(stream.ids, stream.indptr[::2].copy(), indptr, grams, len(keys))
        order = np.argsort(-frequency, kind="stable")  # stable: an n-gram stays behind the one it extends
        order = order[frequency[order] >= (min_df if n_docs >= 50 else 1)][:max_features]
        number = np.zeros(len(keys), dtype=np.uint64)
        number[order] = np.arange(len(order), dtype=np.uint64)
        chosen = keys[order]
        longer = (chosen & LONGER) != 0
        prefix = np.where(longer, (chosen & ~LONGER) >> _BITS, 0).astype(np.int64)
        chosen = np.where(longer, LONGER | (number[prefix] << _BITS) | (chosen & _CODE), chosen)
        return cls(chosen, inverse_document_frequency(frequency[order], n_docs, power=idf_power), longest)

    @cached_property
    def _table(self) -> tuple[np.ndarray, np.ndarray]:
        return table_of(self.keys)  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self.keys)

    def transform(self, stream: TokenStream, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return tf-idf CSR (n_docs, n_features) float32 with rows of length 1."""
        indptr, grams = self.word_grams(stream.tokens)
        documents = stream.indptr[::2].copy()

        def count(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            bounds = documents[start : start + _CHUNK_DOCS + 1]
            return count_grams(stream.ids, bounds, indptr, grams, len(self))  # type: ignore[no-any-return]

        parts = run_chunks(count, range(0, len(documents) - 1, _CHUNK_DOCS), n_threads)
        return weighted(stacked(parts, len(self)), self.idf)

    def word_grams(self, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return (indptr int64 (n_words + 1,), features int32): the n-grams of each word, repeated where they recur."""
        codes, bounds = _codes(words)
        return known_grams(codes, bounds, self.longest, *self._table)  # type: ignore[no-any-return]

    def term(self, feature: int) -> str:
        """Return n-gram `feature` as text; a blank at an end marks the end of a word."""
        tail = ""
        key = self.keys[feature]
        while key & LONGER:
            tail = chr(int(key & _CODE)) + tail
            key = self.keys[int((key & ~LONGER) >> _BITS)]
        return "".join(chr(int((key >> shift) & _CODE)) for shift in (_BITS + _BITS, _BITS, np.uint64(0))) + tail

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return {"keys": self.keys, "idf": self.idf, "longest": np.array([self.longest], dtype=np.int64)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "CharacterFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or length, or a key is no n-gram of characters and earlier n-grams.
        """
        keys = stored.array(state, "keys", np.uint64, (None,))
        longer = (keys & LONGER) != 0
        codes = [keys & _CODE, *(np.where(longer, 0, keys >> shift) & _CODE for shift in (_BITS, _BITS + _BITS))]
        if len(keys) and max(int(code.max()) for code in codes) > _LAST_CODE:
            raise DataError(f"tensor 'keys' holds code points beyond {_LAST_CODE:#x}")
        prefix = np.where(longer, (keys & ~LONGER) >> _BITS, 0)
        if (longer & (prefix >= np.arange(len(keys), dtype=np.uint64))).any():
            raise DataError("tensor 'keys' holds an n-gram that does not extend an earlier one")
        idf = stored.finite(state, "idf", (len(keys),))
        return cls(keys, idf, stored.number(state, "longest", SHORTEST, _MOST_LETTERS))


def _codes(tokens: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the code points of all tokens, and where each token begins."""
    bounds = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum([len(token) for token in tokens], out=bounds[1:])
    return np.frombuffer("".join(tokens).encode("utf-32-le", "surrogatepass"), dtype=np.uint32), bounds
