"""Split: which documents train, which choose, which judge."""

from dataclasses import dataclass

import numpy as np

from headword.core.errors import DataError

PARTS = ("train", "valid", "test")


@dataclass(frozen=True, eq=False)
class Split:
    """Disjoint document indices, with the rule and the seed that made them.

    Attributes
    ----------
    train, valid, test
        int64 index arrays, ascending, pairwise disjoint. Documents in none of them were left out on purpose.
    rule
        The name of the rule with its parameters, for people and for the bundle.
    seed
        The seed, or None where the rule draws nothing.
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    rule: str
    seed: int | None = None

    def __post_init__(self) -> None:
        joined = np.concatenate([self.train, self.valid, self.test])
        if len(np.unique(joined)) < len(joined):
            raise DataError(f"the parts of split {self.rule!r} share documents")

    def part(self, name: str) -> np.ndarray:
        """Return the indices of part `name` (train, valid or test)."""
        if name not in PARTS:
            raise DataError(f"a split has the parts {', '.join(PARTS)}, not {name!r}")
        return getattr(self, name)  # type: ignore[no-any-return]

    def names(self, n_docs: int) -> list[str | None]:
        """Return the part of each of `n_docs` documents, None for those left out."""
        out: list[str | None] = [None] * n_docs
        for part in PARTS:
            for i in self.part(part).tolist():
                out[i] = part
        return out
