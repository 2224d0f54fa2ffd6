"""A document in pieces that can be taken out and put back: its words, or its features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus, Document
from headword.explain.evidence import Evidence

_GLUE = -1


@dataclass(frozen=True, eq=False)
class Pieces:
    """The words of one document that a model knows, and the features of one that comes as numbers.

    A word is taken out of title and abstract wherever it stands; what stood around it stays, and its neighbours meet.

    Attributes
    ----------
    names
        The words, and `feature 17` for features, each once.
    texts
        For title and abstract, what they are made of in order: (text, number of its word), -1 for what always stays.
    features
        CSR (1, n_features) of a document that comes as numbers, whose features are the last of `names`; else None.
    """

    names: tuple[str, ...]
    texts: tuple[tuple[tuple[str, int], ...], ...]
    features: sp.csr_matrix | None

    @classmethod
    def of(cls, work: Evidence) -> "Pieces":
        """Take a document apart."""
        known = {word for term in work.term_values(0)[0] for word in (term, *term.split(" "))}
        number: dict[str, int] = {}
        for word in work.document_terms.words:
            if word.token in known:
                number.setdefault(word.token, len(number))
        texts = []
        for field, text in (("title", work.corpus.titles[0]), ("abstract", work.corpus.abstracts[0])):
            parts, at = [], 0
            for word in work.document_terms.words:
                if word.field == field and word.start >= at and word.token in number:
                    parts += [(text[at : word.start], _GLUE), (text[word.start : word.end], number[word.token])]
                    at = word.end
            texts.append((*parts, (text[at:], _GLUE)))
        features = work.corpus.features
        columns = [] if features is None else features.indices.tolist()
        return cls((*number, *(f"feature {column}" for column in columns)), tuple(texts), features)

    def values(self, terms: Sequence[str], values: np.ndarray) -> np.ndarray:
        """Return what each piece is worth, float64 (n_pieces,): a pair of words is worth half to either."""
        number = {name: i for i, name in enumerate(self.names)}
        out = np.zeros(len(number))
        for term, value in zip(terms, values.tolist(), strict=True):
            owners = [term] if term in number else [word for word in term.split(" ") if word in number]
            for owner in owners:
                out[number[owner]] += value / len(owners)
        return out

    def with_only(self, kept: np.ndarray) -> Corpus:
        """Return one document for each row of bool (n, n_pieces): that with the pieces that are kept."""
        n_words = len(self.names) - (0 if self.features is None else self.features.nnz)
        documents = []
        for i, row in enumerate(kept):
            there = [*row[:n_words].tolist(), True]  # the last for what always stays
            title, abstract = ("".join(piece for piece, word in text if there[word]) for text in self.texts)
            documents.append(Document(str(i), title, abstract))
        if self.features is None:
            return Corpus.from_documents(documents)
        rows, places = np.nonzero(kept[:, n_words:])
        data, columns = self.features.data[places], self.features.indices[places]
        features = sp.csr_matrix((data, (rows, columns)), shape=(len(kept), self.features.shape[1]))
        return Corpus.from_documents(documents, features=features)
