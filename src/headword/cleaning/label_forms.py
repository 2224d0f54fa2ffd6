"""How labels are compared: ever coarser foldings of their spelling, and English plurals with care."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_AROUND_SIGN = re.compile(r"\s*([>|/;,:])\s*")
# A hyphen is a blank only between two characters of words, and not between two digits: 1-2 is neither 12 nor "1 2".
_JOINT = re.compile(r"(?<=\w)(?:[\s_]|(?<!\d)[-‐‑‒–—](?=\w)|(?<=\d)[-‐‑‒–—](?=[^\W\d]))+(?=\w)")
_UNDERSCORE = re.compile(r"_+")
_BLANK_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d]) (?=[^\W\d])")

# Words whose plural is another heading, not the same one in another number.
_PLURAL_MEANS_ELSE = frozenset({
    "arm", "art", "asset", "blind", "brain", "character", "chip", "climate", "clas", "color", "colour", "compas",
    "content", "custom", "damage", "data", "draught", "econometric", "element", "force", "fund", "gas", "glass", "good",
    "ground", "humanity", "letter", "look", "manner", "mean", "minute", "moral", "new", "number", "paper", "physic",
    "right", "sand", "saving", "security", "serie", "specie", "spectacle", "spirit", "stair", "statistic",
    "term", "time", "turkey", "value", "water", "wood", "work",
})  # fmt: skip

LEVELS = ("unicode", "spacing", "case", "hyphen")


def fold(label: str, level: str) -> str:
    """Return `label` as seen at a level of comparison; each level folds all that those before it fold.

    Levels: "unicode" (compatibility form, invisible characters), "spacing" (blanks, also around > / | ; , :), "case",
    "hyphen" (hyphen, underscore and blank between words are one; a hyphen between digits stays).

    Examples
    --------
    >>> fold("Object-Detection ", "hyphen"), fold("object_detection", "hyphen"), fold("90-05", "hyphen")
    ('object detection', 'object detection', '90-05')
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", label))
    if level == "unicode":
        return text
    text = _AROUND_SIGN.sub(r"\1", " ".join(text.split()))
    if level == "spacing":
        return text
    text = unicodedata.normalize("NFKC", text.casefold())
    return text if level == "case" else " ".join(_JOINT.sub(" ", text).split())


def joined(folded: str) -> str:
    """Return a folded label without the blanks between letters ("data set" -> "dataset"); digits keep theirs."""
    return _BLANK_BETWEEN_LETTERS.sub("", folded)


def singular(folded: str) -> str | None:
    """Return the folded label with its last word in the singular, None where that is not safe to say.

    English only, and only regular plurals: `graphs`, `boxes`, `batteries`. Never a word in -ss, -us, -is or -ics
    (`physics`, `analysis`, `gas`), of fewer than four letters, or one of a list whose plural means something else
    (`gases`, `goods`, `statistics`).

    Examples
    --------
    >>> singular("knowledge graphs"), singular("physics"), singular("gases"), singular("gas"), singular("batteries")
    ('knowledge graph', None, None, None, 'battery')
    """
    head, _, word = folded.rpartition(" ")
    if len(word) < 4 or not word.isascii() or not word.isalpha() or not word.endswith("s"):
        return None
    if word.endswith(("ss", "us", "is", "ics", "eas", "ias")):
        return None
    if word.endswith("ies"):
        one = word[:-3] + "y" if len(word) > 5 else word[:-1]
    elif word.endswith(("sses", "xes", "zzes", "ches", "shes")):
        one = word[:-2]
    else:
        one = word[:-1]
    stems = {one, one.removesuffix("e")}
    if stems & _PLURAL_MEANS_ELSE:
        return None
    return f"{head} {one}".strip()


def is_acronym_trap(one: str, other: str) -> bool:
    """Tell whether two labels that differ in case may be a word and an acronym (`AIDS`, `aids`; `US`, `us`)."""
    return len(one) <= 5 and one.isalpha() and other.isalpha() and one.isupper() != other.isupper()
