import itertools
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headword.text import tokens
from headword.text.tokens import TokenStream, fold_text, tokenize
from headword.text.vocabulary import Vocabulary

from .references import tokens_of

ALPHABET = "aZé9 .-_'\n\0İßΣñ中文字カがｶ・мир한국ก็ม́\u0301\u0323\u200d\ufe0f\u20e3❤😀Ⅷ²ﬁ\u00ad\ud800\udfff\U00020000𝒳"
TEXTS = st.lists(st.text(ALPHABET, max_size=12), max_size=8)


def words(text: str) -> list[str]:
    stream = tokenize([text])
    return [stream.tokens[i] for i in stream.ids]


def by_text(stream: TokenStream) -> list[list[str]]:
    bounds = stream.indptr.tolist()
    return [[stream.tokens[i] for i in stream.ids[a:b]] for a, b in itertools.pairwise(bounds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sea-level rise, 1993–2020 (mm/yr)", ["sea", "level", "rise", "1993", "2020", "mm", "yr"]),
        ("CO2 and H2O", ["co2", "and", "h2o"]),
        ("", []),
        (" \n\t.", []),
        ("Caf\u00e9 CAFE\u0301", ["caf\u00e9", "caf\u00e9"]),
        ("q\u0301q", ["q\u0301q"]),
        ("मुंबई में", ["मुंबई", "में"]),
        ("地震と津波", ["地", "震", "と", "津", "波"]),
        ("データ・ベース", ["デ", "ー", "タ", "ベ", "ー", "ス"]),
        ("ﾃﾞｰﾀ", ["デ", "ー", "タ"]),
        ("GPS観測2024年", ["gps", "観", "測", "2024", "年"]),
        ("한국어 자료", ["한국어", "자료"]),
        ("a\0b", ["a", "b"]),
        ("x\ud800y", ["x", "y"]),
        ("love \u2764\ufe0f sea \U0001f30a 1\ufe0f\u20e3 \U0001f469\u200d\U0001f52c", ["love", "sea", "1"]),
        ("ﬁeld ｗｉｄｅ x²", ["field", "wide", "x2"]),
        ("ΟΔΟΣ", ["οδος"]),
        ("𠀀𠀁", ["𠀀", "𠀁"]),
    ],
)
def test_what_is_a_token(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_dotted_capital_i_keeps_its_dot_however_it_is_written() -> None:
    assert words("\u0130zmir I\u0307zmir") == ["i\u0307zmir"] * 2
    assert words("IZMIR") == ["izmir"]


@settings(deadline=None)
@given(TEXTS)
@example(["\u1e9b\u0323", "\u01f0"])
def test_composed_and_decomposed_accents_are_the_same(texts: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    assert by_text(tokenize(composed)) == by_text(tokenize(decomposed)) == by_text(tokenize(texts))


@settings(deadline=None)
@given(TEXTS)
def test_agrees_with_plain_python(texts: list[str]) -> None:
    stream = tokenize(texts)
    assert by_text(stream) == [tokens_of(text) for text in texts]
    assert (stream.ids.dtype, stream.indptr.dtype) == (np.int32, np.int64)
    # numbered in order of first appearance, each once
    assert list(dict.fromkeys(stream.ids.tolist())) == list(range(len(stream.tokens)))
    assert len(set(stream.tokens)) == len(stream.tokens)


def test_every_character_of_unicode_is_taken_alone() -> None:
    texts = [chr(code) for code in range(0x110000)]
    stream = tokenize(texts)
    assert stream.indptr[-1] == len(stream.ids)
    for token in stream.tokens:
        assert token == fold_text(token)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("chunk", [1, 3, 4096])
def test_threads_and_chunks_change_nothing(
    documents: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, n_threads: int, chunk: int
) -> None:
    texts = [field for pair in documents for field in pair]
    whole = tokenize(texts, n_threads=1)
    monkeypatch.setattr(tokens, "_CHUNK_FIELDS", chunk)
    parts = tokenize(texts, n_threads=n_threads)
    assert parts.tokens == whole.tokens
    assert np.array_equal(parts.ids, whole.ids)
    assert np.array_equal(parts.indptr, whole.indptr)


def test_many_distinct_tokens_outgrow_the_first_table() -> None:
    names = [f"w{i}" for i in range(30_000)]
    stream = tokenize([" ".join(names), " ".join(reversed(names))])
    assert stream.tokens == names
    assert stream.ids.tolist() == [*range(30_000), *reversed(range(30_000))]


def test_no_texts_at_all() -> None:
    stream = tokenize([])
    assert (stream.ids.tolist(), stream.indptr.tolist(), stream.tokens) == ([], [0], [])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text("abcXYZ019 .é中", min_size=50, max_size=400), max_size=4), st.integers(0, 70))
def test_tokens_may_lie_across_the_blocks_that_are_read_at_once(texts: list[str], shift: int) -> None:
    texts = ["-" * shift, *texts, "x" * shift]
    assert by_text(tokenize(texts)) == [tokens_of(text) for text in texts]


@pytest.mark.parametrize("letters", [1, 50, 1 << 21])
def test_long_texts_are_chunks_of_their_own(
    documents: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, letters: int
) -> None:
    texts = [field for pair in documents for field in pair]
    whole = tokenize(texts)
    monkeypatch.setattr(tokens, "_CHUNK_LETTERS", letters)
    parts = tokenize(texts, n_threads=2)
    assert parts.tokens == whole.tokens
    assert np.array_equal(parts.ids, whole.ids)
    assert np.array_equal(parts.indptr, whole.indptr)


@pytest.mark.parametrize("chunk", [2, 4096])
def test_tokens_may_be_left_out_while_scanning(
    documents: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(tokens, "_CHUNK_FIELDS", chunk)
    texts = [field for pair in documents for field in pair]
    dropped = ["ka", "vén", "q32", "unknown"]
    found = tokenize(texts, without=Vocabulary.of(dropped))
    assert by_text(found) == [[token for token in tokens_of(text) if token not in dropped] for text in texts]
    after = tokenize(texts).without(dropped)
    assert np.array_equal(found.ids, after.ids)
    assert np.array_equal(found.indptr, after.indptr)


def test_ranked_tokens_are_numbered_by_document_frequency(documents: list[tuple[str, str]]) -> None:
    texts = [field for pair in documents for field in pair]
    sets = [set(tokens_of(" ".join(pair))) for pair in documents]
    stream = tokenize(texts)
    ranked = stream.ranked(["ka"])
    frequency = {token: sum(token in one for one in sets) for token in stream.tokens}
    assert ranked.tokens == sorted(set(stream.tokens) - {"ka"}, key=lambda t: (-frequency[t], stream.tokens.index(t)))
    assert by_text(ranked) == [[token for token in tokens_of(text) if token != "ka"] for text in texts]
    assert ranked.ranked() is ranked
