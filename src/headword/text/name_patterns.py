"""Names as sets of stems, ready to be searched for."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.text.name_search_kernels import LEAST_COVERED
from headword.text.narrow import narrow, whole_numbers
from headword.text.stemming import JOINING, WordForms
from headword.text.tokens import fold_text, tokenize
from headword.text.vocabulary import Vocabulary
from headword.thesaurus.folding import without_qualifier

_HIDDEN, _PART = 2, 3
_LEAST_WEIGHT = 0.3
# Of a stored stem; shares of sums of much larger or smaller ones would vanish.
_WEIGHTS = 1e-3, 100.0
_ROUNDING = 1e-6
_SUPPOSED, _IN_MORE = 20, 30
_MOST = (1 << 31) - 1
_BETWEEN = re.compile(r"(?<=\w\w)\. |/|; | - ")
_LETTERS = re.compile(r"[^\W\d_]{3}")


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
        int64 (n_patterns + 1,), int32 and int8: the labels that each pattern may mean, and the kind of name it is: 0
        to 2 as in `LabelNames`, 3 a part of a name.
    weights
        float32 (n_stems,), positive: how much each stem tells, see `_weights`.
    """

    stems: Vocabulary
    indptr: np.ndarray
    words: np.ndarray
    lengths: np.ndarray
    meant_indptr: np.ndarray
    meant: np.ndarray
    kinds: np.ndarray
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.lengths)

    @classmethod
    def of(cls, names: LabelNames, forms: WordForms, frequency: dict[str, int], n_docs: int = 0) -> "Patterns":
        """Build the patterns of names by their words' `forms`; `frequency` tells how many of `n_docs` have one."""
        shortest: dict[tuple[str, ...], int] = {}
        meant: dict[tuple[str, ...], dict[int, int]] = {}
        texts, rows, kinds = _variants(names)
        stemmed = _stemmed(texts, forms)
        weight = _weights(stemmed, frequency, n_docs)
        for (words, length), label, kind in zip(stemmed, rows, kinds, strict=True):
            if not words or (len(words) == 1 and len(words[0]) < 2):
                continue
            key = tuple(sorted(words, key=lambda word: (-weight[word], word)))
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
            np.array([weight[word] for word in vocabulary], dtype=np.float32),
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each stem."""
        return {word: i for i, word in enumerate(self.stems.strings)}

    @cached_property
    def totals(self) -> np.ndarray:
        """The weight of each pattern, float32, where the rarest of all stems weighs 1."""
        up_to = np.concatenate([[0], np.cumsum(self._relative, dtype=np.float64)])
        return np.asarray(up_to[self.indptr[1:]] - up_to[self.indptr[:-1]], dtype=np.float32)

    @cached_property
    def shares(self) -> np.ndarray:
        """The share of each of a pattern's stems in its weight, float32, side by side with `words`."""
        return np.asarray(self._relative / np.repeat(self.totals, np.diff(self.indptr)))

    @property
    def _relative(self) -> np.ndarray:
        return np.asarray((self.weights / self.weights.max(initial=_LEAST_WEIGHT))[self.words])

    @cached_property
    def keyed(self) -> tuple[np.ndarray, np.ndarray]:
        """The patterns to be looked for where each stem stands: int64 bounds (n_stems + 1,) and int32 numbers.

        Those are looked for at a stem that can be there in part if no rarer of their stems is.
        """
        sizes = np.diff(self.indptr)
        up_to = np.concatenate([[0], np.cumsum(self.shares, dtype=np.float64)])
        rarer = up_to[:-1] - np.repeat(up_to[self.indptr[:-1]], sizes)
        telling = np.flatnonzero(rarer <= 1 - LEAST_COVERED + _ROUNDING)
        order = telling[np.argsort(self.words[telling], kind="stable")]
        numbers = np.repeat(np.arange(len(self), dtype=np.int32), sizes)[order]
        return np.searchsorted(self.words[order], np.arange(len(self.stems) + 1)).astype(np.int64), numbers

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
            "weights": self.weights,
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
        kinds = whole_numbers(state, "kinds", _PART + 1, len(meant)).astype(np.int8)
        weights = stored.finite(state, "weights", (len(found),))
        least, most = _WEIGHTS
        if (weights < least).any() or (weights > most).any():
            raise DataError(f"tensor 'weights' must lie between {least} and {most:g}")
        return cls(found, indptr, words, lengths, meant_indptr, meant, kinds, weights)


def _variants(names: LabelNames) -> tuple[list[str], list[int], list[int]]:
    """Return texts, labels and kinds of all names; hidden ones without their qualifiers; and parts of names."""
    texts, labels, kinds = list(names.texts), names.labels.tolist(), names.kinds.tolist()
    for text, label in zip(names.texts, names.labels.tolist(), strict=True):
        bare = without_qualifier(text)
        parts = parts_of(bare or text)
        texts += [bare] * bool(bare) + parts
        labels += [label] * (bool(bare) + len(parts))
        kinds += [_HIDDEN] * bool(bare) + [_PART] * len(parts)
    return texts, labels, kinds


def parts_of(text: str) -> list[str]:
    """Return the names that `text` strings together, and what stands before a comma; none if it is one name.

    Examples
    --------
    >>> parts_of("Puutarhat. Pihat"), parts_of("snow/ice"), parts_of("Hamsters, as pets"), parts_of("sea ice")
    (['Puutarhat', 'Pihat'], ['snow', 'ice'], ['Hamsters'], [])
    """
    parts = [part.strip() for part in _BETWEEN.split(text)]
    found = [one for part in parts if _LETTERS.search(one := part.partition(", ")[0].strip())]
    return found if len(parts) > 1 or found != [text.strip()] else []


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


def _weights(names: Sequence[tuple[list[str], int]], frequency: dict[str, int], n_docs: int) -> dict[str, float]:
    """Return how much each stem tells: ln(documents / documents with it) + .3, 20 documents more being supposed.

    Of those, the more have a stem the more names do: all, if a thirtieth of the names does.
    """
    in_names = Counter(word for words, _ in names for word in words)
    supposed = {word: _SUPPOSED * min(1.0, _IN_MORE * n / len(names)) for word, n in in_names.items()}
    return {
        word: math.log((n_docs + _SUPPOSED + 1) / (frequency.get(word, 0) + n + 1)) + _LEAST_WEIGHT
        for word, n in supposed.items()
    }


def _bounds(counts: Sequence[int] | np.ndarray) -> np.ndarray:
    bounds = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=bounds[1:])
    return bounds
