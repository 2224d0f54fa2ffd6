"""Text with marked stretches, as explanations show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from headword.pages.markup import Html, element, joined

_STEPS = 3


@dataclass(frozen=True)
class Mark:
    """A stretch [start, end) of a text, and how strongly it spoke for (up to 1) or against (down to -1).

    `title` is told when it is pointed at.
    """

    start: int
    end: int
    strength: float
    title: str = ""


def highlighted(text: str, marks: Iterable[Mark]) -> Html:
    """Return `text` with its marks: for is shaded and underlined, against is shaded and dotted, in three steps.

    So greyscale and any colour vision can tell them apart. Where marks overlap, the one that starts first counts, then
    the longer one.
    """
    pieces: list[Html | str] = []
    at = 0
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if mark.start < at or mark.end <= mark.start:
            continue
        step = min(_STEPS, max(1, round(abs(mark.strength) * _STEPS)))
        kind = "for" if mark.strength >= 0 else "against"
        inside = element("mark", text[mark.start : mark.end], class_=f"{kind} s{step}", title=mark.title or None)
        pieces += [text[at : mark.start], inside]
        at = mark.end
    return element("p", joined(pieces, text[at:]), class_="text")
