import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.text.vocabulary import Vocabulary

TOKENS = st.lists(st.text("ab9é中𝒳", min_size=1, max_size=20), unique=True, max_size=40)
LONG = [stem + end for stem in ("abcdefg", "abcdefgh", "abcdefghabcdefg", "abcdefghabcdefgh") for end in ("", "i", "j")]


def lines(text: str) -> np.ndarray:
    return np.frombuffer(bytearray(text.encode()), dtype=np.uint8)


@settings(deadline=None)
@given(TOKENS, TOKENS)
@example(LONG, LONG[::-1])
def test_tokens_are_found_whatever_their_length(tokens: list[str], others: list[str]) -> None:
    found = Vocabulary.of(tokens).find(Vocabulary.of(others))
    assert found.tolist() == [tokens.index(other) if other in tokens else -1 for other in others]
    assert found.dtype == np.int32


@settings(deadline=None)
@given(TOKENS)
def test_lines_give_the_tokens_back(tokens: list[str]) -> None:
    vocabulary = Vocabulary.from_lines(Vocabulary.of(tokens).lines())
    assert vocabulary.strings == tokens
    assert len(vocabulary) == len(tokens)
    assert vocabulary.find(Vocabulary.of(tokens)).tolist() == list(range(len(tokens)))


@settings(deadline=None)
@given(TOKENS, st.randoms())
def test_rearranged(tokens: list[str], random) -> None:  # type: ignore[no-untyped-def]
    order = random.sample(range(len(tokens)), len(tokens) // 2)
    found = Vocabulary.of(tokens).rearranged(np.array(order, dtype=np.int64))
    assert found.strings == [tokens[i] for i in order]
    assert found.find(Vocabulary.of(tokens)).tolist() == [
        order.index(i) if i in order else -1 for i in range(len(tokens))
    ]


def test_a_table_grows_with_its_tokens() -> None:
    tokens = [f"{'long' * (i % 5)}w{i}" for i in range(50_000)]
    vocabulary = Vocabulary.of(tokens)
    assert np.array_equal(vocabulary.find(Vocabulary.of(tokens[::-1])), np.arange(50_000)[::-1])
    assert (vocabulary.find(Vocabulary.of([token + "x" for token in tokens])) == -1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [("a\nb", "cut off"), ("a\n\nb\n", "is empty"), ("a\nb\na\n", "there twice"), ("abcdefghij\n" * 2, "there twice")],
)
def test_what_is_no_vocabulary_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Vocabulary.from_lines(lines(text))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(DataError, match="not UTF-8"):
        Vocabulary.from_lines(np.array([0xFF, 10], dtype=np.uint8))
