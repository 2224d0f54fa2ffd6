"""Words to forms: inflected forms of a word become one string, by Snowball's stems and simplemma's lemmas."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from headword.core.errors import DataError, MissingExtraError

# ISO 639-1 -> Snowball algorithm.
LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# ISO 639-1 -> dictionary of simplemma. English is not among them: lemmas find no more than its stems do.
LEMMATISED = {
    **{code: code for code in """
        ar bg ca cs cy da de el eo es et fa fi fr ga gd gl he hi hu hy id is it ka la lb lt lv mk ml ms nb nl nn pl pt
        ro ru se sk sl sq sv sw tl tr uk
    """.split()},  # noqa: SIM905
    "no": "nb", "bs": "hbs", "hr": "hbs", "sh": "hbs", "sr": "hbs",
}  # fmt: skip
INSTALL = "pip install 'headword[lemmas]'"
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
# How many letters a stem shares with its word: in English nearly always three; elsewhere it may have only two.
_SHARED = 2
_SHARED_ENGLISH = 3


@dataclass(frozen=True)
class WordForms:
    """What words of a language are compared by: the stem of the lemma, or the stem of the word as it is.

    Attributes
    ----------
    language
        A tag ("fi", "en-gb"); "" means English.
    lemmas
        The version of simplemma whose lemmas are stemmed; "": no lemmas.

    Examples
    --------
    >>> [WordForms("en").of(word) for word in ("temperatures", "analyses", "h2o")], WordForms("fi").of("kirjastossa")
    (['temperatur', 'analys', 'h2o'], 'kirjasto')
    """

    language: str = ""
    lemmas: str = ""

    @classmethod
    def best(cls, language: str) -> "WordForms":
        """Return the best forms to be had here: with lemmas where simplemma is installed and knows the language."""
        return cls(language, lemma_version() if _code(language) in LEMMATISED else "")

    @cached_property
    def of(self) -> Callable[[str], str]:
        """Returns the form of a folded word; the last 262,144 forms are remembered.

        Words of one or two letters or with digits stay, as do all words of a language without a stemmer.

        Raises
        ------
        MissingExtraError
            If these lemmas are not to be had.
        """
        self.check()
        return _former(_code(self.language), bool(self.lemmas))

    def check(self) -> None:
        """Tell if these lemmas are not to be had, for others might find other names.

        Raises
        ------
        MissingExtraError
            If simplemma is not installed, or in another version.
        DataError
            If it never had lemmas of this language.
        """
        if not self.lemmas:
            return
        if _code(self.language) not in LEMMATISED:
            raise DataError(f"there are no lemmas of the language {self.language!r}")
        if (found := lemma_version()) == self.lemmas:
            return
        there = f"{found} is installed, whose dictionaries may differ" if found else "it is not installed"
        raise MissingExtraError(
            f"names in the language {self.language!r} are compared by the lemmas of simplemma {self.lemmas}, and "
            f"{there}; install it with: {INSTALL} simplemma=={self.lemmas}"
        )

    @property
    def advice(self) -> str:
        """What to install for a language whose lemmas are not used; "" where there is nothing to gain."""
        if self.lemmas or _code(self.language) not in LEMMATISED:
            return ""
        return (
            f"names in the language {self.language!r} are compared by their stems alone, as simplemma is not "
            f"installed; with lemmas more of them are found: {INSTALL}"
        )

    @property
    def shared(self) -> int:
        """How many letters, if they have no marks, a form has in common with its word; 0 for lemmas."""
        if self.lemmas:
            return 0
        return _SHARED_ENGLISH if _code(self.language) == "en" else _SHARED


@lru_cache(maxsize=1)
def lemma_version() -> str:
    """Return the version of simplemma that is installed; "" for none."""
    try:
        from simplemma import __version__
    except ModuleNotFoundError:
        return ""
    return str(__version__)


def _code(language: str) -> str:
    return (language or "en").lower().partition("-")[0]


@lru_cache(maxsize=16)
def _former(code: str, lemmas: bool) -> Callable[[str], str]:
    stem, lemma = _snowball(code), _lemmatiser(LEMMATISED[code]) if lemmas else str
    if stem is str and lemma is str:
        return str

    @lru_cache(maxsize=_REMEMBERED)
    def formed(word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha():
            return word
        found = lemma(word).lower() or word
        return stem(found) or found

    return formed


def _snowball(code: str) -> Callable[[str], str]:
    algorithm = LANGUAGES.get(code)
    if algorithm is None:
        return str
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm).stemWord  # type: ignore[no-any-return]


def _lemmatiser(dictionary: str) -> Callable[[str], str]:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    # A dictionary that is read in place: a sixth of the memory and half the time to open, for some time a word.
    made = Lemmatizer(cache_max_size=0, lemmatization_strategy=DefaultStrategy(low_memory=True))
    return lambda word: made.lemmatize(word, dictionary)
