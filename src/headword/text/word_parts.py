"""Parts of compounds: what a word that no name has begins and ends with."""

from collections.abc import Mapping

_SHORTEST = 4
_SHORTEST_REST = 3


def compound_parts(word: str, numbers: Mapping[str, int]) -> tuple[int, int]:
    """Return the numbers of the longest forms of `numbers` that a word's form begins and ends with, -1 for none.

    If only one is there, it comes first. Each has four letters or more.

    Examples
    --------
    >>> compound_parts("hiihtokeskus", {"hiihto": 0, "keskus": 1}), compound_parts("lumikeskus", {"keskus": 1})
    ((0, 1), (1, -1))
    """
    if len(word) < _SHORTEST + _SHORTEST_REST or not word.isalpha():
        return -1, -1
    begins, ends = -1, -1
    for end in range(len(word) - _SHORTEST_REST, _SHORTEST - 1, -1):
        if (begins := numbers.get(word[:end], -1)) >= 0:
            break
    for start in range(_SHORTEST_REST, len(word) - _SHORTEST + 1):
        if (ends := numbers.get(word[start:], -1)) >= 0:
            break
    return (begins, ends) if begins >= 0 else (ends, -1)
