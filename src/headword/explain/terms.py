"""Features of one document to the terms that people read: who owns which share of a feature, and where it stands."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.explain.explanation import Span
from headword.explain.names import NamesFound
from headword.explain.spans import Word, words_of
from headword.text.characters import CharacterFeatures
from headword.text.features import Block
from headword.text.name_kernels import N_EVIDENCE
from headword.text.names import NameFeatures
from headword.text.words import WordFeatures

_IN_TITLE = "title: "
_Shares = Callable[[Any, Any, sp.csr_matrix], tuple[list[str], sp.csr_matrix]]


class DocumentTerms:
    """The readable terms behind the features of one document.

    A word of the title is joined with the same word anywhere. An n-gram of characters is nothing a reader thinks in:
    it is shared out to the words of the text that contain it, by how often each does. No share is ever lost, so sums
    over terms equal sums over features.

    Parameters
    ----------
    corpus
        One document.
    stop_words
        Words that the features were made without.
    """

    def __init__(self, corpus: Corpus, stop_words: Collection[str] = ()) -> None:
        self._corpus = corpus
        self._stop_words = frozenset(stop_words)

    @cached_property
    def every_word(self) -> list[Word]:
        """The words of title and abstract with their places, in order."""
        return words_of({"title": self._corpus.titles[0], "abstract": self._corpus.abstracts[0]})

    @cached_property
    def words(self) -> list[Word]:
        """The same without stop words."""
        return [word for word in self.every_word if word.token not in self._stop_words]

    @cached_property
    def _places(self) -> dict[str, list[Span]]:
        places: dict[str, list[Span]] = {}
        for word in self.words:
            places.setdefault(word.token, []).append(Span(word.field, word.start, word.end))
        for first, second in pairwise(self.words):
            if first.field == second.field:
                pair = Span(first.field, first.start, second.end)
                places.setdefault(f"{first.token} {second.token}", []).append(pair)
        return places

    def spans(self, term: str) -> tuple[Span, ...]:
        """Return where a term stands, in order: a pair from its first letter to its last, other words one by one.

        Features that are no words have no place.
        """
        found = self._places.get(term)
        if found is None:
            found = [span for word in term.split(" ") for span in self._places.get(word, ())]
        return tuple(found)

    def names(self, block: NameFeatures, row: sp.csr_matrix) -> NamesFound:
        """Return the labels named in the document, whose row of `block` this is."""
        return NamesFound.of(self.every_word, block, row)

    def shares(self, block: Block, row: sp.csr_matrix) -> tuple[list[str], sp.csr_matrix]:
        """Return (terms, shares): which term owns how much of each feature.

        Parameters
        ----------
        block
            A block whose features people can read.
        row
            CSR (1, n_features of the block), the document's.

        Returns
        -------
        terms
            Distinct terms.
        shares
            CSR (n_terms, features of the row), each column of which sums to 1.
        """
        shared: _Shares = _SHARED.get(type(block), _named)
        return shared(self, block, row)


def _named(_: DocumentTerms, block: Block, row: sp.csr_matrix) -> tuple[list[str], sp.csr_matrix]:
    return _owned([block.term(feature) for feature in row.indices.tolist()])


def _without_title(_: DocumentTerms, block: Block, row: sp.csr_matrix) -> tuple[list[str], sp.csr_matrix]:
    return _owned([block.term(feature).removeprefix(_IN_TITLE) for feature in row.indices.tolist()])


def _of_names(document: DocumentTerms, block: NameFeatures, row: sp.csr_matrix) -> tuple[list[str], sp.csr_matrix]:
    return _owned([term for term in document.names(block, row).terms for _ in range(N_EVIDENCE)])


def _owned(names: Sequence[str]) -> tuple[list[str], sp.csr_matrix]:
    """Let each name own the features that bear it."""
    number: dict[str, int] = {}
    rows = [number.setdefault(name, len(number)) for name in names]
    ones = np.ones(len(rows))
    return list(number), sp.csr_matrix((ones, (rows, np.arange(len(rows)))), shape=(len(number), len(rows)))


def _words_around(
    document: DocumentTerms, block: CharacterFeatures, row: sp.csr_matrix
) -> tuple[list[str], sp.csr_matrix]:
    number: dict[str, int] = {}
    ids = [number.setdefault(word.token, len(number)) for word in document.words]
    tokens, times = list(number), np.bincount(ids, minlength=len(number))
    indptr, grams = block.word_grams(tokens)
    owners = np.repeat(np.arange(len(tokens)), np.diff(indptr))
    order = np.argsort(row.indices)
    columns = order[np.searchsorted(row.indices, grams, sorter=order)]
    shape = (len(tokens), row.nnz)
    counts = sp.csr_matrix((times[owners].astype(np.float64), (owners, columns)), shape=shape)
    total = np.asarray(counts.sum(axis=0)).ravel()
    return tokens, sp.csr_matrix(counts.multiply(1 / total))


_SHARED: Mapping[type[Any], _Shares] = {
    CharacterFeatures: _words_around,
    NameFeatures: _of_names,
    WordFeatures: _without_title,
}


def joined(parts: Mapping[str, tuple[list[str], np.ndarray]]) -> tuple[list[str], np.ndarray]:
    """Join the contributions of several members over the union of their terms.

    Parameters
    ----------
    parts
        Member -> its terms, and what each contributes to each label, float64 (n_terms, k).

    Returns
    -------
    terms
        The union, in order of first appearance.
    contributions
        float64 (n_members, n_terms, k), 0 where a member has no such term.
    """
    number: dict[str, int] = {}
    rows = [[number.setdefault(term, len(number)) for term in terms] for terms, _ in parts.values()]
    k = max((values.shape[1] for _, values in parts.values()), default=0)
    out = np.zeros((len(parts), len(number), k))
    for member, (at, (_, values)) in enumerate(zip(rows, parts.values(), strict=True)):
        out[member, at] = values
    return list(number), out
