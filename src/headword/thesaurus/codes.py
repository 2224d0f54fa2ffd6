"""Codes: labels that hold one or several class codes, `68T07 (Primary) 62J02 (Secondary)`."""

import re
from collections.abc import Iterator

_BETWEEN = re.compile(r"[;,:\s()\[\]|/&]+")
_YEAR = re.compile(r"(?:msc|acm|ams)?(?:19|20)\d\d")
# What stands beside codes without being one.
_BESIDE = frozenset({
    "primary", "secondary", "prim", "sec", "msc", "ams", "acm", "ccs", "pacs", "class", "classes", "classification",
    "classifications", "subject", "subjects", "code", "codes", "mathematics", "and",
})  # fmt: skip
_LIKE_A_CODE = re.compile(r"(?=.*\d)[\w.-]{2,12}|[A-Z]\.[\w.]{1,6}")
_MSC = re.compile(r"\d\d[A-Z-][\dxX]{2}")
_LAST_SECTION = re.compile(r"[.-][^.-]+$")


def codes_in(label: str) -> tuple[str, ...]:
    """Return what may be codes in `label`, without words like "Primary" and years; () if other words stand there.

    Examples
    --------
    >>> codes_in("68T07 (Primary) 62J02 (Secondary)"), codes_in("I.2.7; cs.CL"), codes_in("Cells, Cultured")
    (('68T07', '62J02'), ('I.2.7', 'cs.CL'), ())
    """
    parts = (part.rstrip(".") for part in _BETWEEN.split(label))
    found = [part for part in parts if part and part.lower() not in _BESIDE and not _YEAR.fullmatch(part.lower())]
    if not any(_LIKE_A_CODE.fullmatch(one) for one in found):
        return ()
    return tuple(dict.fromkeys(found))


def is_code(text: str) -> bool:
    """Tell whether `text` looks like a code: a short word with digits, or a capital letter and a point."""
    return _LIKE_A_CODE.fullmatch(text) is not None


def broader_codes(code: str) -> Iterator[str]:
    """Iterate the codes of the classes that a code lies in, the narrowest first.

    Examples
    --------
    >>> list(broader_codes("68T07")), list(broader_codes("I.2.7"))
    (['68Txx', '68T', '68-XX', '68'], ['I.2', 'I'])
    """
    if _MSC.fullmatch(code):
        yield from (f"{code[:3]}xx", code[:3], f"{code[:2]}-XX", code[:2])
        return
    shorter = _LAST_SECTION.sub("", code)
    while shorter != code:
        yield shorter
        code, shorter = shorter, _LAST_SECTION.sub("", shorter)
