"""The pieces a page is built of, other than tables and charts."""

from collections.abc import Sequence
from dataclasses import dataclass

from headword.pages.markup import Child, Html, element

_KINDS = {"note": "Note", "warning": "Warning", "good": "Good"}


@dataclass(frozen=True)
class Tile:
    """A headline figure: its name, its value as text, and a line below (an interval, a baseline)."""

    name: str
    value: str
    beside: str = ""


def tiles(several: Sequence[Tile]) -> Html:
    """Return headline figures side by side."""
    return element(
        "dl",
        [
            element(
                "div",
                element("dt", one.name),
                element("dd", one.value, class_="value"),
                element("dd", one.beside, class_="beside") if one.beside else None,
            )
            for one in several
        ],
        class_="tiles",
    )


def paragraph(*content: Child) -> Html:
    """Return a paragraph."""
    return element("p", *content)


def heading(text: str) -> Html:
    """Return a heading inside a section."""
    return element("h3", text)


def bullets(items: Sequence[Child]) -> Html:
    """Return an unordered list."""
    return element("ul", [element("li", item) for item in items])


def callout(kind: str, *content: Child) -> Html:
    """Return a framed remark that says its kind in words: `note`, `warning` or `good`.

    Raises
    ------
    ValueError
        If the kind is none of these.
    """
    if kind not in _KINDS:
        raise ValueError(f"a callout is one of {', '.join(_KINDS)}, found {kind!r}")
    return element("div", element("strong", f"{_KINDS[kind]}: "), *content, class_=f"callout {kind}")


def code(text: str) -> Html:
    """Return lines of code or a command, kept as they are."""
    return element("pre", element("code", text), tabindex=0)


def facts(pairs: Sequence[tuple[str, Child]]) -> Html:
    """Return names with what is so of each."""
    return element("dl", [(element("dt", name), element("dd", what)) for name, what in pairs], class_="facts")


def details(summary: str, *content: Child) -> Html:
    """Return content that is opened on demand, and printed."""
    return element("details", element("summary", summary), *content)


def abbreviation(short: str, meaning: str) -> Html:
    """Return a short form that tells its meaning when pointed at."""
    return element("abbr", short, title=meaning)


def external(text: str, address: str) -> Html:
    """Return a link that leaves the page; nothing is loaded before it is followed.

    Raises
    ------
    ValueError
        If the address is not http or https.
    """
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"a link leads to http or https, found {address!r}")
    return element("a", text, href=address, rel="noopener noreferrer")
