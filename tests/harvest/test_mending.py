"""XML that is not quite XML."""

import time
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.harvest.mending import mended

from .repositories import OaiRepository, papers


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (b"\n\n<?xml version='1.0'?><a>x</a>", "", "x"),
        (b"\xef\xbb\xbf <a>x</a>", "", "x"),
        (b"<a>caf\xe9 \xc3\xa9</a>", "", "café é"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>na\xefve</a>', "text/xml", "naïve"),
        (b'<?xml version="1.0" encoding="klingon"?><a>caf\xc3\xa9</a>', "", "café"),
        (b'<?xml version="1.0" encoding="base64"?><a>x</a>', "", "x"),
        (b'<?xml version="1.0" encoding="Punycode"?><a>x-y</a>', "", "x-y"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a>\x93&#2;</a>', "", "\u201c\ufffd"),
        (b"<a>\xe4\xf6</a>", "text/xml; charset=iso-8859-5", "фі"),
        (b"<a>a\x0bb\x00</a>", "", "a\ufffdb\ufffd"),
        (b"<a>&#1;&#x1F;&#xD800;&#65;&#xFFFFFFFF;</a>", "", "\ufffd\ufffd\ufffdA\ufffd"),
        (b"<a>R&D &amp; AT&T; &copy;&nbsp;&eacute;&LT;&#38;</a>", "", "R&D & AT&T; ©\xa0é<&"),
    ],
)
def test_what_is_meant_is_read(body: bytes, kind: str, text: str) -> None:
    assert ElementTree.fromstring(mended(body, kind)).text == text


@pytest.mark.parametrize("cut", [b"<a><b>x", b"<a>x</a", b"<a>caf\xc3"])
def test_what_was_cut_off_stays_cut_off(cut: bytes) -> None:
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(mended(cut))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_what_is_whole_is_left_as_it_is(text: str) -> None:
    body = f"<a b='1'>{escape(text)}</a>".encode()
    assert mended(body) == body


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=30))
def test_any_bytes(body: bytes, kind: str) -> None:
    assert isinstance(mended(body, kind), bytes)


@pytest.mark.parametrize("piece", [b"<?xml encoding='a'", b"&", b"&#", b"&a", b"\xff", b"<![CDATA["])
def test_the_time_is_that_of_one_reading(piece: bytes) -> None:
    started = time.process_time()
    mended(piece * 50_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"<?xml", b"\n<?xml"),
        (b"galaxies &amp; others", b"galaxies & others"),
        (b"number 5.", b"number\x0b&nbsp;5\xe9."),
        (b'encoding="UTF-8"', b'encoding="UFT-8"'),
    ],
)
def test_a_repository_that_gives_such_xml_is_harvested(serve, fetching, good: bytes, bad: bytes) -> None:
    from dataclasses import replace

    repository = OaiRepository(papers(35))

    def spoilt(asked):
        usual = repository(asked)
        return replace(usual, body=usual.body.replace(good, bad))

    records = fetching(f"oai:{serve(spoilt).url}/oai", None)
    assert len(records) == 35
    assert records[5]["title"].startswith("On galaxies & others")
    assert len(fetching.provenance.notes) == 1
    assert "it was mended" in fetching.notes[0]
