"""The text stage once more, in plain Python without any thought of speed."""

import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy.sparse as sp

IDEOGRAPHIC = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA")


def tokens_of(text: str) -> list[str]:
    found: list[str] = []
    inside = False
    for character in unicodedata.normalize("NFKC", text).lower():
        if unicodedata.name(character, "").startswith(IDEOGRAPHIC) and character.isalnum():
            found.append(character)
            inside = False
        elif character in "\ufe0e\ufe0f":  # only chooses between emoji and text style
            inside = False
        elif character.isalnum() or unicodedata.category(character) in ("Mn", "Mc"):
            if inside:
                found[-1] += character
            else:
                found.append(character)
            inside = True
        else:
            inside = False
    return found


def frequencies(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    return Counter(term for count in counts for term in count)


def word_counts(
    title: str, abstract: str, *, dropped: Iterable[str] = (), known: Iterable[str] | None = None
) -> Counter[str]:
    """Words, title words and pairs of one document; a word that is not `known` parts its neighbours."""
    counts: Counter[str] = Counter()
    for name, text in (("title", title), ("abstract", abstract)):
        kept = [token for token in tokens_of(text) if token not in set(dropped)]
        words = [token if known is None or token in set(known) else None for token in kept]
        counts.update(word for word in words if word is not None)
        if name == "title":
            counts.update(f"title: {word}" for word in words if word is not None)
        counts.update(f"{a} {b}" for a, b in itertools.pairwise(words) if a is not None and b is not None)
    return counts


def gram_counts(texts: Iterable[str], longest: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word in (f" {token} " for text in texts for token in tokens_of(text)):
        for n in range(3, longest + 1):
            counts.update(word[i : i + n] for i in range(len(word) - n + 1))
    return counts


def tf_idf(count: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    values = {term: (1 + math.log(n)) * idf[term] for term, n in count.items() if term in idf}
    length = math.sqrt(sum(value * value for value in values.values()))
    return {term: value / length for term, value in values.items()}


def idf_of(frequency: Mapping[str, int], n_docs: int, power: float) -> dict[str, float]:
    return {term: (math.log((1 + n_docs) / (1 + n)) + 1) ** power for term, n in frequency.items()}


def as_dicts(matrix: sp.csr_matrix, terms: Sequence[str]) -> list[dict[str, float]]:
    return [
        {terms[c]: float(v) for c, v in zip(matrix.indices[a:b], matrix.data[a:b], strict=True)}
        for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]


def same_matrix(one: sp.csr_matrix, other: sp.csr_matrix) -> bool:
    """Whether two matrices are equal bit for bit."""
    return one.shape == other.shape and all(
        np.array_equal(getattr(one, part), getattr(other, part)) for part in ("indptr", "indices", "data")
    )
