"""Languages, told by script and by words of grammar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.audit.language import UNKNOWN, WORDS, language_of

SENTENCES = {
    "en": "We describe how the surface of the sea has changed since the first measurements were made.",
    "de": "Die Oberfläche des Meeres hat sich verändert, seit die ersten Messungen an der Küste gemacht wurden.",
    "fr": "La surface de la mer a changé depuis que les premières mesures ont été faites sur la côte.",
    "es": "La superficie del mar ha cambiado desde que se hicieron las primeras mediciones en la costa.",
    "pt": "A superfície do mar mudou desde que foram feitas as primeiras medições na costa, mas não em todo o lado.",
    "it": "La superficie del mare è cambiata da quando sono state fatte le prime misure sulla costa della regione.",
    "nl": "Het oppervlak van de zee is veranderd sinds de eerste metingen aan de kust werden gedaan.",
    "sv": "Havets yta har förändrats sedan de första mätningarna gjordes vid kusten, men inte på alla platser.",
    "fi": "Meren pinta on muuttunut siitä kun ensimmäiset mittaukset tehtiin rannikolla, mutta ei kaikkialla.",
    "et": "Mere pind on muutunud pärast seda, kui esimesed mõõtmised rannikul tehti, kuid mitte igal pool ja ka.",
    "pl": "Powierzchnia morza zmieniła się od czasu, gdy na wybrzeżu wykonano pierwsze pomiary, ale nie jest to pewne.",
    "cs": "Hladina moře se změnila od doby, kdy byly na pobřeží provedeny první měření, ale není to jisté.",
    "hu": "A tenger felszíne megváltozott azóta, hogy az első méréseket elvégezték a parton, de ez nem biztos.",
    "tr": "Denizin yüzeyi kıyıda yapılan ilk ölçümlerden bu yana değişti, ancak bu her yer için kesin değil.",
    "ru": "Поверхность моря изменилась с тех пор, как были сделаны первые измерения.",
    "uk": "Поверхня моря змінилася відтоді, як було зроблено перші вимірювання її рівня.",
    "el": "Η επιφάνεια της θάλασσας έχει αλλάξει από τις πρώτες μετρήσεις.",
    "ja": "最初の測定が行われてから海面は変化した。",
    "zh": "自首次测量以来海面发生了变化。",
    "ko": "첫 번째 측정 이후 해수면이 변했다.",
    "ar": "لقد تغير سطح البحر منذ القياسات الأولى.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_enough(code: str) -> None:
    assert language_of(SENTENCES[code]) == code
    assert language_of(SENTENCES[code].upper()) == code or code == "tr"  # Turkish has capitals of its own


@pytest.mark.parametrize("text", ["", "   ", "NGC 4151", "Shr 22 cts vs 17 cts\n Net 1,232,000", "12.5 %", "\ud800"])
def test_too_little_is_unknown(text: str) -> None:
    assert language_of(text) == UNKNOWN


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(language_of(text), str)


def test_every_language_has_words_enough() -> None:
    assert min(len(words.split()) for words in WORDS.values()) >= 20
