"""An explanation as a page: the text with what spoke for and against each label marked in it."""

import re
from collections.abc import Sequence

from headword.explain.explanation import Explanation, Match, Member, Neighbor, Reasons, Term
from headword.explain.spans import spans_of
from headword.pages import (
    Cell,
    Column,
    Html,
    Mark,
    Section,
    bullets,
    element,
    highlighted,
    joined,
    page,
    paragraph,
    table,
)
from headword.pages.figures import percent, signed

_SHOWN_LETTERS = 20_000
_SHOWN_TERMS = 8
_FAINTEST = 0.03
_NAMED = 0.7
_BAR, _HEIGHT = 160, 12
# Characters that make others stand where they are not: each is shown as one that cannot be shown.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def explanation_page(explanation: Explanation) -> str:
    """Return a self-contained HTML page, which asks the network for nothing.

    All terms that the explanation tells are marked; more of them are with a larger `n_terms`. Of a text beyond 20,000
    letters the beginning is shown. Characters that turn the direction of writing are replaced by U+FFFD.
    """
    suggestions = explanation.suggestions
    name = _plain(explanation.title) or explanation.id
    parts = [_label(explanation, reasons, number == 0) for number, reasons in enumerate(suggestions)]
    sections = [Section("Suggestions", [_overview(suggestions)] if parts else [paragraph("There are none.")])]
    if parts:
        sections.append(Section("Label by label", [_legend(), *parts]))
        sections.append(Section("How to read this page", [bullets(_NOTES)]))
    return page("Why these headings?", sections, lead=paragraph("Document: ", element("bdi", name)))


_NOTES = (
    "Terms: what each added to the members' scores is exact; it is weighed by what a unit of the member's score was "
    "worth in log odds. A log odds of 0 is a probability of 50%, +1 is 73%, +2 is 88%, −2 is 12%.",
    "Members: the effects are Shapley values; the log odds without any opinion and all effects sum to the log odds of "
    "the label's probability.",
    "Evidence is not cause: a term may speak for a label because the two went together in the training documents.",
)


def _legend() -> Html:
    shown = highlighted("spoke for, spoke against", [Mark(0, 9, 0.7), Mark(11, 24, -0.7)])
    return element(
        "div", shown, paragraph("The stronger the shade, the more. Open another label to see its own marks.")
    )


def _overview(suggestions: Sequence[Reasons]) -> Html:
    rows = [
        [
            element("bdi", _plain(one.suggestion.shown)),
            Cell(percent(one.suggestion.probability), one.suggestion.probability),
            "chosen" if one.suggestion.chosen else "not chosen",
            _words(one.terms_for[:3]) or (one.match.name if one.match is not None else ""),
        ]
        for one in suggestions
    ]
    columns = [Column("label"), Column("probability", number=True), Column("decision"), Column("told by")]
    return table(columns, rows, caption="Suggested labels, the likeliest first")


def _label(explanation: Explanation, reasons: Reasons, is_open: bool) -> Html:
    one = reasons.suggestion
    decision = "chosen" if one.chosen else "not chosen"
    head = element("summary", element("bdi", _plain(one.shown)), f" – {percent(one.probability)}, {decision}")
    content = [
        [_text(name, getattr(explanation, name), reasons) for name in ("title", "abstract")],
        _terms(reasons) if reasons.terms_for or reasons.terms_against else None,
        _members(reasons),
        _name(one.shown, reasons.match) if reasons.match is not None else None,
        _neighbors(one.shown, reasons.neighbors) if reasons.neighbors else None,
    ]
    # Details of one name close one another where the browser knows it, and open one by one where not.
    return element("details", head, content, open=is_open, name="label")


def _text(field: str, text: str, reasons: Reasons) -> Html | None:
    if not text.strip():
        return None
    begun = text[:_SHOWN_LETTERS]
    left = len(text) - len(begun)
    rest = paragraph(f"… and {left:,} more letters, which are not shown.") if left else None
    return element("div", highlighted(_plain(begun), _marks(field, begun, reasons)), rest)


def _marks(field: str, text: str, reasons: Reasons) -> list[Mark]:
    """Return a mark for each word of the text that a term falls on; a pair's contribution falls on either half.

    Without a term, as for labels that no training document has, the words of the label's name are marked.
    """
    if not reasons.terms_for and not reasons.terms_against:
        named = reasons.match.spans if reasons.match is not None else ()
        here = [span for span in named if span.field == field and span.end <= len(text)]
        return [Mark(span.start, span.end, _NAMED, "name of the label") for span in here]
    found = spans_of(text)
    begins = {start: i for i, start in reversed(list(enumerate(found.starts.tolist())))}
    ends, values = found.ends.tolist(), [0.0] * len(found)
    for term in (*reasons.terms_for, *reasons.terms_against):
        words = set(term.term.split(" "))
        for span in term.spans:
            if span.field != field or span.start not in begins:
                continue
            inside = []
            at = begins[span.start]
            while at < len(found) and ends[at] <= span.end:
                inside.append(at)
                at += 1
            owners = [i for i in inside if found.tokens[i] in words] or inside
            for i in owners:
                values[i] += term.contribution / len(owners)
    most = max((abs(value) for value in values), default=0.0)
    told = zip(found.starts.tolist(), ends, found.tokens, values, strict=True)
    return [
        Mark(start, end, value / most, f"{token} {signed(value, 2)}")
        for start, end, token, value in told
        if abs(value) > _FAINTEST * most
    ]


