"""The character block: n-grams of characters inside words, which see through inflection and compounds."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.counting import ranges
from headword.text.gram_kernels import SHORTEST, count_grams, gram_frequencies, known_grams, number_grams, write_grams
from headword.text.grams import Grams
from headword.text.rows import LOGS, marks, rows_of
from headword.text.tokens import TokenStream
from headword.text.vocabulary import Vocabulary
from headword.text.weighting import idf_of_falling, power_of

_CHUNK_WORDS = 1 << 14
_SMALL_CORPUS = 50
_MOST_DOCS = (1 << 31) - 1


@dataclass(frozen=True, eq=False)
class CharacterFeatures:
    """Fitted character n-grams: in how many documents each stood. The most frequent is feature 0.

    Attributes
    ----------
    grams
        The n-grams, of 3 letters and more.
    n_docs
        The number of documents.
    idf_power
        See `weighting`.
    shortest, most_docs
        n-grams of fewer letters, or in more documents, are no features.
    """

    grams: Grams
    n_docs: int
    idf_power: float
    shortest: int = SHORTEST
    most_docs: int = _MOST_DOCS

    @classmethod
    def fit(
        cls,
        stream: TokenStream,
        *,
        shortest: int = 4,
        longest: int = 4,
        min_df: int = 3,
        max_df: float = 0.2,
        max_features: int = 300_000,
        idf_power: float = 1.5,
        n_threads: int | None = None,
    ) -> "CharacterFeatures":
        """Choose the n-grams of a corpus: the `max_features` most frequent of those that the settings allow.

        Parameters
        ----------
        stream
            Tokens of title and abstract of each document in turn.
        shortest, longest
            The smallest and the largest n, 3 to 100.
        min_df, max_df
            n-grams in fewer documents, or in more than this share of them, are left out; a corpus of fewer than 50
            documents keeps all.
        idf_power
            See `weighting`.
        """
        documents = stream.indptr[::2].copy()
        n_docs = len(documents) - 1
        keys, indptr, grams = number_grams(*_codes(stream.vocabulary), longest)

        def count(part: tuple[int, int]) -> np.ndarray:
            return gram_frequencies(stream.ids, documents, *part, indptr, grams, len(keys))  # type: ignore[no-any-return]

        frequency = np.zeros(len(keys), dtype=np.int32)
        for found in run_chunks(count, ranges(n_docs, len(stream.ids)), n_threads):
            frequency += found
        least, most_docs = (max(min_df, 1), int(max_df * n_docs)) if n_docs >= _SMALL_CORPUS else (1, n_docs)
        chosen = Grams.chosen(keys, frequency, (shortest, longest), (least, most_docs), max_features)
        return cls(chosen, n_docs, idf_power, shortest, most_docs)

    @classmethod
    def fit_rows(
        cls, stream: TokenStream, *, n_threads: int | None = None, **options: Any
    ) -> tuple["CharacterFeatures", sp.csr_matrix]:
        """Choose the n-grams of a corpus as `fit` does, and return its rows."""
        block = cls.fit(stream, n_threads=n_threads, **options)
        return block, block.transform(stream, n_threads=n_threads)

    @cached_property
    def idf(self) -> np.ndarray:
        """float32 (n_features,)."""
        return idf_of_falling(self._frequency[self._chosen], self.n_docs, self.idf_power)

    @cached_property
    def _frequency(self) -> np.ndarray:
        frequency: np.ndarray = self.grams.frequency[self.grams.order]
        return frequency

    @cached_property
    def _chosen(self) -> np.ndarray:
        """The n-grams that are features, by their places among all, int64."""
        return np.flatnonzero((self.grams.lengths >= self.shortest) & (self._frequency <= self.most_docs))

    @cached_property
    def _feature(self) -> np.ndarray:
        """The feature that each n-gram is, int32; -1 for none."""
        feature = np.full(len(self.grams), -1, dtype=np.int32)
        feature[self._chosen] = np.arange(len(self._chosen), dtype=np.int32)
        return feature

    def __len__(self) -> int:
        return len(self._chosen)

    def transform(self, stream: TokenStream, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return tf-idf CSR (n_docs, n_features) float32 with rows of length 1."""
        documents = stream.indptr[::2].copy()
        given = stream.ids, documents
        features = self._grams_of(stream.vocabulary, n_threads)
        n_features = len(self)

        def count(first: int, last: int, counts: np.ndarray) -> None:
            count_grams(*given, first, last, *features, *marks(n_features)[1:], counts)

        def write(first: int, last: int, bounds: np.ndarray, indices: np.ndarray, data: np.ndarray) -> None:
            write_grams(*given, first, last, *features, *marks(n_features), self.idf, LOGS, bounds, indices, data)

        return rows_of(len(documents) - 1, n_features, count, write, n_threads)

    def word_grams(self, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return (indptr int64 (n_words + 1,), features int32): the n-grams of each word, repeated where they recur."""
        return self._grams_of(Vocabulary.of(words), 1)

    def _grams_of(self, words: Vocabulary, n_threads: int | None) -> tuple[np.ndarray, np.ndarray]:
        codes, bounds = _codes(words)
        table = self.grams.table

        def find(start: int) -> tuple[np.ndarray, np.ndarray]:
            some = bounds[start : start + _CHUNK_WORDS + 1]
            return known_grams(codes, some, self.grams.longest, *table, self._feature)  # type: ignore[no-any-return]

        parts = run_chunks(find, range(0, max(len(words), 1), _CHUNK_WORDS), n_threads)
        if len(parts) == 1:
            return parts[0]
        sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(indptr) for indptr, _ in parts)])
        return np.cumsum(sizes), np.concatenate([grams for _, grams in parts])

    def term(self, feature: int) -> str:
        """Return n-gram `feature` as text; a blank at an end marks the end of a word."""
        return self.grams.text(int(self._chosen[feature]))

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return self.grams.state() | {
            "n_docs": np.array([self.n_docs], dtype=np.int64),
            "idf_power": np.array([self.idf_power], dtype=np.float64),
            "kept": np.array([self.shortest, self.most_docs], dtype=np.int64),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "CharacterFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or length, or an n-gram does not extend another one.
        """
        n_docs = stored.number(state, "n_docs", 0, _MOST_DOCS)
        shortest, most_docs = stored.indices(state, "kept", _MOST_DOCS + 1, size=2, dtype=np.int64).tolist()
        block = cls(Grams.from_state(state, n_docs), n_docs, power_of(state), shortest, most_docs)
        if not np.isfinite(block.idf).all():
            raise DataError("the weights are not finite")
        return block


def _codes(words: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Return the code points of all words, uint32, and where each word begins, int64."""
    text = words.text[: words.bounds[-1]]
    if text.max(initial=0) < 0x80:
        return text.astype(np.uint32), words.bounds
    codes = np.frombuffer(
        text.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), np.uint32
    )
    begins = np.concatenate([[0], np.cumsum((text & 0xC0) != 0x80)])
    return codes.copy(), begins[words.bounds]
