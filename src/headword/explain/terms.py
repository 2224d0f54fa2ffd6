"""Features of one document to the terms that people read: who owns which share of a feature."""

from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.text.characters import CharacterFeatures
from headword.text.features import Block
from headword.text.tokens import TokenStream, tokenize
from headword.text.words import WordFeatures

_IN_TITLE = "title: "


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
        self._stop_words = stop_words

    @cached_property
    def _stream(self) -> TokenStream:
        stream = tokenize([self._corpus.titles[0], self._corpus.abstracts[0]], n_threads=1)
        return stream.without(self._stop_words)

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
        if isinstance(block, CharacterFeatures):
            return self._words_around(block, features)
        names = [block.term(int(feature)) for feature in features]
        if isinstance(block, WordFeatures):
            names = [name.removeprefix(_IN_TITLE) for name in names]
        number: dict[str, int] = {}
        rows = [number.setdefault(name, len(number)) for name in names]
        ones = np.ones(len(rows))
        return list(number), sp.csr_matrix((ones, (rows, np.arange(len(rows)))), shape=(len(number), len(rows)))

    def _words_around(self, block: CharacterFeatures, features: np.ndarray) -> tuple[list[str], sp.csr_matrix]:
        # Stop words keep their numbers in the stream and stand nowhere in it; their n-grams may be no features at all.
        numbers, times = np.unique(self._stream.ids, return_counts=True)
        tokens = [self._stream.tokens[number] for number in numbers.tolist()]
        indptr, grams = block.word_grams(tokens)
        words = np.repeat(np.arange(len(tokens)), np.diff(indptr))
        order = np.argsort(features)
        columns = order[np.searchsorted(features, grams, sorter=order)]
        shape = (len(tokens), len(features))
        counts = sp.csr_matrix((times[words].astype(np.float64), (words, columns)), shape=shape)
        total = np.asarray(counts.sum(axis=0)).ravel()
        return tokens, sp.csr_matrix(counts.multiply(1 / total))


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
