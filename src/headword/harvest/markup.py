"""XML from strangers: no document types, no entities, bounded size and depth; and the text in it."""

import re
from typing import Any
from xml.etree import ElementTree

from headword.harvest.wire import Fault

_MAX_DEPTH = 64
_MAX_ELEMENTS = 2_000_000
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+)?html\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.{0,120}?)</title", re.IGNORECASE | re.DOTALL)


class Malformed(Fault):
    """An answer that is not well-formed XML."""


class _Builder(ElementTree.TreeBuilder):
    """Builds the tree, and stops at what an honest answer does not hold."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> ElementTree.Element:
        self._depth += 1
        self._count += 1
        if self._depth > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise Fault("the XML is nested too deeply or too large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise Fault("the XML declares a document type, which is refused: entities could be defined in it")


def parse_xml(body: bytes, root: str) -> ElementTree.Element:
    """Return the tree of an XML answer whose root element is `root` (without namespace).

    Raises
    ------
    Malformed
        If it is no well-formed XML.
    Fault
        If it declares a document type, is nested beyond 64 levels, or is another document.
    """
    refuse_html(body, "XML")
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(body)
        tree: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the latter: an unknown encoding
        raise Malformed(f"the answer is not well-formed XML: {error}") from error
    if local(tree.tag) != root:
        raise Fault(f"the answer is XML, but of <{local(tree.tag)[:40]}> instead of <{root}>")
    return tree


def refuse_html(body: bytes, wanted: str) -> None:
    """Raise a Fault if `body` is a web page, as proxies and services under repair give."""
    if _HTML.match(body[:4096]):
        title = _TITLE.search(body[:65536])
        named = f" entitled {' '.join(str(title[1], 'utf-8', 'replace').split())!r}" if title else ""
        raise Fault(f"a web page{named} came instead of {wanted}")


def local(tag: Any) -> str:
    """Return a tag without its namespace; "" for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: ElementTree.Element | None, name: str) -> list[ElementTree.Element]:
    """Return the children called `name`, of any namespace; none of no element."""
    return [] if element is None else [child for child in element if local(child.tag) == name]


def child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    """Return the first child called `name`, of any namespace."""
    return next(iter(children(element, name)), None)


def text_of(element: ElementTree.Element | None) -> str:
    """Return all text inside an element, without blanks at its ends; "" of no element."""
    return "" if element is None else "".join(element.itertext()).strip()


def child_text(element: ElementTree.Element | None, name: str) -> str:
    """Return the text of the first child called `name`."""
    return text_of(child(element, name))
