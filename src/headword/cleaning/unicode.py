"""Unicode and whitespace: one spelling for what looks the same, and nothing that cannot be seen."""

import re
import unicodedata

from headword.cleaning.change import Change, rewrite_texts
from headword.core.corpus import Corpus

# UTF-8 that was once read as Latin-1. Only sequences with a C1 control are repaired: no honest text has those.
_MOJIBAKE = re.compile("[\u00c2-\u00f4](?=[\u0080-\u00bf]*[\u0080-\u009f])[\u0080-\u00bf]{1,3}")
_C1 = re.compile("[\u0080-\u009f]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
# Joiners carry meaning in Arabic and Indic scripts and in emoji, and none between Latin letters.
_JOINER = re.compile(
    "(?<![\u0600-\u1fff\u2600-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff\u2600-\U0010ffff])"
)
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def plain_unicode(text: str) -> str:
    """Return `text` in normal form NFC, without control and zero-width characters, with single plain blanks.

    Soft hyphens, byte-order marks, direction marks and lone surrogates go; every kind of blank becomes one space, blank
    lines stay as one blank line, other line breaks become a space. Characters 0x80–0x9F are read as
    Windows-1252 (or, in UTF-8 sequences, as the UTF-8 they once were). Applying it twice changes nothing more.

    Examples
    --------
    >>> plain_unicode("co\\u00adoperative\\u00a0\\u200bre\\u0301seau\\n of  cells ")
    'cooperative réseau of cells'
    """
    if not text.isascii():
        text = _repair_encoding(text)
    text = _tidy(_INVISIBLE.sub("", _LINE_BREAK.sub("\n", text)))
    # Only now is it known what stands beside a joiner; without it, its neighbours may compose and be other characters.
    while (joined := _JOINER.sub("", text)) != text:
        text = _tidy(joined)
    return text


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if "\n" in text:
        paragraphs = (" ".join(part.split()) for part in _PARAGRAPH.split(text))
        return "\n\n".join(part for part in paragraphs if part)
    return " ".join(text.split())


def _repair_encoding(text: str) -> str:
    if not _C1.search(text):
        return text
    text = _MOJIBAKE.sub(lambda m: _as_utf8(m.group()), text.replace("\x85", "\n"))
    return _C1.sub(lambda m: m.group().encode("latin-1").decode("cp1252", "ignore"), text)


def _as_utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text


def clean_unicode(corpus: Corpus) -> tuple[Corpus, Change]:
    """Apply `plain_unicode` to titles and abstracts.

    Examples
    --------
    >>> from headword.core.corpus import Document
    >>> corpus, change = clean_unicode(Corpus.from_documents([Document("1", "Two\\u00a0 blanks")]))
    >>> corpus.titles, change.n_changed
    (('Two blanks',), 1)
    """
    return rewrite_texts(corpus, "unicode", plain_unicode)
