"""An explanation as text and as plain data."""

import json

from headword.core.scores import Suggestion
from headword.explain import Explanation, Member, Neighbor, Reasons, SharedTerm, Span, Term

UNTOLD = {"bias": None, "weight": None, "route": []}
SHARED = [{"term": "lava", "share": 0.4}]
SPANNED = {
    "term": "lava",
    "contribution": 0.5,
    "by_member": {"words": 0.3, "characters": 0.2},
    "spans": [{"field": "title", "start": 0, "end": 4}],
}


def example() -> Explanation:
    neighbors = [Neighbor(f"d{i}", f"Title {i}", 0.9 - i / 10, i == 4, (SharedTerm("lava", 0.4),)) for i in range(5)]
    reasons = Reasons(
        Suggestion("Volcanoes", 0.934, 2.6, True),
        (Term("lava", 0.5, {"words": 0.3, "characters": 0.2}, (Span("title", 0, 4),)),),
        (Term("sea", -0.25, {"words": -0.25}),),
        (Member("words", 1.25, 1, -0.75, 2.5, 1.5), Member("stack", -0.5, 1200, effect=-0.25)),
        tuple(neighbors),
        -2.0,
    )
    return Explanation("d", (reasons,))


def test_text() -> None:
    assert str(example()).splitlines() == [
        "Volcanoes  93%  chosen",
        "  for      lava +0.50",
        "  against  sea -0.25",
        "  members  words +2.50 (place 1), stack -0.25 (place 1,200)",
        "  nearest  lacks it 0.90  d0  Title 0",
        "           lacks it 0.80  d1  Title 1",
        "           lacks it 0.70  d2  Title 2",
        "           has it   0.50  d4  Title 4",
    ]
    assert str(Explanation("d", ())) == "no suggestions"


def test_plain_data() -> None:
    plain = json.loads(json.dumps(example().to_json()))
    assert plain["id"] == "d"
    (one,) = plain["suggestions"]
    assert list(one)[:4] == ["label", "probability", "score", "chosen"]
    assert list(one)[-6:] == ["terms_for", "terms_against", "members", "neighbors", "prior", "match"]
    assert one["terms_for"] == [SPANNED]
    assert one["members"][1] == {**UNTOLD, "name": "stack", "score": -0.5, "rank": 1200, "effect": -0.25}
    assert one["neighbors"][4] == {"id": "d4", "title": "Title 4", "cosine": 0.5, "carries": True, "shared": SHARED}


def test_access() -> None:
    explanation = example()
    assert len(explanation) == 1
    assert explanation.of("Volcanoes") is explanation[0]
    assert explanation.of("Oceans") is None
