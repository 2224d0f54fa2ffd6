"""Compound codes: several class codes that a source wrote into one label."""

import re
from collections.abc import Callable

# MSC 2020 (68T07, 65Nxx, 90-05), ACM 1998 (I.2.7, F.m, G.0), arXiv categories (cs.LG, hep-th).
_MSC = re.compile(r"\d{2}(?:[A-Z](?:\d{2}|[xX]{2})|-\d{2}|-[xX]{2})")
_MSC_SHORT = re.compile(r"\d{2}(?:[A-Z]|-)?")
_ACM = re.compile(r"[A-K]\.(?:\d{1,2}|m)(?:\.(?:\d{1,2}|m))?")
_ARXIV = re.compile(
    r"(?:astro-ph|cond-mat|cs|econ|eess|math|nlin|physics|q-bio|q-fin|stat)\.[A-Za-z]{2}|[a-z]+-[a-z]+\.[A-Z]{2}"
)
_BETWEEN = re.compile(r"[;,:\s()\[\]|/&]+")
_NOISE = frozenset({
    "primary", "secondary", "prim", "sec", "msc", "acm", "ams", "class", "classes", "classification", "classifications",
    "subject", "mathematics", "es", "and", "codes", "code", "ccs", "1991", "1998", "2000", "2010", "2012", "2020",
    "msc2000", "msc2010", "msc2020", "pacs",
})  # fmt: skip
_CODE_IN_TEXT = re.compile(rf"(?<![\w.])(?:{_MSC.pattern}|{_ACM.pattern})(?!\w|\.\w)")
_LIST = re.compile(r"\s*[;|]\s*")
_COMMA_LIST = re.compile(r"\s*,\s+")


def split_codes(label: str) -> tuple[str, ...] | None:
    """Return the class codes in `label` without repeats; None if it holds more than codes and words like "primary".

    Examples
    --------
    >>> split_codes("I.2.6; I.2.7"), split_codes("68T07 (Primary) 62J02 (Secondary)"), split_codes("Cells, Cultured")
    (('I.2.6', 'I.2.7'), ('68T07', '62J02'), None)
    """
    tokens = [t.rstrip(".") for t in _BETWEEN.split(label)]
    codes = [t for t in tokens if t and t.lower() not in _NOISE]
    certain = [t for t in codes if _MSC.fullmatch(t) or _ACM.fullmatch(t) or _ARXIV.fullmatch(t)]
    if not certain or any(t not in certain and not _MSC_SHORT.fullmatch(t) for t in codes):
        return None
    return tuple(dict.fromkeys(codes))


def codes_in(label: str) -> tuple[str, ...]:
    """Return the MSC and ACM codes that stand in a label among other words, without repeats.

    Examples
    --------
    >>> codes_in("68T05 (Learning, adaptive systems), 68T7; I.2.6 Learning"), codes_in("Cells, Cultured")
    (('68T05', 'I.2.6'), ())
    """
    return tuple(dict.fromkeys(_CODE_IN_TEXT.findall(label)))


def split_list(label: str, is_label: Callable[[str], bool]) -> tuple[tuple[str, ...], bool] | None:
    """Return the parts of a label that lists other labels, and whether that is certain; None if it lists none.

    All parts must be labels themselves. Semicolons and bars are certain separators; commas are not, for headings such
    as `Statistics, Nonparametric` turn words round.
    """
    for separator, certain in ((_LIST, True), (_COMMA_LIST, False)):
        parts = tuple(dict.fromkeys(p for p in separator.split(label) if p))
        if len(parts) > 1 and all(is_label(p) for p in parts):
            return parts, certain
    return None
