"""XML that is not quite XML, as repositories give it whose records were pasted together by hand."""

import codecs
import re
from html.entities import html5
from xml.sax.saxutils import escape

_DECLARATION = re.compile(rb"<\?xml\b[^>]*?(?:encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*)?\?>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.-]+)", re.IGNORECASE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}));")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)(\w+;)?")
_HEAD = 1000
_SLOW = ("punycode", "idna")  # no charsets of documents, and their time grows with the square of the length
_UNKNOWN = "\ufffd"


def mended(body: bytes, kind: str = "") -> bytes:
    """Return XML in UTF-8 in which nothing that can be guessed stands in a parser's way.

    Blanks before the declaration go; bytes that are not UTF-8 where it was promised are read as Latin-1; ampersands
    that begin nothing become text (in CDATA sections too), names of HTML entities the characters they mean; characters
    that XML forbids become U+FFFD. What was cut off stays cut off.

    Parameters
    ----------
    kind
        The content type: its charset counts where the declaration names none.

    Examples
    --------
    >>> mended(b"\\n<?xml version='1.0'?><a>caf\\xe9 &amp; tea&nbsp;&#1; R&D</a>").decode()
    '<a>café &amp; tea\\xa0� R&amp;D</a>'
    """
    rest = body.removeprefix(codecs.BOM_UTF8).lstrip()
    declaration = _DECLARATION.match(rest[:_HEAD])
    named = str(declaration[1] or b"", "ascii") if declaration else ""
    charset = _CHARSET.search(kind)
    text = _decoded(rest[declaration.end() :] if declaration else rest, named or (charset[1] if charset else ""))
    text = _NUMBER.sub(_number, _AMPERSAND.sub(_ampersand, text))
    return _FORBIDDEN.sub(_UNKNOWN, text).encode()


def _decoded(body: bytes, coding: str) -> str:
    try:
        known = codecs.lookup(coding or "utf-8").name
        if known not in ("utf-8", *_SLOW):
            return body.decode(known, "replace")
    except (LookupError, UnicodeError):  # not known, or not one of texts
        pass
    return body.decode("utf-8", "headword-latin-1")


def _ampersand(found: re.Match[str]) -> str:
    name = found[1] or ""
    return escape(html5[name]) if name in html5 else f"&amp;{name}"


def _number(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    return _UNKNOWN if code > 0x10FFFF or _FORBIDDEN.match(chr(code)) else found[0]


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("headword-latin-1", _as_latin_1)
