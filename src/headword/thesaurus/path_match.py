"""Paths: labels that name the way to a concept, `EARTH SCIENCE > OCEANS > OCEAN TEMPERATURE`, whole or in part."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from headword.thesaurus.concept import NAME_KINDS
from headword.thesaurus.folding import fold_case, fold_words
from headword.thesaurus.index import Hit

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

# The first of these that stands in a label divides it; a stroke without blanks is part of many names.
_SEPARATORS = tuple(map(re.compile, (r"\s*[>›→]\s*", r"\s*::\s*", r"\s+--\s+", r"\s*\|\s*", r"\s+/\s+")))
# What catalogues write into levels that they leave empty.
_EMPTY = frozenset({"", "none", "n/a", "na", "null", "not provided", "not applicable"})

_WHOLE, _PARTIAL = 1.0, 0.9
# Only the last element and some of those before it are found; the share of these decides between the bounds. Too little
# to go by: of 18 such labels in a corpus of 391, ten were right.
_END, _END_WITH_MOST = 0.3, 0.55
_MOST_PATHS = 50
_MOST_LEVELS = 100


def elements_of(label: str) -> tuple[str, ...]:
    """Return the elements of a label written as a path, empty ones left out; () for one that is no path.

    Examples
    --------
    >>> elements_of("EARTH SCIENCE > OCEANS > NONE"), elements_of("SNOW/ICE"), elements_of("A > ")
    (('EARTH SCIENCE', 'OCEANS'), (), ('A',))
    """
    separator = next((one for one in _SEPARATORS if one.search(label.strip())), None)
    if separator is None:
        return ()
    return tuple(part.strip() for part in separator.split(label) if fold_case(part) not in _EMPTY)


def separator_of(label: str) -> str:
    """Return what divides the elements of a label written as a path, with its blanks."""
    return next((found[0] for one in _SEPARATORS if (found := one.search(label.strip()))), " > ")


def slashed_elements_of(label: str) -> tuple[str, ...]:
    """Return the parts of a label between strokes, which some catalogues put into paths: `broader/narrower`."""
    return tuple(part.strip() for part in label.split("/") if part.strip())


class PathMatcher:
    """Finds the concepts that a path leads to, in one thesaurus; its steps are names of some `kinds`."""

    def __init__(self, thesaurus: "Thesaurus", kinds: Sequence[str] = NAME_KINDS) -> None:
        self._thesaurus = thesaurus
        self._kinds = kinds
        self._names = lru_cache(maxsize=None)(self._names_of)

    def match(self, elements: tuple[str, ...]) -> list[Hit]:
        """Return the concepts named like the last element, those first whose broader concepts fit the others best.

        The kind of a hit is "path" (every level, from the top), "partial path" (every element fits, but levels were
        left out) or "end of path" (some elements fit nothing above the concept).
        """
        words = tuple(map(fold_words, elements))
        rows = self._thesaurus.index.named(elements[-1]) if elements else []
        hits = [self._hit(row, words) for row in rows]
        return sorted(hits, key=lambda hit: (-hit.confidence, hit.row))

    def known_part(self, elements: tuple[str, ...]) -> tuple[Hit | None, int]:
        """Return the concept that the longest beginning of a path leads to, and the number of its elements."""
        for end in range(min(len(elements) - 1, _MOST_LEVELS), 0, -1):
            whole = [hit for hit in self.match(elements[:end]) if hit.confidence >= _PARTIAL]
            if len(whole) == 1:
                return whole[0], end
        return None, 0

    def _hit(self, row: int, words: tuple[str, ...]) -> Hit:
        paths = self._thesaurus.paths(row, _MOST_PATHS)
        if any(len(path) == len(words) and self._fits(path, words) == len(words) for path in paths):
            return Hit(row, "path", _WHOLE)
        fitting = max(self._fits(path, words) for path in paths)
        if fitting == len(words):
            return Hit(row, "partial path", _PARTIAL)
        share = (fitting - 1) / (len(words) - 1)
        return Hit(row, "end of path", round(_END + (_END_WITH_MOST - _END) * share, 4))

    def _fits(self, path: tuple[int, ...], words: tuple[str, ...]) -> int:
        """Return how many of `words`, from the last on, name steps of the path in this order."""
        fitting, step = 0, len(path) - 1
        for word in reversed(words):
            at = next((i for i in range(step, -1, -1) if word in self._names(path[i])), None)
            if at is not None:
                fitting, step = fitting + 1, at - 1
        return fitting

    def _names_of(self, row: int) -> frozenset[str]:
        names = self._thesaurus.concepts[row].names
        return frozenset(fold_words(name.text) for name in names if name.kind in self._kinds)
