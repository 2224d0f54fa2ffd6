"""The block of names: which labels' names stand in a document, and what each speaks for its label."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.parallel import run_chunks
from headword.text import name_kernels as kernels
from headword.text.counting import frequencies
from headword.text.name_kernels import N_EVIDENCE, find_names
from headword.text.name_patterns import LabelNames, Patterns
from headword.text.rows import csr
from headword.text.stemming import WordForms
from headword.text.tokens import TokenStream
from headword.text.word_parts import compound_parts
from headword.thesaurus.links import Links

_CHUNK_DOCS = 512
_MOST_LABELS = ((1 << 31) - 1) // N_EVIDENCE
EVIDENCE = {
    kernels.TITLE: "name in the title",
    kernels.BODY: "name in the text",
    kernels.TITLE_NEAR: "words of a name near one another in the title",
    kernels.BODY_NEAR: "words of a name near one another in the text",
    kernels.SCATTERED: "words of a name far apart",
    kernels.FIRST: "place of the first occurrence",
    kernels.SPREAD: "spread of the occurrences",
    kernels.WORDS: "words of the name",
    kernels.AMBIGUITY: "labels of that name",
    kernels.KIND: "kind of the name",
    kernels.FREE: "share outside longer names",
    kernels.BROADER: "broader labels named",
    kernels.NARROWER: "narrower labels named",
    kernels.RELATED: "related labels named",
    kernels.SIBLINGS: "labels beside it named",
    kernels.NAMES: "names of the label",
    kernels.LENGTH: "words of the document",
    kernels.OTHERS: "labels named",
    kernels.TITLE_PART: "part of a name in the title",
    kernels.BODY_PART: "part of a name in the text",
    kernels.COVERED: "share of the name",
    kernels.RARE: "how rare the words of the name are",
    kernels.NAME: "number of the name",
}


class Found(NamedTuple):
    """The labels named in some documents.

    Attributes
    ----------
    indptr, labels
        int64 (n_docs + 1,) and int32 (n_found,), ascending within a document.
    evidence
        float32 (n_found, N_EVIDENCE), see `NameFeatures`.
    """

    indptr: np.ndarray
    labels: np.ndarray
    evidence: np.ndarray


@dataclass(frozen=True, eq=False)
class NameFeatures:
    """Fitted names. A label has N_EVIDENCE columns side by side, and a document either all of them or none.

    A name stands in a document where all its words do, in any inflection and order: as a whole (nothing between them
    but joining words), near one another (up to 6 words between, in the same field), or far apart. Of a name of several
    words a part may stand there: half of its words' weight, ln(documents / documents with the word) + .3, or more; the
    12 best of a document count. Counts, first place and numbers of labels are ln(1 + n); `kernels.NAME` holds the
    number of the pattern that fits best.

    Attributes
    ----------
    patterns
        What is looked for.
    n_labels
        Labels, those without a name included.
    broader, related
        Links between labels.
    forms
        What words are compared by.

    References
    ----------
    Medelyan, Human-competitive automatic topic indexing, 2009 (Maui: most kinds of evidence).
    """

    patterns: Patterns
    n_labels: int
    broader: Links
    related: Links
    forms: WordForms

    @classmethod
    def fit_rows(
        cls, stream: TokenStream, names: LabelNames, *, n_threads: int | None = None
    ) -> tuple["NameFeatures", sp.csr_matrix]:
        """Prepare the search for `names` in documents like these, and search them."""
        block = cls.fit(stream, names, n_threads=n_threads)
        return block, block.transform(stream, n_threads=n_threads)

    @classmethod
    def fit(cls, stream: TokenStream, names: LabelNames, *, n_threads: int | None = None) -> "NameFeatures":
        """Prepare the search for `names`; the documents tell which words of a name are rare."""
        forms = WordForms.best(names.language)
        empty = cls(Patterns.of(names, forms, {}), names.n_labels, *_links(names), forms)
        known = empty.stem_numbers(stream)[:, 0]
        per_word = frequencies(stream.ids, stream.indptr[:-1:2], stream.indptr[2::2], len(known), n_threads)
        per_stem = np.bincount(known[known >= 0], weights=per_word[known >= 0], minlength=len(empty.patterns.stems))
        n_docs = (len(stream.indptr) - 1) // 2
        # A document with two words of one stem is counted twice.
        frequency = dict(
            zip(empty.patterns.stems.strings, np.minimum(per_stem, n_docs).astype(int).tolist(), strict=True)
        )
        return cls(
            Patterns.of(names, forms, frequency, n_docs),
            names.n_labels,
            empty.broader,
            empty.related,
            forms,
        )

    def __len__(self) -> int:
        return self.n_labels * N_EVIDENCE

    def stem_numbers(self, stream: TokenStream) -> np.ndarray:
        """Return int32 (n_tokens, 2): the numbers of each distinct token's forms, -1 for none.

        A word that no name has may have two, those of the first and last part of a compound.
        """
        numbers, form, heads, n = self.patterns.numbers, self.forms.of, self._heads, self.forms.shared
        first, second = [-1] * len(stream.tokens), [-1] * len(stream.tokens)
        for i, word in enumerate(stream.tokens):
            # Stems begin like their words, with rare exceptions given up for speed: "wald" of "wälder" is none.
            if (start := word[:n]) in heads or not start.isascii():
                stem = form(word)
                first[i] = numbers.get(stem, -1)
                if first[i] < 0:
                    first[i], second[i] = compound_parts(stem, numbers)
        return np.array([first, second], dtype=np.int32).T

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(word[: self.forms.shared] for word in self.patterns.numbers)

    @cached_property
    def _tables(self) -> tuple[Any, ...]:
        patterns = self.patterns
        links = [(one.indptr, one.indices) for one in (self.broader, self.broader.reversed(), self.related)]
        return (
            patterns.keyed,
            (patterns.indptr, patterns.words, patterns.lengths, patterns.shares, patterns.totals),
            (patterns.meant_indptr, patterns.meant, patterns.kinds),
            *links,
        )

    def find(self, stream: TokenStream, *, n_threads: int | None = None) -> Found:
        """Return the labels named in documents whose titles and abstracts take turns in `stream`."""
        ids, indptr = _spread(self.stem_numbers(stream), stream)
        n_docs = (len(stream.indptr) - 1) // 2

        def search(first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            last = min(first + _CHUNK_DOCS, n_docs)
            return find_names(ids, indptr, first, last, *self._tables)  # type: ignore[no-any-return]

        parts = run_chunks(search, range(0, n_docs, _CHUNK_DOCS), n_threads)
        if not parts:
            return Found(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros((0, N_EVIDENCE), np.float32))
        counts, labels, evidence = (np.concatenate([part[i] for part in parts]) for i in range(3))
        return Found(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), labels, evidence)

    def transform(self, stream: TokenStream, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return CSR (n_docs, n_labels * N_EVIDENCE) float32; `found_in` undoes it."""
        found = self.find(stream, n_threads=n_threads)
        columns = found.labels[:, None] * np.int32(N_EVIDENCE) + np.arange(N_EVIDENCE, dtype=np.int32)
        return csr(found.indptr * N_EVIDENCE, columns.ravel(), found.evidence.ravel(), len(self))

    def term(self, feature: int) -> str:
        """Return feature `feature` as people read it."""
        return f"label {feature // N_EVIDENCE}: {EVIDENCE[feature % N_EVIDENCE]}"

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return {
            **self.patterns.state(),
            "n_labels": np.array([self.n_labels], dtype=np.int64),
            "broader_indptr": self.broader.indptr,
            "broader": self.broader.indices,
            "related_indptr": self.related.indptr,
            "related": self.related.indices,
            "language": _bytes(self.forms.language),
            "lemmas": _bytes(self.forms.lemmas),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "NameFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If its arrays are missing or do not fit one another.
        MissingExtraError
            If it was fitted with lemmas that are not to be had here.
        """
        n_labels = stored.number(state, "n_labels", 0, _MOST_LABELS)
        broader, related = (_stored_links(state, name, n_labels) for name in ("broader", "related"))
        forms = WordForms(*(_text(state, name) for name in ("language", "lemmas")))
        forms.check()
        return cls(Patterns.from_state(dict(state), n_labels), n_labels, broader, related, forms)


def _spread(stems: np.ndarray, stream: TokenStream) -> tuple[np.ndarray, np.ndarray]:
    """Return the stems of a stream's tokens in order, two of a token that has two, and the bounds of its texts."""
    if not len(stems):
        return np.zeros(0, dtype=np.int32), stream.indptr
    first, second = stems[stream.ids, 0], stems[stream.ids, 1]
    two = np.flatnonzero(second >= 0)
    if not len(two):
        return first, stream.indptr
    return np.insert(first, two + 1, second[two]), stream.indptr + np.searchsorted(two, stream.indptr)


def found_in(block: sp.csr_matrix) -> Found:
    """Return the labels named in documents, from their rows of this block; the bounds need not begin at 0."""
    begin, end = int(block.indptr[0]), int(block.indptr[-1])
    labels = block.indices[begin:end:N_EVIDENCE] // np.int32(N_EVIDENCE)
    indptr = (block.indptr.astype(np.int64) - begin) // N_EVIDENCE
    return Found(indptr, labels, block.data[begin:end].reshape(-1, N_EVIDENCE))


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(state: Mapping[str, Any], name: str) -> str:
    return stored.array(state, name, np.uint8, (None,)).tobytes().decode("ascii", "replace")


def _stored_links(state: Mapping[str, Any], name: str, n_labels: int) -> Links:
    targets = stored.indices(state, name, n_labels)
    return Links(stored.bounds(state, f"{name}_indptr", n_labels, len(targets)), targets)


def _links(names: LabelNames) -> tuple[Links, Links]:
    broader = Links.from_pairs(names.broader.tolist(), names.n_labels)
    return broader, Links.from_pairs(names.related.tolist(), names.n_labels).both_ways()
