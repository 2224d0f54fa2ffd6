"""Markup whose text is escaped by construction: what is not an `Html` cannot enter a page unescaped.

`element("p", "a < b")` gives `<p>a &lt; b</p>`. Only `element`, `joined` and the few functions of this package make an
`Html`; adding or formatting one gives a plain `str`, which is escaped again when it is used. A template language would
escape by the place in a file; here the type does, and mypy sees it.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

Child = Any
"""A `str` or number (escaped), an `Html` (kept), None or False (left out), or an iterable of these."""

_VOID = frozenset({"br", "col", "hr", "input", "meta", "link", "img"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:-]*\Z")
# Not allowed in HTML: control characters other than white space, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, /, *children: Child, **attributes: Any) -> Html:
    """Return an element with its children.

    Parameters
    ----------
    attributes
        A final `_` is dropped (`class_`, `for_`), other `_` become `-`. None and False leave the attribute out, True
        gives it without a value, everything else is written as text.

    Raises
    ------
    ValueError
        If a name is none of HTML's, or is one that runs script (`onclick`).
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no name of an element")
    given = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Html(f"<{name}{given}>" if name in _VOID else f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: Child, between: str = "") -> Html:
    """Return the children one after another, text escaped, with `between` (escaped too) between them."""
    return Html(escaped(between).join(_pieces(children)))


def escaped(text: str) -> Html:
    """Return `text` so that a reader sees exactly it; characters that HTML cannot hold become U+FFFD."""
    return Html(escape(_UNPRINTABLE.sub("\ufffd", text)))


def slug(text: str) -> str:
    """Return `text` as an id: lower case, letters and digits of any script, hyphens."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "part"


def _pieces(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None or child is False:
            continue
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str):
            yield escaped(child)
        elif isinstance(child, Iterable):
            yield from _pieces(child)
        else:
            yield escaped(str(child))


def _attribute(key: str, value: Any) -> str:
    name = key.removesuffix("_").replace("_", "-")
    if not _NAME.match(name) or name.lower().startswith("on"):
        raise ValueError(f"{name!r} is no name of an attribute that a page may have")
    if value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
