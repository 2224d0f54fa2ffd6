"""What words are compared by: stems, and stems of lemmas where simplemma is installed."""

import sys

import numpy as np
import pytest

from headword.core.errors import DataError, MissingExtraError
from headword.text import stemming
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures
from headword.text.stemming import LANGUAGES, LEMMATISED, WordForms, lemma_version
from headword.text.tokens import tokenize

VERSION = lemma_version()
PAIRS = [
    ("fi", "vesi", "veden"), ("fi", "käsi", "kädessä"), ("fi", "lapsi", "lasten"), ("fi", "yö", "yöllä"),
    ("fi", "tietokone", "tietokoneiden"), ("de", "apfel", "äpfel"), ("de", "wald", "wäldern"),
    ("no", "barn", "barna"), ("hr", "grad", "gradovima"),("uk", "книга", "книги"),
]  # fmt: skip


@pytest.fixture
def without_simplemma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stemming, "lemma_version", lambda: "")


def block_of(language: str, name: str, text: str) -> tuple[NameFeatures, list[int]]:
    names = LabelNames(1, (name,), np.zeros(1, np.int32), np.zeros(1, np.int8), language=language)
    stream = tokenize(["", text])
    block = NameFeatures.fit(stream, names)
    return block, block.find(stream).labels.tolist()


@pytest.mark.parametrize(("language", "name", "text"), PAIRS)
def test_lemmas_join_what_changes_inside_a_word(language: str, name: str, text: str) -> None:
    forms = WordForms.best(language)
    assert forms.lemmas == VERSION
    assert forms.of(name) == forms.of(text)
    assert block_of(language, name, text)[1] == [0]


def test_stems_alone_miss_some_of_them() -> None:
    forms = WordForms("fi")
    assert forms.of("kirjastossa") == forms.of("kirjasto")
    assert forms.of("veden") != forms.of("vesi")


def test_english_and_unknown_languages_have_no_lemmas() -> None:
    for language in ("", "en", "en-GB", "xx", "zh"):
        assert WordForms.best(language) == WordForms(language)
        assert WordForms.best(language).advice == ""
    assert WordForms("xx").of("words") == "words"
    assert "en" not in LEMMATISED


def test_every_dictionary_and_stemmer_named_is_there() -> None:
    import snowballstemmer
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    assert set(LEMMATISED.values()) <= SUPPORTED_LANGUAGES
    assert set(LANGUAGES.values()) <= set(snowballstemmer.algorithms())


def test_short_words_and_numbers_stay() -> None:
    for forms in (WordForms("en"), WordForms("fi"), WordForms.best("fi")):
        assert [forms.of(word) for word in ("is", "h2o", "2020", "x")] == ["is", "h2o", "2020", "x"]


def test_capitals_of_a_lemma_are_folded() -> None:
    assert WordForms.best("fi").of("helsingissä") == WordForms.best("fi").of("helsinki")
    assert WordForms.best("de").of("häuser") == WordForms.best("de").of("haus")


@pytest.mark.parametrize(
    ("language", "name", "text"), [("de", "wald", "wälder"), ("fr", "an", "ans"), ("nl", "as", "assen")]
)
def test_stems_are_found_though_the_beginning_has_marks_or_is_short(
    language: str, name: str, text: str, without_simplemma: None
) -> None:
    block, found = block_of(language, name, text)
    assert block.forms == WordForms(language)
    assert found == [0]


def test_a_block_keeps_what_its_words_are_compared_by() -> None:
    block, _ = block_of("fi", "vesi", "veden")
    again = NameFeatures.from_state(block.state())
    assert again.forms == block.forms == WordForms("fi", VERSION)
    assert again.find(tokenize(["", "veteen"])).labels.tolist() == [0]
    assert NameFeatures.from_state(block_of("en", "ice", "ices")[0].state()).forms == WordForms("en")


def test_a_block_with_lemmas_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    state = block_of("fi", "vesi", "veden")[0].state()
    for there, told in (("", "it is not installed"), ("1.0", "1.0 is installed, whose dictionaries may differ")):
        monkeypatch.setattr(stemming, "lemma_version", lambda there=there: there)
        with pytest.raises(MissingExtraError, match=told) as error:
            NameFeatures.from_state(state)
        assert f"pip install 'headword[lemmas]' simplemma=={VERSION}" in str(error.value)
    with pytest.raises(DataError, match="no lemmas of the language 'en'"):
        NameFeatures.from_state({**state, "language": np.frombuffer(b"en", np.uint8)})


def test_a_block_without_lemmas_finds_the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(stemming, "lemma_version", lambda: "")
        state = block_of("fi", "kirjasto", "kirjastossa")[0].state()
    again = NameFeatures.from_state(state)
    assert again.forms == WordForms("fi")
    assert again.find(tokenize(["", "kirjastossa"])).labels.tolist() == [0]


def test_the_advice_names_what_to_install(without_simplemma: None) -> None:
    forms = WordForms.best("fi")
    assert forms == WordForms("fi")
    assert "'fi'" in forms.advice
    assert "headword[lemmas]" in forms.advice


def test_a_package_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert VERSION
    monkeypatch.setitem(sys.modules, "simplemma", None)
    assert lemma_version.__wrapped__() == ""
