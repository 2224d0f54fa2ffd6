"""Names as they are compared: without the differences that no meaning hangs on."""

import re
import unicodedata

# Letters and digits, with the points within numbers and the signs of C++ and C#.
_WORD = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*(?:[+#]+(?!\w))?")
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_QUALIFIER = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
_INVERTED = re.compile(r"([^,;]+), ([^,;]+)")

_IRREGULAR = {
    "analyses": "analysis", "appendices": "appendix", "axes": "axis", "children": "child", "crises": "crisis",
    "criteria": "criterion", "feet": "foot", "fungi": "fungus", "genera": "genus", "hypotheses": "hypothesis",
    "indices": "index", "larvae": "larva", "loci": "locus", "matrices": "matrix", "men": "man", "mice": "mouse",
    "nebulae": "nebula", "novae": "nova", "nuclei": "nucleus", "phenomena": "phenomenon", "radii": "radius",
    "spectra": "spectrum", "stimuli": "stimulus", "strata": "stratum", "supernovae": "supernova", "syntheses":
    "synthesis", "teeth": "tooth", "theses": "thesis", "vertices": "vertex", "women": "woman", "algae": "alga",
    "bacteria": "bacterium", "maxima": "maximum", "minima": "minimum", "quanta": "quantum", "vortices": "vortex",
}  # fmt: skip
# Words in -s whose singular is another word.
_STAYS = frozenset({
    "arms", "arts", "assets", "bonds", "brains", "chips", "christmas", "customs", "forces", "funds", "glasses", "goods",
    "grounds", "humanities", "lens", "letters", "manners", "mars", "means", "minutes", "morals", "news", "numbers",
    "papers", "rights", "savings", "securities", "series", "species", "spirits", "stairs", "terms", "times", "venus",
    "waters", "works",
})  # fmt: skip


def fold_case(text: str) -> str:
    """Return `text` in compatibility form, without differences of case and blanks.

    Examples
    --------
    >>> fold_case(" Sea  ICE "), fold_case("ﬁeld")
    ('sea ice', 'field')
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def fold_words(text: str) -> str:
    """Return the words of `text` in the singular, "&" as "and", without punctuation; English plurals only.

    Of a text that holds no word, `fold_case` is returned.

    Examples
    --------
    >>> fold_words("Land-Use & Land Covers"), fold_words("Kepler's laws"), fold_words("galaxies"), fold_words("C++")
    ('land use and land cover', 'kepler law', 'galaxy', 'c++')
    """
    folded = fold_case(text)
    words = _WORD.findall(_APOSTROPHES.sub("", folded.replace("&", " and ")))
    return " ".join(map(singular, words)) or folded


def singular(word: str) -> str:
    """Return a folded word in the singular, as far as English rules tell; other words stay.

    Examples
    --------
    >>> [singular(word) for word in ("stars", "bodies", "boxes", "nuclei", "physics", "gas", "series")]
    ['star', 'body', 'box', 'nucleus', 'physics', 'gas', 'series']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or not word.isascii() or word in _STAYS:
        return word
    if word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "xes", "zzes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def without_qualifier(text: str) -> str:
    """Return `text` without what stands in brackets at its end; "" if nothing stands there, or nothing else.

    Examples
    --------
    >>> without_qualifier("Mercury (planet)"), without_qualifier("Mercury")
    ('Mercury', '')
    """
    found = _QUALIFIER.search(text)
    return text[: found.start()] if found else ""


def turned_round(text: str) -> str:
    """Return `Statistics, Nonparametric` as `Nonparametric Statistics`; "" for names that are not inverted so."""
    found = _INVERTED.fullmatch(text)
    return f"{found[2]} {found[1]}" if found else ""
