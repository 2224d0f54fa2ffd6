"""Where the tokens of a text stand in it, letter by letter, as it was before its case and signs were folded."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from headword.text.tokens import IDEOGRAPH, WORD, character_classes, fold_text

# Hangul vowels and final consonants join the letter before them, as combining marks do.
_JOINING = ((0x1161, 0x1175), (0x11A8, 0x11C2))


@dataclass(frozen=True, eq=False)
class Spans:
    """The tokens of one text, in order.

    Attributes
    ----------
    tokens
        Folded, as models know them.
    starts, ends
        int64 (n_tokens,): token i is text[starts[i]:ends[i]], counted in characters of the text as it was given. A
        letter that folding turned into several words belongs to each of them.
    """

    tokens: list[str]
    starts: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Word:
    """A token of a document: folded, the field it stands in, and where in it."""

    token: str
    field: str
    start: int
    end: int


def words_of(texts: Mapping[str, str]) -> list[Word]:
    """Return the tokens of several texts (field -> text), in order."""
    found = []
    for field, text in texts.items():
        spans = spans_of(text)
        at = zip(spans.tokens, spans.starts.tolist(), spans.ends.tolist(), strict=True)
        found += [Word(token, field, start, end) for token, start, end in at]
    return found


def spans_of(text: str) -> Spans:
    """Find the tokens of `text`: those that `headword.text.tokens.tokenize` finds, with their places."""
    folded, begins = (text.lower(), np.arange(len(text) + 1)) if text.isascii() else _aligned(text)
    classes = character_classes()[_codes(folded)] if folded else np.zeros(0, np.uint8)
    before = np.concatenate([np.zeros(1, np.uint8), classes[:-1]]) if len(classes) else classes
    after = np.concatenate([classes[1:], np.zeros(1, np.uint8)]) if len(classes) else classes
    alone = classes == IDEOGRAPH
    starts = np.flatnonzero(((classes == WORD) & (before != WORD)) | alone)
    ends = np.flatnonzero(((classes == WORD) & (after != WORD)) | alone) + 1
    tokens = [folded[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    # The characters of the text that character i of the folded one comes from end where the next ones begin.
    place = np.searchsorted(begins, starts, side="right") - 1
    last = np.searchsorted(begins, ends, side="left")
    origin = np.arange(len(text) + 1) if text.isascii() else _origins(text)
    return Spans(tokens, origin[place].astype(np.int64), origin[last].astype(np.int64))


def _aligned(text: str) -> tuple[str, np.ndarray]:
    """Return the folded text, and where in it what each piece of `text` became begins, int64 (n_pieces + 1,)."""
    cuts = _origins(text).tolist()
    pieces = [fold_text(text[a:b]) for a, b in pairwise(cuts)]
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    return fold_text(text), np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


def _origins(text: str) -> np.ndarray:
    """Return where `text` can be cut without changing what its pieces fold to, int64, both ends among them."""
    codes = _codes(text)
    different, number = np.unique(codes, return_inverse=True)
    begins = np.array([_begins(code) for code in different.tolist()], dtype=bool)[number] if len(codes) else codes > 0
    begins[:1] = True
    return np.append(np.flatnonzero(begins), len(text))


@lru_cache(maxsize=1 << 16)
def _begins(code: int) -> bool:
    """Tell whether a character never joins the one before it in normal form KC."""
    first = unicodedata.normalize("NFKD", chr(code))[0]
    inside = any(low <= ord(first) <= high for low, high in _JOINING)
    return not inside and not unicodedata.category(first).startswith("M") and not unicodedata.combining(first)


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
