"""Which language a text is in, told by its script and its commonest words.

Abstracts are long and the question is coarse, so that a few dozen words a language answer it; no model is needed.
"""

import re
from collections import Counter
from functools import lru_cache

UNKNOWN = "unknown"
_LEAST_SHARE = 0.12
_LEAST_HITS = 2
_LONGEST = 1000
_WORD = re.compile(r"[^\W\d_]+")
# Words of grammar, which no text of the language does without for long, and few of other languages have.
WORDS = {
    "en": "the of and to in is are for with that this we by on as from be an was which were has have it its at or can "
    "not their these our been into between based using than also such data but they who will how",
    "de": "der die das und ist von den mit für auf des dem ein eine einer eines im zur zum nicht sich wird werden sind "
    "auch als aus bei nach wie über durch oder zu an es sie wurde wurden dass kann haben",
    "fr": "le la les des du et est une dans pour par sur que qui avec sont ce cette ces au aux pas plus nous ont été "
    "il elle leur se en ou un de à être comme entre mais leurs",
    "es": "el la los las del y en que una por con para se es son como su sus al más este esta entre lo ha han sido "
    "un de no o fue sobre también desde pero ser estos estas",
    "pt": "o a os as do da dos das e em que uma um para com por não se no na nos nas mais como foi são ao à entre seu "
    "sua é de também pelo pela este esta ou ser foram",
    "it": "il la lo gli le di e che un una per con del della dei delle nel nella sono è da si non più al alla come "
    "dalla anche questo questa tra degli ha sul o essere stato",
    "nl": "de het een van en in is op te dat voor met zijn die niet aan er om ook als bij door naar worden wordt werd "
    "deze dit uit kan over heeft maar of zij tot hebben",
    "sv": "och att det som en på är av för med till den inte om ett har de var från vid kan eller men ska också efter "
    "mellan under hur samt detta denna i genom finns",
    "da": "og at det som en på er af for med til den ikke om et har de var fra ved kan eller men skal også efter "
    "mellem under hvor samt dette denne i der blev være",
    "no": "og at det som en på er av for med til den ikke om et har de var fra ved kan eller men skal også etter "
    "mellom under hvor samt dette denne i ble være noen også",
    "fi": "ja on ei että se oli myös sekä ovat joka mutta tai kuin hän niin kun vain jos mukaan sen jotka ole voi "
    "ollut kanssa kuten muun muassa eri mm sivuilla tietoa sekä hyvin koko uusi mikä kaikki näin noin yli "
    "vuoden vuonna niiden",
    "et": "ja on ei et see oli ka mis kui või ning ta oma nii aga kes siis välja pärast mille selle nende kuid eesti "
    "olid tema",
    "pl": "i w na z się do że nie jest o jak po ale za od przez dla są oraz tym być które który która to ich jego tej "
    "było także między",
    "cs": "a v na se je že s z do i o k pro jako by to po od jsou ale byl který která které nebo při tak jeho může "
    "podle mezi není však",
    "hu": "a az és hogy nem is egy ez van de meg csak volt már mint el ki még kell vagy által azt ezt lehet amely "
    "valamint között során",
    "ro": "și de la în care cu pe nu din o un este pentru mai prin sunt sau dar fi al ale lui această acest între "
    "după au fost ce",
    "tr": "ve bir bu için ile de da olarak olan en daha çok gibi kadar sonra ya ancak ne her mi değil olduğu "
    "tarafından ise arasında göre",
    "id": "yang dan di dengan untuk dari pada ini dalam adalah tidak ke itu oleh sebagai atau akan juga dapat lebih "
    "telah karena antara tersebut",
    "ca": "el la els les i de que en un una per amb és del al no es com més són dels als aquest aquesta o entre seva "
    "també pel han ha sobre",
    "hr": "i u je na se da za od su s koji koja koje kao ili iz bi ne što ali te biti može nije prema također između "
    "kod",
}
# Where endings do the work of such words, they count as half a word.
ENDINGS = {
    "fi": "nen lla llä ssa ssä sta stä lta ltä ksi jen ien iden inen ista istä isia isiä kset minen uus yys ään iin "
    "een oita eita ineen sten sti",
    "et": "mine line sse lt st dega tud ud nud dus ste ides",
    "hu": "ság ség nak nek ban ben ból ből hoz hez ról ről val vel ok ek ák",
    "tr": "lar ler ları leri ının inin lık lik maktadır mektedir ması mesi dir dır",
}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
)
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\ud7af]")
_CYRILLIC = (("uk", "іїєґ"), ("bg", "ъ"), ("ru", "ыэё"))


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, "unknown" where too little tells it.

    Twenty languages in Latin letters by their words of grammar, others by their script (Cyrillic: ru, uk or bg). Only
    the first 1,000 characters are read.

    Examples
    --------
    >>> language_of("We show that the model is better than those of others."), language_of("NGC 4151")
    ('en', 'unknown')
    """
    text = text[:_LONGEST].lower()
    letters = sum(map(len, words := _WORD.findall(text)))
    if not letters:
        return UNKNOWN
    if not text.isascii() and len(_OTHER_SCRIPT.findall(text)) > letters / 3:
        return _by_script(text)
    return _by_words(words)


def _by_words(words: list[str]) -> str:
    weight: dict[str, float] = {}
    hits = 0.0
    known = _known()
    counted = Counter(word for word in words if len(word) > 1)  # initials and units are one letter
    for word, n in counted.items():
        languages, worth = known.get(word), 1.0
        if languages is None:
            languages, worth = _by_ending(word), 0.5
        hits += n * worth * bool(languages)
        for language in languages:
            weight[language] = weight.get(language, 0.0) + n * worth / len(languages)
    if hits < max(_LEAST_HITS, _LEAST_SHARE * counted.total()):
        return UNKNOWN
    return max(sorted(weight), key=weight.__getitem__)


@lru_cache(maxsize=1 << 16)
def _by_ending(word: str) -> tuple[str, ...]:
    return tuple(code for code, ends in ENDINGS.items() if len(word) > 5 and word.endswith(tuple(ends.split())))


def _by_script(text: str) -> str:
    # Japanese is told by its kana, of which Chinese has none.
    counts = [(len(letters.findall(text)), code) for code, letters in _SCRIPTS]
    kana, chinese = counts[0][0], counts[2][0]
    most, code = max(counts, key=lambda one: one[0])
    if code == "zh" and kana > 0.05 * chinese:
        return "ja"
    if not most:
        return UNKNOWN
    return (
        next((found for found, own in _CYRILLIC if any(c in text for c in own)), "ru") if code == "cyrillic" else code
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in WORDS.items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}
