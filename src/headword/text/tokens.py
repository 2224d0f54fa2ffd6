"""Strings to token numbers: Unicode words, found by a compiled scanner, numbered exactly."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from headword.core.parallel import run_chunks
from headword.text.token_kernels import scan_tokens

_CHUNK_FIELDS = 4096
_IDEOGRAPHS = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_STYLES = (0xFE0E, 0xFE0F)
_ALPHABETS, _ALL = 0x3000, 0x110000
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
    tokens
        The distinct tokens by number.
    """

    ids: np.ndarray
    indptr: np.ndarray
    tokens: list[str]

    def without(self, words: Collection[str]) -> "TokenStream":
        """Return the stream without some words: their neighbours meet. Numbers stay."""
        numbers = [number for number, token in enumerate(self.tokens) if token in words]
        if not numbers:
            return self
        kept = np.ones(len(self.tokens), dtype=bool)
        kept[numbers] = False
        inside = kept[self.ids]
        counted = np.concatenate([[0], np.cumsum(inside)])
        return TokenStream(self.ids[inside], counted[self.indptr].astype(np.int64), self.tokens)


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


def tokenize(texts: Sequence[str], *, n_threads: int | None = None) -> TokenStream:
    """Split folded texts (see `fold_text`) into tokens, numbered in order of first appearance.

    The result does not depend on the number of threads.
    """

    def scan(start: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
        folded = [fold_text(text) for text in texts[start : start + _CHUNK_FIELDS]]
        joined = "".join(folded)
        bounds = np.zeros(len(folded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in folded], out=bounds[1:])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        # The whole table takes longer than a short text is worth; most texts need its beginning only.
        simple = codes.max(initial=0) < _ALPHABETS
        ids, counts, spans = scan_tokens(codes, bounds, character_classes(_ALPHABETS if simple else _ALL))
        return ids, counts, [joined[first:last] for first, last in spans.tolist()]

    numbers: dict[str, int] = {}
    streams, counts = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
    for ids, part_counts, distinct in run_chunks(scan, range(0, len(texts), _CHUNK_FIELDS), n_threads):
        renumber = np.array([numbers.setdefault(token, len(numbers)) for token in distinct], dtype=np.int32)
        streams.append(renumber[ids])
        counts.append(part_counts)
    return TokenStream(np.concatenate(streams), np.cumsum(np.concatenate(counts)), list(numbers))
