"""Markup leftovers: tags of HTML, JATS and MathML, comments, and character entities."""

import html
import re

from headword.cleaning.change import Change, rewrite_texts
from headword.core.corpus import Corpus

# Only known names count as tags: "<GM>" is a ticker symbol, "<think>" a token, "<x,y>" a product.
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark",
    "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "bold", "italic",
    "monospace", "roman", "sc", "underline", "xref", "ext-link", "named-content", "styled-content", "inline-formula",
    "mi", "mn", "mo", "ms", "mrow", "msub", "msup", "msubsup", "mstyle", "mover", "munder", "munderover", "mtext",
    "mspace", "mfenced",
})  # fmt: skip
_BLOCK = frozenset({
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "hr", "html", "img", "li", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "title", "sec", "list", "list-item", "disp-formula", "tex-math", "math", "mfrac",
    "msqrt", "mtable", "mtd", "mtr", "semantics", "alternatives", "abstract",
})  # fmt: skip
_PREFIX = r"(?:jats|mml|xhtml|m|ce|sb):"
_TAG = re.compile(rf"<(?P<close>/?)\s*(?P<prefix>{_PREFIX})?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>[\s/\\][^<>]*)?>")
_WITH_CONTENT = re.compile(
    rf"<!--.*?-->|<(?P<tag>(?:{_PREFIX})?(?:script|style|annotation|annotation-xml))\b[^<>]*>.*?</(?P=tag)\s*>", re.S
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def strip_markup(text: str) -> str:
    """Return `text` without markup.

    Tags inside a line vanish (`CO<sub>2</sub>` -> `CO2`), those between blocks become a space; what other tags hold
    stays, except that of scripts, styles, comments and TeX annotations of MathML. Entities become their characters,
    also when they were escaped twice. What only looks like a tag stays: unknown names, names in capitals and
    single letters without a closing tag in the same text (`<IBM>`, `<i>` as an index).

    Examples
    --------
    >>> strip_markup("<jats:p>CO<sub>2</sub> &amp; H&#176; of <GM></jats:p>").strip()
    'CO2 & H° of <GM>'
    """
    if "&" in text:
        text = _ENTITY.sub(lambda m: _character(m.group()), text.replace("&amp;", "&"))
    if "<" not in text:
        return text
    text = _CDATA.sub(r"\1", _WITH_CONTENT.sub(" ", text))
    closed = {m.group("name") for m in _TAG.finditer(text) if m.group("close")}
    return _TAG.sub(lambda m: _replacement(m, closed), text)


def _character(entity: str) -> str:
    character = html.unescape(entity)
    return entity if character == "\ufffd" else character


def _replacement(tag: re.Match[str], closed: set[str]) -> str:
    name = tag.group("name")
    known = name.lower()
    if known not in _INLINE and known not in _BLOCK:
        return tag.group()
    doubtful = (name != known and not tag.group("rest")) or (len(name) == 1 and name != "p")
    if doubtful and not tag.group("prefix") and name not in closed:
        return tag.group()
    return "" if known in _INLINE else " "


def clean_markup(corpus: Corpus) -> tuple[Corpus, Change]:
    """Apply `strip_markup` to titles and abstracts."""
    return rewrite_texts(corpus, "markup", strip_markup)
