"""Words to stems: inflected forms of a word become one string, by the Snowball stemmer of a language."""

from collections.abc import Callable, Sequence
from functools import lru_cache

# ISO 639-1 -> Snowball algorithm.
LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Words that join others in a name, and are left out where it has others.
JOINING = frozenset(
    """
    a an and as at by for from in of on or the to with
    au aux d de des du en et l la le les
    am das der die für im in und von zu zum zur
    con del di e el en los para por y da do dos
    av för i och på till ja sekä tai van het een
    """.split()  # noqa: SIM905
)
_REMEMBERED = 1 << 18
_SHORTEST = 3


@lru_cache(maxsize=16)
def stemmer(language: str) -> Callable[[str], str]:
    """Return the stemmer of a language ("en", "en-gb"); "" means English. Languages without one keep their words.

    Words of one or two letters or with digits stay. The last 262,144 stems are remembered.

    Examples
    --------
    >>> [stemmer("en")(word) for word in ("temperatures", "analyses", "h2o")], stemmer("fi")("kirjastossa")
    (['temperatur', 'analys', 'h2o'], 'kirjasto')
    """
    algorithm = LANGUAGES.get((language or "en").lower().partition("-")[0])
    if algorithm is None:
        return str
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer(algorithm).stemWord

    @lru_cache(maxsize=_REMEMBERED)
    def stemmed(word: str) -> str:
        return stem(word) or word if len(word) >= _SHORTEST and word.isalpha() else word

    return stemmed


def stems(words: Sequence[str], language: str) -> list[str]:
    """Return the stem of each of some folded words."""
    return list(map(stemmer(language), words))
