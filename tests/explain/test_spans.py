"""Tokens stand where they are said to stand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.explain.spans import spans_of
from headword.text.tokens import fold_text, tokenize

LETTERS = (
    "aB1 .-é\u0301e\u0308ßẞİıﬁﬀ½①ΣςﾊﾟｶﾞＡ日本한\u1112\u1161\u11ab👍\ufe0f\u200d\u202e\u0bc6\u0bbe\u2126ǅ\U0001d400㍿"
)


def tokens_of(text: str) -> list[str]:
    stream = tokenize([text])
    return [stream.tokens[i] for i in stream.ids]


def test_plain_text() -> None:
    text = "Lava flows, 3.5 km; LAVA-like"
    found = spans_of(text)
    assert found.tokens == ["lava", "flows", "3", "5", "km", "lava", "like"]
    shown = [text[a:b] for a, b in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]
    assert shown == ["Lava", "flows", "3", "5", "km", "LAVA", "like"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Caf\u0065\u0301 au lait", [("café", "Cafe\u0301"), ("au", "au"), ("lait", "lait")]),
        ("ﬁeld of Ωs", [("field", "ﬁeld"), ("of", "of"), ("ωs", "Ωs")]),
        ("日本語 text", [("日", "日"), ("本", "本"), ("語", "語"), ("text", "text")]),
        ("ﾊﾟ x", [("パ", "ﾊﾟ"), ("x", "x")]),
        ("İzmir", [("i̇zmir", "İzmir")]),
        ("㍿ a", [("株", "㍿"), ("式", "㍿"), ("会", "㍿"), ("社", "㍿"), ("a", "a")]),
        ("ΟΔΟΣ", [("οδος", "ΟΔΟΣ")]),
        ("½ m", [("1", "½"), ("2", "½"), ("m", "m")]),
        ("\u1112\u1161\u11ab글", [("한글", "\u1112\u1161\u11ab글")]),
    ],
)
def test_folding_keeps_the_places(text: str, expected: list[tuple[str, str]]) -> None:
    found = spans_of(text)
    spans = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    assert [(token, text[a:b]) for token, (a, b) in zip(found.tokens, spans, strict=True)] == expected


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text(alphabet=LETTERS, max_size=30)))
def test_tokens_are_those_that_models_read_and_spans_fold_to_them(text: str) -> None:
    found = spans_of(text)
    assert found.tokens == tokens_of(text)
    assert ((found.starts >= 0) & (found.starts < found.ends) & (found.ends <= len(text))).all()
    assert (np.diff(found.starts) >= 0).all()
    for token, a, b in zip(found.tokens, found.starts.tolist(), found.ends.tolist(), strict=True):
        # a final sigma depends on its neighbours
        assert token.replace("ς", "σ") in fold_text(text[a:b]).replace("ς", "σ")


def test_a_long_text_is_no_trouble() -> None:
    text = "ä lava " * 100_000
    found = spans_of(text)
    assert len(found) == 200_000
    assert text[found.starts[-1] : found.ends[-1]] == "lava"
