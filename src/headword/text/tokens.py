"""Strings to token numbers: Unicode words, found by a compiled scanner, numbered exactly."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from headword.core.parallel import run_chunks
from headword.text.counting import falling_order, frequencies
from headword.text.token_kernels import PADDING, number_tokens, renumber_tokens, scan_tokens
from headword.text.vocabulary import Vocabulary

_CHUNK_FIELDS = 4096
_CHUNK_LETTERS = 1 << 21
_IDEOGRAPHS = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_STYLES = (0xFE0E, 0xFE0F)
_ALPHABETS, _ALL = 0x3000, 0x110000
_BEYOND_ALPHABETS = 0xE3
_END = bytes(PADDING)
_NO_CLASSES = np.zeros(0, dtype=np.uint8)
NO_TOKENS = Vocabulary.of(())
SEPARATOR, WORD, IDEOGRAPH = 0, 1, 2


@dataclass(frozen=True, eq=False)
class TokenStream:
    """The tokens of a list of texts, in order.

    Attributes
    ----------
    ids
        int32 (n_tokens,), numbers of tokens.
    indptr
        int64 (n_texts + 1,): text i owns ids[indptr[i]:indptr[i+1]].
    vocabulary
        The distinct tokens by number.
    """

    ids: np.ndarray
    indptr: np.ndarray
    vocabulary: Vocabulary

    @property
    def tokens(self) -> list[str]:
        """The distinct tokens by number, as strings."""
        return self.vocabulary.strings

    def without(self, words: Collection[str]) -> "TokenStream":
        """Return the stream without some words: their neighbours meet. Numbers stay."""
        dropped = self._numbers_of(words)
        if not len(dropped):
            return self
        numbers = np.arange(len(self.vocabulary), dtype=np.int32)
        numbers[dropped] = -1
        ids, indptr = renumber_tokens(self.ids, self.indptr, numbers)
        return TokenStream(ids, indptr, self.vocabulary)

    def ranked(self, dropped: Collection[str] = (), *, n_threads: int | None = None) -> "TokenStream":
        """Return the stream without some words, its tokens numbered by falling document frequency.

        Title and abstract of each document take turns in it. Tokens of like frequency keep their order.
        """
        frequency = frequencies(self.ids, self.indptr[:-1:2], self.indptr[2::2], len(self.vocabulary), n_threads)
        frequency[self._numbers_of(dropped)] = 0
        if frequency.all() and (np.diff(frequency) <= 0).all():
            return self
        order = falling_order(frequency)
        order = order[frequency[order] > 0]
        numbers = np.full(len(frequency), -1, dtype=np.int32)
        numbers[order] = np.arange(len(order), dtype=np.int32)
        ids, indptr = renumber_tokens(self.ids, self.indptr, numbers)
        return TokenStream(ids, indptr, self.vocabulary.rearranged(order))

    def _numbers_of(self, words: Collection[str]) -> np.ndarray:
        found = self.vocabulary.find(Vocabulary.of(sorted(set(words) - {""})))
        return found[found >= 0]


@lru_cache(maxsize=2)
def character_classes(limit: int = _ALL) -> np.ndarray:
    """Return uint8 (limit,), the class of each code point below `limit`.

    1 for letters, digits and combining marks, 2 for ideographs and kana, else 0.

    An ideograph is a token by itself, as those scripts put no blanks between words; its neighbours are joined again
    by word pairs. Marks that enclose a sign or choose its style (emoji, keycaps) belong to no word.
    """
    classes = np.zeros(_ALL, dtype=np.uint8)
    alphanumeric = [code for code in range(min(limit, _IDEOGRAPHS[-1][1] + 1)) if chr(code).isalnum()]
    classes[alphanumeric] = WORD
    marks = [code for code in range(0x300, min(limit, 0x20000)) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    classes[marks] = WORD
    classes[list(_STYLES)] = SEPARATOR
    for first, last in _IDEOGRAPHS:
        block = classes[first : last + 1]
        block[block == WORD] = IDEOGRAPH
    return classes[:limit]


def fold_text(text: str) -> str:
    """Return `text` in NFKC normal form and lower case, as tokens are compared."""
    return unicodedata.normalize("NFKC", text).lower()


def tokenize(texts: Sequence[str], *, without: Vocabulary = NO_TOKENS, n_threads: int | None = None) -> TokenStream:
    """Split folded texts (see `fold_text`) into tokens, numbered in order of first appearance.

    The result does not depend on the number of threads. Tokens `without` have a number and stand nowhere: their
    neighbours meet.
    """

    def scan(bounds: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        return scan_tokens(*_encoded(texts[bounds[0] : bounds[1]]), *without.table)  # type: ignore[no-any-return]

    parts = run_chunks(scan, _chunks(texts), n_threads)
    if len(parts) == 1:
        ids, indptr, text, bounds = parts[0]
        return TokenStream(ids, indptr, Vocabulary(text, bounds))
    return _joined(parts, n_threads)


def _chunks(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first and last (exclusive) of each chunk of texts, which bound what it takes to scan one."""
    if len(texts) <= 2:
        return [(0, len(texts))]
    letters = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    out, start = [], 0
    while start < len(texts):
        before = letters[start - 1] if start else 0
        stop = int(np.searchsorted(letters, before + _CHUNK_LETTERS, side="right"))
        stop = min(max(stop, start + 1), start + _CHUNK_FIELDS)
        out.append((start, stop))
        start = stop
    return out


