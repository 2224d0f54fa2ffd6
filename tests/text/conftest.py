"""Documents of invented words whose frequencies fall like those of a language."""

import numpy as np
import pytest

from headword.text.tokens import TokenStream, tokenize

SYLLABLES = ("ka", "lo", "mi", "su", "ter", "ra", "vén", "øst", "32", "q")


def words(n: int) -> list[str]:
    return ["".join(SYLLABLES[int(d)] for d in str(i)) for i in range(n)]


def invented(n_docs: int, seed: int = 0, n_words: int = 300) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    vocabulary = np.array(words(n_words))
    share = 1 / np.arange(1, n_words + 1)
    share /= share.sum()
    return [
        (
            " ".join(rng.choice(vocabulary, rng.integers(0, 6), p=share)),
            " ".join(rng.choice(vocabulary, rng.integers(0, 40), p=share)),
        )
        for _ in range(n_docs)
    ]


def stream_of(documents: list[tuple[str, str]], n_threads: int | None = None) -> TokenStream:
    return tokenize([field for pair in documents for field in pair], n_threads=n_threads)


@pytest.fixture(scope="session")
def documents() -> list[tuple[str, str]]:
    return [*invented(80), ("", ""), ("!?", "…")]


@pytest.fixture(scope="session")
def stream(documents: list[tuple[str, str]]) -> TokenStream:
    return stream_of(documents)