def _terms(reasons: Reasons) -> Html:
    terms = [*reasons.terms_for[:_SHOWN_TERMS], *reversed(reasons.terms_against[:_SHOWN_TERMS])]
    most = max((abs(term.contribution) for term in terms), default=0.0)
    told = [member.name for member in reasons.members if member.weight is not None]
    rows = [
        [
            element("bdi", term.term),
            _bar(term.contribution, most),
            Cell(signed(term.contribution, 2), term.contribution),
            *(_part(term, name) for name in told),
        ]
        for term in terms
    ]
    columns = [Column("term"), Column("for or against"), Column("log odds", number=True)]
    columns += [Column(name, number=True, meaning=f"What it added to the score of {name}") for name in told]
    label = _plain(reasons.suggestion.shown)
    return table(columns, rows, caption=f"What spoke for and against {label}, in log odds; and in each member's score")


def _part(term: Term, member: str) -> Cell | None:
    value = term.by_member.get(member)
    return None if value is None else Cell(signed(value, 2), value)


def _members(reasons: Reasons) -> Html:
    most = max((abs(member.effect) for member in reasons.members), default=0.0)
    first: list[object] = ["no opinion", "", Cell(signed(reasons.prior, 2), reasons.prior), None, None]
    rows = [first, *(_member(member, most) for member in reasons.members)]
    score = reasons.suggestion.score
    rows.append(["all together", "", Cell(signed(score, 2), score), None, None])
    columns = [
        Column("member"),
        Column("for or against"),
        Column("log odds", number=True),
        Column("place", number=True, meaning="The place that it gives the label, 1 the best"),
        Column("score", number=True, meaning="Its own score, on its own scale"),
    ]
    whole = table(columns, rows, caption=f"What the members' opinions of {_plain(reasons.suggestion.shown)} moved")
    return joined(whole, [_route(member) for member in reasons.members if member.route])


def _member(member: Member, most: float) -> list[object]:
    effect = Cell(signed(member.effect, 2), member.effect)
    return [member.name, _bar(member.effect, most), effect, member.rank, Cell(signed(member.score, 2), member.score)]


def _route(member: Member) -> Html:
    ways = "; then ".join(", ".join(step.terms) or "no term" for step in member.route)
    return paragraph(f"The member {member.name} came to the label's group by: {ways}.")


def _name(label: str, match: Match) -> Html:
    rows = [
        [kind, Cell(signed(value, 2), value)]
        for kind, value in sorted(match.evidence.items(), key=lambda item: -abs(item[1]))
    ]
    caption = f"{_plain(label)} is named in the text: “{match.name}”; what that added to the member's score"
    return table([Column("evidence"), Column("score", number=True)], rows, caption=caption)


def _neighbors(label: str, neighbors: Sequence[Neighbor]) -> Html:
    rows = [
        [
            element("bdi", _plain(one.title) or one.id),
            "yes" if one.carries else "no",
            Cell(f"{one.cosine:.2f}", one.cosine),
            ", ".join(f"{shared.term} {shared.share:.2f}" for shared in one.shared),
            element("bdi", _plain(one.id)),
        ]
        for one in neighbors
    ]
    columns = [Column("document"), Column("has the label"), Column("cosine", number=True)]
    columns += [Column("shared terms", meaning="With their parts of the cosine"), Column("id")]
    return table(columns, rows, caption=f"The nearest documents learnt from, and whether they have {_plain(label)}")


def _words(terms: Sequence[Term]) -> str:
    return ", ".join(term.term for term in terms)


def _bar(value: float, most: float) -> Html:
    """Return a bar to the right for, to the left against; its figure stands beside it."""
    middle = _BAR / 2
    length = round(abs(value) / most * (middle - 1), 1) if most else 0.0
    left, kind = (middle, "f0") if value >= 0 else (round(middle - length, 1), "f1")
    line = element("line", x1=middle, x2=middle, y1=0, y2=_HEIGHT, class_="grid")
    bar = element("rect", x=left, y=2, width=length, height=_HEIGHT - 4, class_=kind)
    size = {"viewBox": f"0 0 {_BAR} {_HEIGHT}", "width": _BAR, "height": _HEIGHT}
    return element("svg", bar, line, **size, role="img", aria_label="for" if value >= 0 else "against")


def _plain(text: str) -> str:
    return _TURNING.sub("\ufffd", text)
