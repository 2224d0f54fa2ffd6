"""Records of arXiv, from its Atom feed and from its own OAI-PMH format, as documents."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from headword.cleaning.label_codes import codes_in, split_codes
from headword.harvest.markup import child, child_text, children
from headword.harvest.page import Record, Unusable, line, names, prose, require_id

_ABS = re.compile(r"https?://[\w.]*arxiv\.org/abs/(.+?)(?:v(\d+))?/?$")
_SEPARATOR = re.compile(r"[;,]")


def from_atom(entry: Element) -> Record:
    """Return the document of an Atom entry."""
    found = _ABS.match(child_text(entry, "id"))
    if found is None:
        raise Unusable(f"its id is no address of arXiv: {child_text(entry, 'id')[:80]!r}")
    terms = [category.get("term", "") for category in children(entry, "category")]
    primary = child(entry, "primary_category")
    return {
        "id": require_id(found[1]),
        "title": line(child_text(entry, "title")),
        "abstract": prose(child_text(entry, "summary")),
        "labels": classes(terms) or None,
        "date": child_text(entry, "published")[:10] or None,
        "updated": child_text(entry, "updated")[:10] or None,
        "primary": (None if primary is None else line(primary.get("term"))) or None,
        "terms": "; ".join(names(terms)) or None,
        "version": int(found[2]) if found[2] else None,
        "doi": line(child_text(entry, "doi")) or None,
    }


def from_oai(entry: Element) -> Record:
    """Return the document of an OAI-PMH record in the format `arXiv`."""
    record = child(child(entry, "metadata"), "arXiv")
    if record is None:
        raise Unusable("it holds no metadata in the format arXiv")
    categories = child_text(record, "categories").split()
    terms = [*categories, child_text(record, "acm-class"), child_text(record, "msc-class")]
    return {
        "id": require_id(child_text(record, "id")),
        "title": line(child_text(record, "title")),
        "abstract": prose(child_text(record, "abstract")),
        "labels": classes(terms) or None,
        "date": child_text(record, "created") or None,
        "updated": child_text(record, "updated") or None,
        "primary": categories[0] if categories else None,
        "terms": "; ".join(names(terms)) or None,
        "doi": line(child_text(record, "doi")) or None,
        "licence": line(child_text(record, "license")) or None,
    }


def classes(terms: Iterable[str]) -> list[str]:
    """Return the classes that terms name, once each; arXiv writes several ACM or MSC codes into one term.

    Words around codes ("68T05 (Learning and adaptive systems)") are left out; a term without codes is a class itself.

    Examples
    --------
    >>> classes(["cs.LG", "I.2.6; I.2.7", "68T07 (Primary), 62M45", "cs.LG"])
    ['cs.LG', 'I.2.6', 'I.2.7', '68T07', '62M45']
    """
    return names(code for term in terms for code in split_codes(term) or codes_in(term) or _SEPARATOR.split(term))
