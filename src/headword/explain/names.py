"""Where the names of labels stand in a document, and what each kind of evidence said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.explain.explanation import Match, Span
from headword.explain.spans import Word
from headword.text.name_kernels import N_EVIDENCE, NAME
from headword.text.names import EVIDENCE, NameFeatures, found_in
from headword.text.tokens import TokenStream
from headword.text.vocabulary import Vocabulary

# The number of a name says nothing by itself: there stands what names meant in training.
_KINDS = {**EVIDENCE, NAME: "what such names meant in training"}


@dataclass(frozen=True, eq=False)
class NamesFound:
    """The labels named in one document.

    Attributes
    ----------
    labels
        int32 (n_found,), ascending.
    words
        Of each, the words of the document that its name is told by, in order.
    terms
        Of each, its name as it stands there: the first word of each stem, in order.
    """

    labels: np.ndarray
    words: tuple[tuple[Word, ...], ...]
    terms: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[Word], block: NameFeatures, row: sp.csr_matrix) -> "NamesFound":
        """Find the words again: those with a stem of the pattern that fitted best."""
        found, patterns = found_in(row), block.patterns
        distinct = list(dict.fromkeys(word.token for word in words))
        stream = TokenStream(np.zeros(0, np.int32), np.zeros(1, np.int64), Vocabulary.of(distinct))
        stem = dict(zip(distinct, block.stem_numbers(stream).tolist(), strict=True))
        of_labels, terms = [], []
        for number in found.evidence[:, NAME].astype(np.int64).tolist():
            stems = set(patterns.words[patterns.indptr[number] : patterns.indptr[number + 1]].tolist())
            own = {token: stems.intersection(some) for token, some in stem.items()}
            told = tuple(word for word in words if own[word.token])
            of_labels.append(told)
            first: dict[int, str] = {}
            for word in told:
                for one in own[word.token]:
                    first.setdefault(one, word.token)
            terms.append(" ".join(dict.fromkeys(first.values())))
        return cls(found.labels, tuple(of_labels), tuple(terms))

    def match(self, label: int, values: np.ndarray) -> Match | None:
        """Return how the label is named, if it is; float64 `values` are what each feature of the block did for it."""
        at = int(np.searchsorted(self.labels, label))
        if at == len(self.labels) or self.labels[at] != label:
            return None
        parts = values[at * N_EVIDENCE : (at + 1) * N_EVIDENCE].tolist()
        evidence: Mapping[str, float] = {_KINDS[kind]: part for kind, part in enumerate(parts) if part}
        spans = tuple(Span(word.field, word.start, word.end) for word in self.words[at])
        return Match(self.terms[at], evidence, spans)
