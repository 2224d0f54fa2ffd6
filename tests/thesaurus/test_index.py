"""From strings to concepts: folding, the index, paths and codes."""

import pytest

from headword.thesaurus.codes import broader_codes, codes_in
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.folding import fold_case, fold_words, singular
from headword.thesaurus.path_match import PathMatcher, elements_of
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import concept

SAME_WORDS = [
    ("Land use/land cover", "LAND-USE & LAND COVER".replace("&", "")),
    ("Oceans & coasts", "ocean and coast"),
    ("Kepler's laws", "Keplers law"),
    ("H II regions", "h ii region"),
    ("Nuclei", "nucleus"),
    ("Data_sets", "data sets"),
    ("C++", "c++"),
    ("61.3", "61.3"),
    ("Straße", "STRASSE"),
    ("ﬁsh", "fish"),
]  # fmt: skip
OTHER_WORDS = [
    ("C++", "C"),
    ("C#", "C"),
    ("arms", "arm"),
    ("physics", "physic"),
    ("61.3", "613"),
    ("gas", "ga"),
    ("news", "new"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_forms_of_the_same_words(one, other):
    assert fold_words(one) == fold_words(other)


@pytest.mark.parametrize(("one", "other"), OTHER_WORDS)
def test_words_that_are_not_the_same(one, other):
    assert fold_words(one) != fold_words(other)


def test_what_holds_no_word_stays():
    assert fold_words("???") == "???"
    assert fold_case("") == fold_words("") == ""


def test_folding_twice_changes_nothing():
    for word in ("stars", "classes", "buses", "series", "analyses", "axes", "ties", "ss", "es", "glasses", "lenses"):
        assert singular(singular(word)) == singular(word)


@pytest.fixture
def thesaurus() -> Thesaurus:
    return Thesaurus(
        (
            concept(1, "Mercury (planet)"),
            concept(2, "Mercury (element)", "Quicksilver", notations=("80",)),
            concept(3, "Statistics, Nonparametric"),
            concept(4, "X-ray sources", "X-ray stars"),
            concept(5, "Old sources", "X-ray source", deprecated=True),
            Concept("http://example.org/v#77", (Name("Seven"), Name("sevn", "hidden"))),
        )
    )


@pytest.mark.parametrize(
    ("label", "kinds"),
    [
        ("Quicksilver", {2: "alternative name"}),
        ("QUICKSILVER", {2: "alternative name, case"}),
        ("Mercury", {1: "preferred name, qualifier", 2: "preferred name, qualifier"}),
        ("mercury (planets)", {1: "preferred name, form"}),
        ("Quicksilver (poison)", {2: "alternative name, own qualifier"}),
        ("Nonparametric statistics", {3: "preferred name, inverted"}),
        ("80", {2: "notation"}),
        ("http://example.org/t/3", {3: "id"}),
        ("<http://example.org/t/3>", {3: "id"}),
        ("77", {6: "id"}),
        ("3", {3: "id"}),
        ("sevn", {6: "hidden name"}),
        ("x-ray source", {4: "preferred name, form", 5: "alternative name, case"}),
        ("nothing", {}),
        ("", {}),
    ],
)
def test_a_string_finds_concepts(thesaurus, label, kinds):
    assert {hit.row + 1: hit.kind for hit in thesaurus.index.lookup(label)} == kinds


def test_the_likeliest_comes_first_and_concepts_in_use_before_others(thesaurus):
    hits = thesaurus.index.lookup("x-ray source")
    assert [hit.row for hit in hits] == [3, 4]
    assert hits[0].confidence > hits[1].confidence
    for label in ("Quicksilver", "Mercury", "80", "x-ray source"):
        assert all(0 < hit.confidence <= 1 for hit in thesaurus.index.lookup(label))


@pytest.mark.parametrize(
    ("label", "elements"),
    [
        ("EARTH SCIENCE > OCEANS", ("EARTH SCIENCE", "OCEANS")),
        ("A>B", ("A", "B")),
        ("A::B", ("A", "B")),
        ("A -- B", ("A", "B")),
        ("A / B", ("A", "B")),
        ("A|B", ("A", "B")),
        ("A > B > NOT PROVIDED", ("A", "B")),
        ("A/B", ()),
        ("A, B", ()),
        (" > ", ()),
    ],
)
def test_paths_are_divided(label, elements):
    assert elements_of(label) == elements


@pytest.fixture
def tree() -> Thesaurus:
    names = {1: "EARTH SCIENCE", 2: "OCEANS", 3: "SEA ICE", 4: "EXTENT", 5: "CRYOSPHERE", 6: "SEA ICE", 7: "EXTENT"}
    above = {2: 1, 3: 2, 4: 3, 5: 1, 6: 5, 7: 6}
    return Thesaurus(tuple(concept(i, name, broader=(above[i],) if i in above else ()) for i, name in names.items()))


@pytest.mark.parametrize(
    ("label", "rows", "kind"),
    [
        ("Earth Science > Oceans > Sea Ice", [3], "path"),
        ("oceans > sea ice", [3], "partial path"),
        ("Earth Science > Sea Ice", [3, 6], "partial path"),
        ("Oceans > Extent", [4], "partial path"),
        ("Oceans > Ice > Extent", [4, 7], "end of path"),
        ("Oceans > Frogs", [], ""),
    ],
)
def test_a_path_leads_to_concepts(tree, label, rows, kind):
    hits = PathMatcher(tree).match(elements_of(label))
    best = [hit for hit in hits if hit.kind == kind]
    assert [hit.row + 1 for hit in best] == rows
    assert all(hit.confidence <= best[0].confidence for hit in hits)


def test_the_known_beginning_of_a_path(tree):
    hit, n = PathMatcher(tree).known_part(("EARTH SCIENCE", "OCEANS", "FROGS", "LEGS"))
    assert (hit.row + 1, n) == (2, 2)
    assert PathMatcher(tree).known_part(("FROGS", "LEGS")) == (None, 0)


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("68T07 (Primary), 68T50, 68T30 (Secondary)", ("68T07", "68T50", "68T30")),
        ("MSC2020: 68T05", ("68T05",)),
        ("I.2.6; I.2.6", ("I.2.6",)),
        ("62, 68", ("62", "68")),
        ("math.PR, math.NA", ()),
        ("F.2; G.4; C.4", ("F.2", "G.4", "C.4")),
        ("Statistics, Nonparametric", ()),
        ("COVID-19", ("COVID-19",)),
        ("", ()),
    ],
)
def test_codes_in_a_label(label, codes):
    assert codes_in(label) == codes


def test_the_classes_of_a_code():
    assert list(broader_codes("65Nxx")) == ["65Nxx", "65N", "65-XX", "65"]
    assert list(broader_codes("H.2.8")) == ["H.2", "H"]
    assert list(broader_codes("62")) == []
