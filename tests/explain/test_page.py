"""The page marks the right words, and no text can do harm in it."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from pages.reading import require_accessible

from headword.core.scores import Suggestion
from headword.explain import Explanation, Match, Member, Neighbor, Reasons, SharedTerm, Span, Step, Term
from headword.explain.page import explanation_page
from headword.tagger import Tagger

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> </details></mark> "&amp; \u202eevil\u2066'


class Reader(HTMLParser):
    """Tags and their attributes in order, and the marked words with their classes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("class") or "" if tag == "mark" else ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.marks.append((data, self._inside))
            self._inside = ""


def reasons(label: str, title: str, for_: str, span: Span, against: str) -> Reasons:
    start = title.index(against)
    return Reasons(
        Suggestion(label, 0.75, 1.1, True),
        (Term(for_, 1.0, {"words": 0.5}, (span,)),),
        (Term(against, -0.4, {"words": -0.2}, (Span("title", start, start + len(against)),)),),
        (
            Member("words", 0.3, 1, -0.2, 1.5, 2.0, (Step(0.5, 0.1, {"hot": 0.4}), Step(0.1, 0.1, {}))),
            Member("stack", 0.1, 2, effect=-0.3),
        ),
        (Neighbor(label, title, 0.5, True, (SharedTerm(for_, 0.5),)),),
        -0.1,
    )


def test_words_are_marked_for_and_against_under_each_label() -> None:
    title = "Hot lava and cold sea"
    pair = reasons("Volcanoes", title, "hot lava", Span("title", 0, 8), "sea")
    other = replace(pair, suggestion=Suggestion("Seas", 0.25, -1.1, False))
    page = explanation_page(Explanation("d", (pair, other), title, ""))
    require_accessible(page)

    found = Reader(page)
    legend = [("spoke for", "for s2"), ("spoke against", "against s2")]
    marks = [("Hot", "for s3"), ("lava", "for s3"), ("sea", "against s2")]
    assert found.marks == [*legend, *marks, *marks]
    details = [attributes for tag, attributes in found.tags if tag == "details"]
    assert details == [{"open": None, "name": "label"}, {"name": "label"}]
    for shown in (
        "75.0%",
        "chosen",
        "+1.50",
        "−0.30",
        "hot lava 0.50",
        "have Volcanoes",
        "group by: hot; then no term",
    ):
        assert shown in page


def test_a_name_is_marked_where_no_term_speaks() -> None:
    title = "Sea ice and cold sea"
    named = Match("sea ice", {"name in the title": 1.0}, (Span("title", 0, 3), Span("title", 4, 7)))
    one = Reasons(
        Suggestion("c:1", 0.3, -0.8, True, name="Sea ice"), (), (), (Member("lexical", 0.1, 1),), (), 0.0, named
    )
    page = explanation_page(Explanation("d", (one,), title, ""))
    require_accessible(page)
    assert Reader(page).marks[2:] == [("Sea", "for s2"), ("ice", "for s2")]
    assert "What spoke for and against" not in page
    assert "Sea ice (c:1)" in page
    assert "<td>sea ice</td>" in page


def test_hostile_text_is_text() -> None:
    title = f"{HOSTILE} sea lava"
    start = title.index("lava")
    one = reasons(HOSTILE, title, "lava", Span("title", start, start + 4), "sea")
    page = explanation_page(Explanation(HOSTILE, (one,), title, HOSTILE))
    require_accessible(page)

    found = Reader(page)
    assert not {"script", "img", "iframe", "object", "link"} & {tag for tag, _ in found.tags}
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert "\u202e" not in page
    assert "\u2066" not in page
    assert ("lava", "for s3") in found.marks
    addresses = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    assert all(address.startswith("#") for address in addresses)


def test_a_long_text_is_cut(tagger: Tagger) -> None:
    text = "Surface currents of the ocean. " * 33_000
    explanation = tagger.explain(text, k=1)
    page = explanation_page(explanation)
    assert len(page) < 1_000_000
    assert "more letters, which are not shown" in page
    assert Reader(page).marks[2:]


def test_nothing_to_suggest() -> None:
    assert "There are none." in explanation_page(Explanation("d", ()))


def test_spans_mark_the_words_that_the_model_read(tagger: Tagger) -> None:
    text = "Ｏcean ﬂow: Cafe\u0301 ocean floor, OCEAN!"
    reasons = tagger.explain(text, k=1, n_terms=None)[0]
    spans = {t.term: [text[s.start : s.end] for s in t.spans] for t in (*reasons.terms_for, *reasons.terms_against)}
    assert spans["ocean"] == ["Ｏcean", "ocean", "OCEAN"]
    for pair, shown in (("ocean floor", "ocean floor"), ("floor ocean", "floor, OCEAN")):
        assert spans.get(pair, [shown]) == [shown]
