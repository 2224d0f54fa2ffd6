"""Names as sets of stems, ready to be searched for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.text.narrow import narrow, whole_numbers
from headword.text.stemming import JOINING, WordForms
from headword.text.tokens import fold_text, tokenize
from headword.text.vocabulary import Vocabulary
from headword.thesaurus.folding import without_qualifier

_HIDDEN = 2
_MOST = (1 << 31) - 1


def _no_links() -> np.ndarray:
    return np.zeros((0, 2), dtype=np.int32)


@dataclass(frozen=True, eq=False)
class LabelNames:
    """The names of labels, and how labels hang together.

    Attributes
    ----------
    n_labels
        Labels, those without a name included.
    texts
        One string a name.
    labels, kinds
        int32 and int8 (n_names,): the label that each name names; 0 preferred, 1 alternative, 2 hidden.
    broader, related
        int32 (n_links, 2): a label and one directly broader, or one related.
    language
        Of the names, as a tag; "" where it is not known.
    """

    n_labels: int
    texts: tuple[str, ...]
    labels: np.ndarray
    kinds: np.ndarray
    broader: np.ndarray = field(default_factory=_no_links)
    related: np.ndarray = field(default_factory=_no_links)
    language: str = ""

    @classmethod
    def of(cls, names: Sequence[str]) -> "LabelNames":
        """Return labels that have nothing but their own names."""
        numbers = np.arange(len(names), dtype=np.int32)
        return cls(len(names), tuple(names), numbers, np.zeros(len(names), dtype=np.int8))


@dataclass(frozen=True, eq=False)
class Patterns:
    """Names that have the same stems are one pattern.

    Attributes
    ----------
    stems
        The distinct stems of all names.
    indptr, words
        int64 (n_patterns + 1,) and int32: the stems of each pattern, the rarest in documents first.
    lengths
        int32 (n_patterns,): words of the shortest of its names, words that join others included.
    meant_indptr, meant, kinds
        int64 (n_patterns + 1,), int32 and int8: the labels that each pattern may mean, and the kind of name it is.
    """

    stems: Vocabulary
    indptr: np.ndarray
    words: np.ndarray
    lengths: np.ndarray
    meant_indptr: np.ndarray
    meant: np.ndarray
    kinds: np.ndarray

    def __len__(self) -> int:
        return len(self.lengths)

    @classmethod
    def of(cls, names: LabelNames, forms: WordForms, frequency: dict[str, int]) -> "Patterns":
        """Build the patterns of names by their words' `forms`; `frequency` gives the documents that have a form."""
        shortest: dict[tuple[str, ...], int] = {}
        meant: dict[tuple[str, ...], dict[int, int]] = {}
        texts, rows, kinds = _variants(names)
        for (words, length), label, kind in zip(_stemmed(texts, forms), rows, kinds, strict=True):
            if not words or (len(words) == 1 and len(words[0]) < 2):
                continue
            key = tuple(sorted(words, key=lambda word: (frequency.get(word, 0), word)))
            shortest[key] = min(shortest.get(key, length), length)
            known = meant.setdefault(key, {})
            known[label] = min(known.get(label, kind), kind)
        keys = sorted(shortest)
        vocabulary = sorted({word for key in keys for word in key})
        number = {word: i for i, word in enumerate(vocabulary)}
        labels = [sorted(meant[key].items()) for key in keys]
        return cls(
            Vocabulary.of(vocabulary),
            _bounds([len(key) for key in keys]),
            np.array([number[word] for key in keys for word in key], dtype=np.int32),
            np.array([shortest[key] for key in keys], dtype=np.int32),
            _bounds([len(some) for some in labels]),
            np.array([label for some in labels for label, _ in some], dtype=np.int32),
            np.array([kind for some in labels for _, kind in some], dtype=np.int8),
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each stem."""
        return {word: i for i, word in enumerate(self.stems.strings)}

    @cached_property
    def keyed(self) -> tuple[np.ndarray, np.ndarray]:
        """The patterns whose rarest word is each stem: int64 bounds (n_stems + 1,) and int32 numbers."""
        keys = self.words[self.indptr[:-1]]
        order = np.argsort(keys, kind="stable").astype(np.int32)
        return np.searchsorted(keys[order], np.arange(len(self.stems) + 1)).astype(np.int64), order

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds the patterns."""
        return {
            "stems": self.stems.lines(),
            "counts": narrow(np.diff(self.indptr)),
            "words": narrow(self.words),
            "lengths": narrow(self.lengths),
            "meant_counts": narrow(np.diff(self.meant_indptr)),
            "meant": narrow(self.meant),
            "kinds": self.kinds.astype(np.uint8),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any], n_labels: int) -> "Patterns":
        """Rebuild patterns.

        Raises
        ------
        DataError
            If an array is missing or of a wrong type or length, a pattern is empty or names a stem that is not there,
            or a label beyond `n_labels`.
        """
        found = Vocabulary.from_lines(stored.array(state, "stems", np.uint8, (None,)))
        counts = whole_numbers(state, "counts", _MOST)
        meant_counts = whole_numbers(state, "meant_counts", _MOST, len(counts))
        if (counts < 1).any() or (meant_counts < 1).any():
            raise DataError("a name has no words, or no label")
        indptr, meant_indptr = _bounds(counts), _bounds(meant_counts)
        words = whole_numbers(state, "words", len(found), int(indptr[-1]))
        lengths = whole_numbers(state, "lengths", _MOST >> 1, len(counts))
        meant = whole_numbers(state, "meant", n_labels, int(meant_indptr[-1]))
        kinds = whole_numbers(state, "kinds", _HIDDEN + 1, len(meant)).astype(np.int8)
        return cls(found, indptr, words, lengths, meant_indptr, meant, kinds)


def _variants(names: LabelNames) -> tuple[list[str], list[int], list[int]]:
    """Return texts, labels and kinds of all names, and of those with a qualifier without it, as hidden ones."""
    texts, labels, kinds = list(names.texts), names.labels.tolist(), names.kinds.tolist()
    bare = [(without_qualifier(text), label) for text, label in zip(texts, labels, strict=True)]
    bare = [(text, label) for text, label in bare if text]
    return (
        texts + [text for text, _ in bare],
        labels + [label for _, label in bare],
        kinds + [_HIDDEN] * len(bare),
    )


def _stemmed(texts: Sequence[str], forms: WordForms) -> list[tuple[list[str], int]]:
    """Return the distinct stems of each name, without joining words if it has others, and its number of words."""
    stream = tokenize([fold_text(text) for text in texts])
    known = stream.tokens
    stemmed = list(map(forms.of, known))
    joins = [word in JOINING for word in known]
    out = []
    for begin, end in zip(stream.indptr[:-1].tolist(), stream.indptr[1:].tolist(), strict=True):
        ids = stream.ids[begin:end].tolist()
        telling = [i for i in ids if not joins[i]] or ids
        out.append((list(dict.fromkeys(stemmed[i] for i in telling)), len(ids)))
    return out


def _bounds(counts: Sequence[int] | np.ndarray) -> np.ndarray:
    bounds = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=bounds[1:])
    return bounds
