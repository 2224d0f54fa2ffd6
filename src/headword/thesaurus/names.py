"""Names as columns: what a matcher works on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from headword.thesaurus.concept import NAME_KINDS, Concept, main_language


@dataclass(frozen=True, eq=False)
class NameTable:
    """Names of concepts, one a row of the table, in the order of the concepts and of their source.

    Attributes
    ----------
    texts, languages
        One string a name.
    concepts
        int32 (n_names,): the row of the concept that each name names.
    kinds
        int8 (n_names,): what kind of name it is, as a position in NAME_KINDS (0 preferred, 1 alternative, 2 hidden).
    """

    texts: tuple[str, ...]
    languages: tuple[str, ...]
    concepts: np.ndarray
    kinds: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)


def name_table(
    concepts: Iterable[Concept], languages: Sequence[str] | None = None, kinds: Sequence[str] | None = None
) -> NameTable:
    """Collect the names of `concepts` as `Thesaurus.names` tells."""
    wanted = None if languages is None else {one.lower() for one in languages}
    code = {kind: NAME_KINDS.index(kind) for kind in (NAME_KINDS if kinds is None else kinds)}
    rows = [
        (name.text, name.language, row, code[name.kind])
        for row, concept in enumerate(concepts)
        for name in concept.names
        if name.kind in code
        and (
            wanted is None or not name.language or not wanted.isdisjoint((name.language, main_language(name.language)))
        )
    ]
    return NameTable(
        tuple(text for text, _, _, _ in rows),
        tuple(language for _, language, _, _ in rows),
        np.array([row for _, _, row, _ in rows], dtype=np.int32),
        np.array([kind for _, _, _, kind in rows], dtype=np.int8),
    )
