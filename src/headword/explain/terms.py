"""Features of one document to the terms that people read: who owns which share of a feature, and where it stands."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.explain.explanation import Span
from headword.explain.spans import spans_of
from headword.text.characters import CharacterFeatures
from headword.text.features import Block
from headword.text.words import WordFeatures

FIELDS = ("title", "abstract")
_IN_TITLE = "title: "
_Shares = Callable[[Sequence[tuple[str, Span]], Any, np.ndarray], tuple[list[str], sp.csr_matrix]]


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
    def words(self) -> list[tuple[str, Span]]:
        """The words of title and abstract with their places, in order, stop words left out."""
        found = []
        for field, text in zip(FIELDS, (self._corpus.titles[0], self._corpus.abstracts[0]), strict=True):
            spans = spans_of(text)
            at = zip(spans.tokens, spans.starts.tolist(), spans.ends.tolist(), strict=True)
            found += [(token, Span(field, start, end)) for token, start, end in at if token not in self._stop_words]
        return found

    @cached_property
    def _places(self) -> dict[str, list[Span]]:
        places: dict[str, list[Span]] = {}
        for token, span in self.words:
            places.setdefault(token, []).append(span)
        for (first, one), (second, two) in pairwise(self.words):
            if one.field == two.field:
                places.setdefault(f"{first} {second}", []).append(Span(one.field, one.start, two.end))
        return places

    def spans(self, term: str) -> tuple[Span, ...]:
        """Return where a term stands, in order; a pair from its first letter to its last. Features have no place."""
        return tuple(self._places.get(term, ()))

    def shares(self, block: Block, features: np.ndarray) -> tuple[list[str], sp.csr_matrix]:
        """Return (terms, shares): which term owns how much of each feature.

        Parameters
        ----------
        block
            The block that `features` belong to.
        features
            int (n_features,), the features of the document in that block.

        Returns
        -------
        terms
            Distinct terms.
        shares
            CSR (n_terms, n_features), each column of which sums to 1.
        """
        shared: _Shares = _SHARED.get(type(block), _named)
        return shared(self.words, block, features)


def _named(_: Sequence[tuple[str, Span]], block: Block, features: np.ndarray) -> tuple[list[str], sp.csr_matrix]:
    return _owned([block.term(int(feature)) for feature in features])


def _without_title(
    _: Sequence[tuple[str, Span]], block: Block, features: np.ndarray
) -> tuple[list[str], sp.csr_matrix]:
    return _owned([block.term(int(feature)).removeprefix(_IN_TITLE) for feature in features])


def _owned(names: Sequence[str]) -> tuple[list[str], sp.csr_matrix]:
    """Let each name own the features that bear it."""
    number: dict[str, int] = {}
    rows = [number.setdefault(name, len(number)) for name in names]
    ones = np.ones(len(rows))
    return list(number), sp.csr_matrix((ones, (rows, np.arange(len(rows)))), shape=(len(number), len(rows)))


def _words_around(
    words: Sequence[tuple[str, Span]], block: CharacterFeatures, features: np.ndarray
) -> tuple[list[str], sp.csr_matrix]:
    number: dict[str, int] = {}
    ids = [number.setdefault(token, len(number)) for token, _ in words]
    tokens, times = list(number), np.bincount(ids, minlength=len(number))
    indptr, grams = block.word_grams(tokens)
    owners = np.repeat(np.arange(len(tokens)), np.diff(indptr))
    order = np.argsort(features)
    columns = order[np.searchsorted(features, grams, sorter=order)]
    shape = (len(tokens), len(features))
    counts = sp.csr_matrix((times[owners].astype(np.float64), (owners, columns)), shape=shape)
    total = np.asarray(counts.sum(axis=0)).ravel()
    return tokens, sp.csr_matrix(counts.multiply(1 / total))


_SHARED: Mapping[type[Any], _Shares] = {
    CharacterFeatures: _words_around,
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
