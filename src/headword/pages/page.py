"""A whole page in one file: it opens from disk, asks the network for nothing, and prints.

The stylesheet and the script stand in the page; its Content-Security-Policy names them by hash and forbids everything
else, so that even markup that slipped in could load or run nothing.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from headword.core.files import replacing
from headword.pages.markup import Child, Html, element, joined, slug

_CONTENTS_FROM = 4


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading of its own.

    Attributes
    ----------
    title
        The heading, plain text.
    content
        What stands below it, in order; pieces of this package, or text.
    """

    title: str
    content: Sequence[Child]


def page(title: str, sections: Sequence[Section], *, lead: Child = None, made: Child = None, lang: str = "en") -> str:
    """Return a self-contained HTML page.

    Parameters
    ----------
    title
        The only first-level heading, and the title of the window.
    sections
        From four on, a table of contents is made of their titles.
    lead
        What a reader should know first, below the title.
    made
        How the page came about: last on the page, in small letters.
    lang
        Language of the words around the data.
    """
    names = _distinct([slug(section.title) for section in sections])
    main = joined(
        element("h1", title),
        element("div", lead, class_="lead") if lead is not None else None,
        _contents(sections, names) if len(sections) >= _CONTENTS_FROM else None,
        [
            element(
                "section",
                element("h2", section.title, id=name),
                *section.content,
                aria_labelledby=name,
            )
            for section, name in zip(sections, names, strict=True)
        ],
    )
    footer = element("footer", made) if made is not None else None
    body = joined(
        element("a", "Skip to the content", href="#content", class_="skip"),
        element("main", main, id="content"),
        footer,
    )
    style = _asset("page.css")
    script = _asset("tables.js") if 'data-live=""' in body else None
    head = joined(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )
    scripts = element("script", script) if script is not None else None
    return (
        "<!doctype html>\n" + element("html", element("head", head), element("body", body, scripts), lang=lang) + "\n"
    )


def write_page(path: str | os.PathLike[str], text: str) -> None:
    """Write a page to a file (UTF-8); an old file stays whole until the new one is complete.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _contents(sections: Sequence[Section], names: Sequence[str]) -> Html:
    links = [
        element("li", element("a", section.title, href=f"#{name}"))
        for section, name in zip(sections, names, strict=True)
    ]
    return element("nav", element("ul", links), aria_label="Contents", class_="contents")


def _distinct(names: Sequence[str]) -> list[str]:
    taken = {"content"}
    out = []
    for name in names:
        free, number = name, 2
        while free in taken:
            free, number = f"{name}-{number}", number + 1
        taken.add(free)
        out.append(free)
    return out


@cache
def _asset(name: str) -> Html:
    """Return a file of this package; none holds `</`, so that it can stand inside its element as it is."""
    return Html(files("headword.pages").joinpath(name).read_text(encoding="utf-8"))


def _policy(style: str, script: str | None) -> str:
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'", "base-uri 'none'", "form-action 'none'"]
    return "; ".join(parts if script is None else [*parts, f"script-src '{_hash(script)}'"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
