"""Where the labels' own names and codes stand in the texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

_TOKEN = re.compile(r"\w+")
_PARTS = re.compile(r"\s*(?:>|\||::|--| - |/|#)\s*")
_LEAST_DIGITS = 4


@dataclass(frozen=True)
class Names:
    """What each label is called: its whole name, and the last part of a path.

    Attributes
    ----------
    forms
        Of each form (a tuple of lower-case words) the columns of the labels that are called so.
    """

    forms: dict[tuple[str, ...], tuple[int, ...]]

    @classmethod
    def of(cls, labels: Sequence[str]) -> "Names":
        """Collect the forms; those of one letter, or of fewer than four digits alone, tell nothing and are left out."""
        found: dict[tuple[str, ...], list[int]] = {}
        for column, label in enumerate(labels):
            last = _PARTS.split(label.rstrip("/ "))[-1]
            for form in dict.fromkeys((tokens(label), tokens(last))):
                if _telling(form):
                    found.setdefault(form, []).append(column)
        return cls({form: tuple(columns) for form, columns in found.items()})

    @cached_property
    def _by_first(self) -> dict[str, list[tuple[str, ...]]]:
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for form in self.forms:
            by_first.setdefault(form[0], []).append(form)
        return by_first

    def found_in(self, text: str) -> set[int]:
        """Return the columns of the labels whose name stands in `text`."""
        words, by_first = tokens(text), self._by_first
        found: set[int] = set()
        for i, word in enumerate(words):
            for form in by_first.get(word, ()):
                if words[i : i + len(form)] == form:
                    found.update(self.forms[form])
        return found

    def covered(self, text: str) -> float:
        """Return the share of the words of `text` that belong to the name of some label; 0 for no words."""
        words, by_first = tokens(text), self._by_first
        inside = np.zeros(len(words), dtype=bool)
        for i, word in enumerate(words):
            for form in by_first.get(word, ()):
                if words[i : i + len(form)] == form:
                    inside[i : i + len(form)] = True
        return float(inside.mean()) if len(words) else 0.0

    def matrix(self, texts: Sequence[str], n_labels: int) -> sp.csr_matrix:
        """Return CSR (n_docs, n_labels) of ones: which labels' names stand in which texts."""
        bounds, columns = [0], list[int]()
        for text in texts:
            columns += sorted(self.found_in(text))
            bounds.append(len(columns))
        ones = np.ones(len(columns), dtype=np.float32)
        return sp.csr_matrix((ones, np.array(columns, np.int32), np.array(bounds, np.int64)), (len(texts), n_labels))


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, letters and digits together.

    Examples
    --------
    >>> tokens("EARTH SCIENCE > Sea-Ice (cs.LG)")
    ('earth', 'science', 'sea', 'ice', 'cs', 'lg')
    """
    return tuple(_TOKEN.findall(text.lower()))


def place_of(text: str, form: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where the words of `form` first stand one after another in `text`, first and last character."""
    found = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    words = [word.lower() for word, _, _ in found]
    for i in range(len(words) - len(form) + 1):
        if tuple(words[i : i + len(form)]) == form:
            return found[i][1], found[i + len(form) - 1][2]
    return None


def excerpt(text: str, form: tuple[str, ...], around: int = 40) -> str:
    """Return the surroundings of `form` in `text` on one line, empty if it is not there."""
    place = place_of(text, form)
    if place is None:
        return ""
    start, stop = max(0, place[0] - around), min(len(text), place[1] + around)
    return ("…" if start else "") + " ".join(text[start:stop].split()) + ("…" if stop < len(text) else "")


def _telling(form: tuple[str, ...]) -> bool:
    letters = "".join(form)
    return len(letters) > 1 and not (letters.isdigit() and len(letters) < _LEAST_DIGITS)
