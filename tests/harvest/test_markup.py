"""XML from strangers."""

import pytest

from headword.harvest.markup import child, child_text, children, parse_xml, text_of
from headword.harvest.wire import Fault

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (LAUGHS, "declares a document type"),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "declares a document type"),
        (b"<r>" * 65 + b"</r>" * 65, "nested too deeply"),
        (b"<r><a></r>", "not well-formed XML: mismatched tag"),
        (b"<r>&nbsp;</r>", "not well-formed XML: undefined entity"),
        (b"", "not well-formed XML: no element found"),
        (b"<?xml version='1.0' encoding='klingon'?><r/>", "not well-formed XML"),
        (b"<other/>", "XML, but of <other> instead of <r>"),
        (
            b"\n <HTML><head><Title>Down for\n repairs</TITLE>",
            "a web page entitled 'Down for repairs' came instead of XML",
        ),
        (b"<!doctype html>", "a web page came instead"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', "a web page came instead"),
        (b"\xef\xbb\xbf<html lang='en'>", "a web page came instead"),
        (b"<r>\x00</r>", "not well-formed XML"),
        (b"<r>\xff</r>", "not well-formed XML"),
    ],
)
def test_what_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(Fault, match=message):
        parse_xml(body, "r")


def test_too_many_elements(monkeypatch) -> None:
    monkeypatch.setattr("headword.harvest.markup._MAX_ELEMENTS", 1000)
    with pytest.raises(Fault, match="or too large"):
        parse_xml(b"<r>" + b"<a/>" * 1000 + b"</r>", "r")


def test_namespaces_do_not_matter() -> None:
    tree = parse_xml(b'<x:r xmlns:x="u"><x:a> 1 <b>2</b></x:a><a xmlns="v">3</a><!-- a --></x:r>', "r")
    assert [text_of(one) for one in children(tree, "a")] == ["1 2", "3"]
    assert child_text(tree, "a") == "1 2"
    assert child(tree, "z") is None
    assert (child_text(None, "a"), children(None, "a")) == ("", [])
