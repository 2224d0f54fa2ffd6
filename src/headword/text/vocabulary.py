"""Distinct tokens by number, as bytes that compiled code compares and as strings that people read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headword.core.errors import DataError
from headword.text.token_kernels import PADDING, find_tokens, number_tokens

_END = 10


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Distinct tokens, numbered from 0.

    Attributes
    ----------
    text
        uint8, the tokens in UTF-8 one after the other, then 64 zeros or more.
    bounds
        int64 (n_tokens + 1,): token i is text[bounds[i]:bounds[i + 1]].
    """

    text: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "Vocabulary":
        """Return the vocabulary of some distinct tokens, numbered in their order."""
        return cls(*packed([token.encode("utf-8", "surrogatepass") for token in tokens]))

    @classmethod
    def from_lines(cls, lines: np.ndarray) -> "Vocabulary":
        r"""Undo `lines`.

        Raises
        ------
        DataError
            If the bytes are not UTF-8, do not end with a line feed, or a token is empty or there twice.
        """
        try:
            lines.tobytes().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise DataError(f"the tokens are not UTF-8: {error}") from error
        ends = np.flatnonzero(lines == _END)
        if len(lines) and lines[-1] != _END:
            raise DataError("the last token is cut off")
        bounds = np.zeros(len(ends) + 1, dtype=np.int64)
        bounds[1:] = ends - np.arange(len(ends))
        if (np.diff(bounds) <= 0).any():
            raise DataError("a token is empty")
        found = cls(np.concatenate([lines[lines != _END], np.zeros(PADDING, dtype=np.uint8)]), bounds)
        if len(found._numbered[4]) != len(bounds):
            raise DataError("a token is there twice")
        return found

    def lines(self) -> np.ndarray:
        r"""Return uint8, the tokens in UTF-8 with a line feed behind each."""
        return np.insert(self.text[: self.bounds[-1]], self.bounds[1:], _END)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @cached_property
    def strings(self) -> list[str]:
        """The tokens by number."""
        return [self.string(number) for number in range(len(self))]

    def string(self, number: int) -> str:
        """Return token `number`."""
        return self.text[self.bounds[number] : self.bounds[number + 1]].tobytes().decode("utf-8", "surrogatepass")

    @cached_property
    def _numbered(self) -> tuple[np.ndarray, ...]:
        return number_tokens(self.text, self.bounds)  # type: ignore[no-any-return]

    @property
    def table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The table that kernels look tokens up in: words, numbers, text and bounds."""
        _, words, numbers, _, _ = self._numbered
        return words, numbers, self.text, self.bounds

    def find(self, tokens: "Vocabulary") -> np.ndarray:
        """Return int32 (len(tokens),): the number here of each of `tokens`, -1 for those that are not here."""
        return find_tokens(tokens.text, tokens.bounds, *self.table)  # type: ignore[no-any-return]

    def rearranged(self, order: np.ndarray) -> "Vocabulary":
        """Return the tokens at `order` (distinct numbers), in that order."""
        lengths = np.diff(self.bounds)[order]
        bounds = np.zeros(len(order) + 1, dtype=np.int64)
        np.cumsum(lengths, out=bounds[1:])
        text = np.zeros(bounds[-1] + PADDING, dtype=np.uint8)
        # Byte j of the result is byte j - bounds[i] of token order[i].
        text[: bounds[-1]] = self.text[np.arange(bounds[-1]) + np.repeat(self.bounds[order] - bounds[:-1], lengths)]
        return Vocabulary(text, bounds)


def packed(pieces: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return bytes one after the other, uint8 with 64 zeros behind, and their bounds, int64 (len(pieces) + 1,)."""
    bounds = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in pieces], out=bounds[1:])
    return np.frombuffer(bytearray().join((*pieces, bytes(PADDING))), dtype=np.uint8), bounds