def _encoded(texts: Sequence[str]) -> tuple[np.ndarray, int, np.ndarray, np.ndarray]:
    """Return texts as `scan_tokens` takes them: bytes, how many, where each text begins, classes of characters."""
    joined = " ".join(texts)
    plain = joined.isascii()
    if plain:
        pieces: Sequence[str | bytes] = texts
        whole = joined.encode()
    else:
        pieces = [(t if t.isascii() else fold_text(t)).encode("utf-8", "surrogatepass") for t in texts]
        whole = b" ".join(pieces)  # type: ignore[arg-type]
    fields = np.fromiter(accumulate([len(piece) + 1 for piece in pieces], initial=0), np.int64, len(pieces))
    text = np.frombuffer(bytearray().join((whole, _END)), dtype=np.uint8)
    if plain:
        return text, len(whole), fields, _NO_CLASSES
    # The whole table takes longer than a short text is worth; most texts need its beginning only.
    return text, len(whole), fields, character_classes(_ALL if text.max() >= _BEYOND_ALPHABETS else _ALPHABETS)


def _joined(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]], n_threads: int | None) -> TokenStream:
    """Join the streams of consecutive texts, whose tokens are numbered each by itself."""
    text = np.concatenate([part[: bounds[-1]] for _, _, part, bounds in parts] + [np.zeros(PADDING, np.uint8)])
    numbers, _, _, tokens, bounds = number_tokens(text, _following([bounds for _, _, _, bounds in parts]))
    starts = np.cumsum([0] + [len(ids) for ids, _, _, _ in parts])
    firsts = np.cumsum([0] + [len(bounds) - 1 for _, _, _, bounds in parts])
    ids = np.empty(starts[-1], dtype=np.int32)

    def renumber(part: int) -> None:
        own = numbers[firsts[part] : firsts[part + 1]]
        np.take(own, parts[part][0], out=ids[starts[part] : starts[part + 1]], mode="clip")

    run_chunks(renumber, range(len(parts)), n_threads)
    return TokenStream(ids, _following([indptr for _, indptr, _, _ in parts]), Vocabulary(tokens, bounds))


def _following(parts: list[np.ndarray]) -> np.ndarray:
    """Join int64 bounds that begin with 0 each, so that each part goes on where the one before it ends."""
    ends = np.cumsum([0] + [part[-1] for part in parts])
    return np.concatenate([ends[:1], *(part[1:] + end for part, end in zip(parts, ends, strict=False))])
