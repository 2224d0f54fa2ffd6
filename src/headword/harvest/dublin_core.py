"""Simple Dublin Core, the format that every OAI-PMH repository has, as documents."""

from xml.etree.ElementTree import Element

from headword.harvest.markup import child, child_text, children, text_of
from headword.harvest.page import Record, Unusable, line, names, prose, require_id

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_REPEATABLE = ("date", "type", "language", "identifier", "subject")


def from_oai(record: Element) -> Record:
    """Return the document of an `oai_dc` record; its id is the identifier in the header.

    The first title and all descriptions are the text, the subjects the labels; without subjects the document counts
    as not annotated.
    """
    header, fields = child(record, "header"), child(child(record, "metadata"), "dc")
    if fields is None:
        raise Unusable("it holds no metadata in the format oai_dc")
    titles = children(fields, "title")
    found = {name: names(map(text_of, children(fields, name))) for name in _REPEATABLE}
    descriptions = dict.fromkeys(prose(text_of(one)) for one in children(fields, "description"))
    document = {
        "id": require_id(child_text(header, "identifier")),
        "title": line(text_of(titles[0])) if titles else "",
        "abstract": "\n\n".join(one for one in descriptions if one),
        "labels": found["subject"] or None,
        "date": next(iter(found["date"]), None),
        "type": next(iter(found["type"]), None),
        "language": next(iter(found["language"]), None) or (titles[0].get(_LANGUAGE) if titles else None),
        "address": next((one for one in found["identifier"] if one.startswith(("http://", "https://"))), None),
        "sets": names(map(text_of, children(header, "setSpec"))),
    }
    if not document["title"] and not document["abstract"]:
        raise Unusable("it has neither a title nor a description")
    return document
