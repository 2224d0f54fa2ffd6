"""Character n-grams as a tree: every n-gram hangs on the one that it extends by a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.text.counting import falling_order
from headword.text.gram_kernels import LONGER, SHORTEST
from headword.text.narrow import narrow, whole_numbers
from headword.text.table_kernels import table_of

MOST_LETTERS = 100
_BITS = np.uint64(21)
_CODE = np.uint64((1 << 21) - 1)
_LAST_CODE = 0x10FFFF
_ALL = 1 << 31


@dataclass(frozen=True, eq=False)
class Grams:
    """n-grams in the order of the tree: by length, then by the n-gram they extend, then by code point.

    A feature is an n-gram's place by document frequency, the highest first; equals keep the order of the tree.

    Attributes
    ----------
    prefix
        int32 (n_grams,), the place of the n-gram one shorter; -1 for the shortest.
    codes
        uint64 (n_grams,), the last code point; for the shortest all three, 21 bits each.
    frequency
        int32 (n_grams,), in how many documents.
    longest
        The largest n.
    """

    prefix: np.ndarray
    codes: np.ndarray
    frequency: np.ndarray
    longest: int

    @classmethod
    def chosen(
        cls, keys: np.ndarray, frequency: np.ndarray, sizes: tuple[int, int], df: tuple[int, int], most: int
    ) -> "Grams":
        """Return the most frequent n-grams, and those that they extend.

        Parameters
        ----------
        keys, frequency
            By number, see `number_grams`.
        sizes, df
            The smallest and the largest n, and the least and the most documents, of what is to be kept.
        most
            How many of them.
        """
        (shortest, longest), (least, most_docs) = sizes, df
        longer = (keys & LONGER) != 0
        parent = np.where(longer, (keys & ~LONGER) >> _BITS, 0).astype(np.int64)
        place = np.full(len(keys), -1, dtype=np.int64)  # in the tree
        level = np.flatnonzero(~longer & (frequency >= least))
        codes: list[np.ndarray] = []
        prefix: list[np.ndarray] = []
        numbers: list[np.ndarray] = []
        n_placed = 0
        for n in range(SHORTEST, longest + 1):
            if n > SHORTEST:
                level = np.flatnonzero(longer & (place[parent] >= 0) & (place < 0) & (frequency >= least))
            code = keys[level] & _CODE if n > SHORTEST else keys[level]
            before = place[parent[level]] if n > SHORTEST else np.full(len(level), -1)
            order = np.lexsort((code, before))
            place[level[order]] = n_placed + np.arange(len(level))
            n_placed += len(level)
            codes.append(code[order])
            prefix.append(before[order])
            numbers.append(level[order])
        all_numbers, all_prefix, all_codes = (np.concatenate(part) for part in (numbers, prefix, codes))
        counted = frequency[all_numbers]
        size = np.repeat(np.arange(SHORTEST, longest + 1), [len(level) for level in numbers])
        wanted = np.flatnonzero((size >= shortest) & (counted <= most_docs))
        needed = np.zeros(len(counted), dtype=np.bool_)
        needed[wanted[falling_order(counted[wanted])[:most]]] = True
        for n in range(longest, SHORTEST, -1):
            needed[all_prefix[needed & (size == n)]] = True
        kept = np.flatnonzero(needed)
        after = np.full(len(all_numbers) + 1, -1, dtype=np.int32)
        after[kept] = np.arange(len(kept), dtype=np.int32)
        return cls(after[all_prefix[kept]], all_codes[kept], counted[kept], longest)

    def __len__(self) -> int:
        return len(self.frequency)

    @cached_property
    def order(self) -> np.ndarray:
        """int64 (n_grams,), the place in the tree of each feature."""
        return falling_order(self.frequency)

    @cached_property
    def lengths(self) -> np.ndarray:
        """int64 (n_grams,), the letters of each feature."""
        letters = np.full(len(self), SHORTEST, dtype=np.int64)
        longer = np.flatnonzero(self.prefix >= 0)
        for _ in range(SHORTEST, self.longest):
            letters[longer] = letters[self.prefix[longer]] + 1
        return letters[self.order]  # type: ignore[no-any-return]

    @cached_property
    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """What `known_grams` takes: int32 slots of a table, and the uint64 key of each feature."""
        feature = np.empty(len(self), dtype=np.uint64)
        feature[self.order] = np.arange(len(self), dtype=np.uint64)
        longer = self.prefix >= 0
        keys = np.where(longer, LONGER | (feature[self.prefix] << _BITS) | self.codes, self.codes)
        keys = keys[self.order]
        return table_of(keys), keys

    def text(self, feature: int) -> str:
        """Return n-gram `feature` as text; a blank at an end marks the end of a word."""
        tail, place = "", int(self.order[feature])
        while self.prefix[place] >= 0:
            tail = chr(int(self.codes[place])) + tail
            place = int(self.prefix[place])
        code = self.codes[place]
        return "".join(chr(int((code >> shift) & _CODE)) for shift in (_BITS + _BITS, _BITS, np.uint64(0))) + tail

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds the tree: letters by number, children by count."""
        n_shortest = int((self.prefix < 0).sum())
        first = self.codes[:n_shortest]
        letters = np.stack([first >> (_BITS + _BITS), (first >> _BITS) & _CODE, first & _CODE], axis=1)
        alphabet = np.unique(np.concatenate([letters.ravel(), self.codes[n_shortest:]]))
        children = np.bincount(self.prefix[n_shortest:], minlength=len(self))
        return {
            "alphabet": alphabet.astype(np.uint32),
            "first_letters": narrow(np.searchsorted(alphabet, letters.ravel())),
            "children": narrow(children[: inner_grams(children, n_shortest, self.longest)]),
            "letters": narrow(np.searchsorted(alphabet, self.codes[n_shortest:])),
            "frequency": narrow(self.frequency),
            "longest": np.array([self.longest], dtype=np.int64),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], n_docs: int) -> "Grams":
        """Rebuild the tree.

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or length, or they are no tree.
        """
        longest = stored.number(state, "longest", SHORTEST, MOST_LETTERS)
        frequency = whole_numbers(state, "frequency", n_docs + 1)
        alphabet = stored.indices(state, "alphabet", _LAST_CODE + 1, dtype=np.uint32).astype(np.uint64)
        if (alphabet[1:] <= alphabet[:-1]).any():
            raise DataError("tensor 'alphabet' must ascend")
        letters = alphabet[whole_numbers(state, "letters", len(alphabet))]
        n_shortest = len(frequency) - len(letters)
        first = alphabet[whole_numbers(state, "first_letters", len(alphabet), 3 * n_shortest)].reshape(-1, 3)
        children = whole_numbers(state, "children", _ALL)
        if children.sum(dtype=np.int64) != len(letters) or inner_grams(children, n_shortest, longest) != len(children):
            raise DataError("tensor 'children' does not fit the number of n-grams")
        prefix = np.repeat(np.arange(len(children), dtype=np.int32), children)
        if (prefix >= n_shortest + np.arange(len(letters))).any():
            raise DataError("tensor 'children' holds an n-gram that extends itself")
        shortest = (first[:, 0] << (_BITS + _BITS)) | (first[:, 1] << _BITS) | first[:, 2]
        none = np.full(n_shortest, -1, dtype=np.int32)
        return cls(np.concatenate([none, prefix]), np.concatenate([shortest, letters]), frequency, longest)


def inner_grams(children: np.ndarray, n_shortest: int, longest: int) -> int:
    """Return how many n-grams are shorter than `longest`, given how many extend each, in the order of the tree."""
    size, start = n_shortest, 0
    for _ in range(SHORTEST, longest):
        size, start = int(children[start : start + size].sum(dtype=np.int64)), start + size
    return start
