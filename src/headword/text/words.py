"""The word block: words, words of the title, and pairs of neighbouring words."""

from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.counting import falling_order, frequencies
from headword.text.narrow import narrow, whole_numbers
from headword.text.pairs import Pairs, find_pairs, no_pairs
from headword.text.rows import CHUNK_DOCS, LOGS, csr, marks, rows_of
from headword.text.tokens import TokenStream
from headword.text.vocabulary import Vocabulary
from headword.text.weighting import idf_of_falling, power_of
from headword.text.word_kernels import count_words, find_words, write_words

__all__ = ["WordFeatures", "csr"]
_SMALL_CORPUS = 50
_MOST_DOCS = (1 << 31) - 1


@dataclass(frozen=True, eq=False)
class WordFeatures:
    """Fitted word features: in how many documents each stood. The most frequent is feature 0.

    Attributes
    ----------
    vocabulary
        The tokens, each of which is a feature, most frequent first.
    frequency
        int32 (n_tokens,), documents with the word.
    title_frequency
        int32 (n_tokens,), documents with the word in their title; 0 where that is no feature.
    pairs
        Neighbouring words that are a feature together.
    n_docs
        The number of documents.
    idf_power
        See `weighting`.
    """

    vocabulary: Vocabulary
    frequency: np.ndarray
    title_frequency: np.ndarray
    pairs: Pairs
    n_docs: int
    idf_power: float

    @classmethod
    def fit(
        cls,
        stream: TokenStream,
        *,
        title_words: bool = True,
        pairs: bool = True,
        min_df: int = 2,
        idf_power: float = 1.5,
        n_threads: int | None = None,
    ) -> "WordFeatures":
        """Choose the features of a corpus.

        Parameters
        ----------
        stream
            Tokens of title and abstract of each document in turn.
        title_words, pairs
            Whether to have features of the title, and of two neighbouring words.
        min_df
            Features in fewer documents are left out (1 keeps all; a corpus of fewer than 50 documents keeps all).
        idf_power
            See `weighting`.
        """
        return cls._chosen(stream, title_words, pairs, min_df, idf_power, n_threads)[0]

    @classmethod
    def fit_rows(
        cls, stream: TokenStream, *, n_threads: int | None = None, **options: Any
    ) -> tuple["WordFeatures", sp.csr_matrix]:
        """Choose the features of a corpus as `fit` does, and return its rows as `transform` would, counted once."""
        settings = signature(cls.fit).bind(stream, **options, n_threads=n_threads)
        settings.apply_defaults()
        block, ids, begun = cls._chosen(*settings.args, *settings.kwargs.values())
        return block, block._rows(ids, begun, n_threads)

    @classmethod
    def _chosen(
        cls, stream: TokenStream, title_words: bool, pairs: bool, min_df: int, idf_power: float, n_threads: int | None
    ) -> tuple["WordFeatures", TokenStream, np.ndarray]:
        """Return the block, the stream with tokens numbered as the block does, and the pairs that begin in it."""
        stream = stream.ranked(n_threads=n_threads)
        ids, indptr = stream.ids, stream.indptr
        n_docs = (len(indptr) - 1) // 2
        least = max(min_df, 1) if n_docs >= _SMALL_CORPUS else 1
        frequency = frequencies(ids, indptr[:-1:2], indptr[2::2], len(stream.vocabulary), n_threads)
        n_tokens = int(np.searchsorted(-frequency, -least, side="right"))
        titled = np.zeros(n_tokens, dtype=np.int32)
        if title_words:
            titled = frequencies(ids, indptr[:-1:2], indptr[1::2], n_tokens, n_threads)
            titled[titled < least] = 0
        if pairs and n_tokens:
            known, numbers = find_pairs(ids, indptr, n_tokens, least, n_threads)
        else:
            known, numbers = no_pairs(n_tokens), np.full(len(ids), -1, dtype=np.int32)
        tokens = stream.vocabulary.rearranged(np.arange(n_tokens))
        return cls(tokens, frequency[:n_tokens], titled, known, n_docs, idf_power), stream, numbers

    @cached_property
    def _titled(self) -> np.ndarray:
        return np.flatnonzero(self.title_frequency)

    @cached_property
    def _order(self) -> np.ndarray:
        """int64 (n_features,): of each feature its place among words, title words and pairs, in this order."""
        return falling_order(self._frequencies)

    @property
    def _frequencies(self) -> np.ndarray:
        return np.concatenate([self.frequency, self.title_frequency[self._titled], self.pairs.frequency])

    @cached_property
    def idf(self) -> np.ndarray:
        """float32 (n_features,)."""
        return idf_of_falling(self._frequencies[self._order], self.n_docs, self.idf_power)

    @cached_property
    def _features(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What `write_words` needs: the features of words, title words and pairs, and where each word's pairs begin."""
        found = np.empty(len(self._order), dtype=np.int32)
        found[self._order] = np.arange(len(found), dtype=np.int32)
        n_tokens, n_words = len(self.vocabulary), len(self.vocabulary) + len(self._titled)
        titles = np.full(n_tokens, -1, dtype=np.int32)
        titles[self._titled] = found[n_tokens:n_words]
        return found[:n_tokens], titles, self.pairs.indptr, found[n_words:]

    @property
    def tokens(self) -> list[str]:
        """The words by number."""
        return self.vocabulary.strings

    def __len__(self) -> int:
        return len(self.vocabulary) + len(self._titled) + len(self.pairs)

    def transform(self, stream: TokenStream, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return tf-idf CSR (n_docs, n_features) float32 with rows of length 1."""
        numbers = self.vocabulary.find(stream.vocabulary)
        known, begun = np.empty(len(stream.ids), dtype=np.int32), np.empty(len(stream.ids), dtype=np.int32)
        n_texts, pairs = len(stream.indptr) - 1, self.pairs

        def find(first: int) -> None:
            last = min(first + 2 * CHUNK_DOCS, n_texts)
            find_words(
                stream.ids, stream.indptr, first, last, numbers, pairs.indptr, pairs.seconds, pairs.table, known, begun
            )

        run_chunks(find, range(0, n_texts, 2 * CHUNK_DOCS), n_threads)
        return self._rows(TokenStream(known, stream.indptr, self.vocabulary), begun, n_threads)

    def _rows(self, stream: TokenStream, pairs: np.ndarray, n_threads: int | None) -> sp.csr_matrix:
        """Return the rows of documents whose tokens are numbered as here; `pairs` is used up."""
        n_features = len(self)
        given, features = (stream.ids, pairs, stream.indptr), self._features

        def count(first: int, last: int, counts: np.ndarray) -> None:
            count_words(*given, first, last, *features, *marks(n_features)[1:], counts)

        def write(first: int, last: int, bounds: np.ndarray, indices: np.ndarray, data: np.ndarray) -> None:
            write_words(*given, first, last, *features[:2], *marks(n_features), self.idf, LOGS, bounds, indices, data)

        return rows_of((len(stream.indptr) - 1) // 2, n_features, count, write, n_threads)

    def term(self, feature: int) -> str:
        """Return feature `feature` as people read it: `word`, `title: word`, or `first second`."""
        place, n_tokens, n_titled = int(self._order[feature]), len(self.vocabulary), len(self._titled)
        if place < n_tokens:
            return self.vocabulary.string(place)
        if place < n_tokens + n_titled:
            return "title: " + self.vocabulary.string(int(self._titled[place - n_tokens]))
        return " ".join(self.vocabulary.string(token) for token in self.pairs.tokens(place - n_tokens - n_titled))

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return {
            "tokens": self.vocabulary.lines(),
            "frequency": narrow(self.frequency),
            "title_frequency": narrow(self.title_frequency),
            "pair_counts": narrow(np.diff(self.pairs.indptr)),
            "pair_seconds": narrow(self.pairs.seconds),
            "pair_frequency": narrow(self.pairs.frequency),
            "n_docs": np.array([self.n_docs], dtype=np.int64),
            "idf_power": np.array([self.idf_power], dtype=np.float64),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "WordFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or length, or a pair names a token that is not there.
        """
        n_docs = stored.number(state, "n_docs", 0, _MOST_DOCS)
        vocabulary = Vocabulary.from_lines(stored.array(state, "tokens", np.uint8, (None,)))
        n_tokens = len(vocabulary)
        frequency, titled = (
            whole_numbers(state, name, n_docs + 1, n_tokens) for name in ("frequency", "title_frequency")
        )
        counts = whole_numbers(state, "pair_counts", n_tokens + 1, n_tokens)
        indptr = np.zeros(n_tokens + 1, dtype=np.int64)
        np.cumsum(counts, out=indptr[1:])
        seconds = whole_numbers(state, "pair_seconds", n_tokens, int(indptr[-1]))
        pairs = Pairs(indptr, seconds, whole_numbers(state, "pair_frequency", n_docs + 1, len(seconds)))
        block = cls(vocabulary, frequency, titled, pairs, n_docs, power_of(state))
        if not np.isfinite(block.idf).all():
            raise DataError("the weights are not finite")
        return block
