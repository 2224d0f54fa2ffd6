"""Labels of a corpus to concepts."""

import csv
import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, OutputError
from headword.sources.reader import read
from headword.thesaurus.align import MATCH_KINDS, align_corpus, align_labels
from headword.thesaurus.codes import codes_in
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.diff import diff
from headword.thesaurus.label_table import read_matches, read_moves, write_matches, write_moves
from headword.thesaurus.migration import plan_migration
from headword.thesaurus.proposals import Proposer
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import BASE, SHARED, concept, shared, versions

SAMPLE = Path(__file__).parent / "data" / "aligned_sample.csv"


def corpus(*sets: tuple[str, ...]) -> Corpus:
    return Corpus.from_documents(Document(str(i), labels=labels) for i, labels in enumerate(sets))


def ids(match) -> list[str]:
    return [one.removeprefix(BASE) for one in match.concepts]


@pytest.fixture
def keywords() -> Thesaurus:
    return Thesaurus(
        (
            concept(1, "EARTH SCIENCE"),
            concept(2, "OCEANS", broader=(1,)),
            concept(3, "CRYOSPHERE", broader=(1,)),
            concept(4, "SEA ICE", broader=(2,)),
            concept(5, "SEA ICE", broader=(3,)),
            concept(6, "SERVICES"),
            concept(7, "OCEANS", broader=(8,)),
            concept(8, "MODELS", broader=(6,)),
            concept(9, "Salt & water", "Brine", broader=(2,)),
            concept(10, "Old brine", deprecated=True, replaced_by=(f"{BASE}9",)),
            concept(11, "Statistics, Nonparametric"),
        )
    )


@pytest.mark.parametrize(
    ("label", "kind", "found"),
    [
        ("earth science", "preferred name, case", ["1"]),
        ("salts and water", "preferred name, form", ["9"]),
        ("brine", "alternative name, case", ["9"]),
        ("oceans", "preferred name, case", ["2"]),
        ("sea ice", "ambiguous", []),
        ("Earth Science > Cryosphere > Sea Ice", "path", ["5"]),
        ("cryosphere/sea ice", "partial path", ["5"]),
        ("brine; models", "list", ["9", "8"]),
        ("brine, models", "none", []),
        ("brine, models, cryosphere", "list", ["9", "8", "3"]),
        ("cryosphere (winter)", "none", []),
        ("Nonparametric statistics", "preferred name, inverted", ["11"]),
        (f"{BASE}9", "id", ["9"]),
        ("old brine", "preferred name, case", ["10"]),
        ("frogs", "none", []),
    ],
)
def test_a_label_alone(keywords, label, kind, found):
    (match,) = align_labels([label], keywords)
    assert (match.kind, ids(match)) == (kind, found)
    assert match.kind.partition(",")[0] in MATCH_KINDS
    assert 0 <= match.confidence <= 1
    assert bool(match.confidence) == bool(match.concepts)


def test_the_labels_beside_it_tell_what_is_meant(keywords):
    matches = align_corpus(
        corpus(
            ("earth science", "cryosphere", "sea ice"),
            ("earth science", "cryosphere", "sea ice"),
            ("earth science", "oceans"),
        ),
        keywords,
    )
    found = {match.label: match for match in matches}
    assert ids(found["sea ice"]) == ["5"]
    assert [one.removeprefix(BASE) for one in found["sea ice"].others] == ["4"]
    assert found["sea ice"].note == "one of 2 concepts of this name, chosen by the labels beside it"
    assert found["sea ice"].n_docs == 2
    assert found["sea ice"].confidence < found["cryosphere"].confidence


def test_where_nothing_tells_all_are_proposed(keywords):
    matches = align_corpus(corpus(("earth science", "cryosphere", "oceans", "sea ice")), keywords)
    (ice,) = [match for match in matches if match.label == "sea ice"]
    assert ice.kind == "ambiguous"
    assert {one.id for one in ice.proposals} == {f"{BASE}4", f"{BASE}5"}


def test_a_deprecated_concept_is_found_with_what_to_use_instead(keywords):
    (match,) = align_labels(["Old brine"], keywords)
    assert match.note == "deprecated; use 'Salt & water'"
    assert [one.id for one in match.proposals] == [f"{BASE}9"]


def test_labels_that_no_document_carries_are_left_out(keywords):
    full = corpus(("brine",), ("models",))
    assert [match.label for match in align_corpus(full.subset([0]), keywords)] == ["brine"]


def test_codes_and_what_is_left_of_them():
    classes = thesaurus_of_labels(["68T07", "68Txx", "I.2", "cs.LG"])
    whole, part, none = align_labels(["68T07 (Primary); cs.LG", "68T07, 68T50", "68T50"], classes)
    assert (whole.kind, whole.concepts, whole.rest) == ("codes", ("68T07", "cs.LG"), ())
    assert (part.kind, part.concepts, part.rest) == ("some codes", ("68T07",), ("68T50",))
    assert [one.id for one in part.proposals] == ["68Txx"]
    assert (none.kind, none.note) == ("none", "the class it lies in is known")
    assert none.proposals[0].id == "68Txx"


def test_a_path_that_is_known_in_part(keywords):
    (match,) = align_labels(["EARTH SCIENCE > OCEANS > SEA MONSTERS"], keywords)
    assert match.kind == "none"
    assert match.note == "known as far as 'EARTH SCIENCE > OCEANS'"
    assert match.proposals[0].id == f"{BASE}2"


def test_slips_of_the_pen_are_proposed(keywords):
    (match,) = align_labels(["cryossphere"], keywords)
    assert match.kind == "none"
    assert match.proposals[0].id == f"{BASE}3"


def test_proposals_are_ranked_and_in_use(keywords):
    (found,) = Proposer(keywords).propose(["old brines"], 5)
    assert f"{BASE}10" not in {one.id for one in found}
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.3 <= score <= 1 for score in scores)
    assert Proposer(keywords).propose(["SEA ICE"], 1)[0][0].score == pytest.approx(1, abs=1e-3)
    assert Proposer(Thesaurus(())).propose(["x"]) == [()]
    assert Proposer(keywords).propose(["", "?"]) == [(), ()]


@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
@settings(max_examples=80, deadline=None)
def test_any_label_gets_an_answer(labels):
    given = [label for label in labels if label]
    thesaurus = versions()[1]
    matches = align_labels(given, thesaurus)
    assert [match.label for match in matches] == given
    for match in matches:
        assert all(one in thesaurus for one in (*match.concepts, *match.others, *(p.id for p in match.proposals)))


@given(st.permutations(["sea ice", "cryosphere", "earth science", "oceans", "brine", "frogs", "models"]))
@settings(max_examples=20, deadline=None)
def test_the_order_of_labels_does_not_matter(order):
    thesaurus = versions()[0]
    assert sorted(align_labels(order, thesaurus), key=str) == sorted(align_labels(sorted(order), thesaurus), key=str)


@pytest.mark.parametrize("name", ["m.csv", "m.tsv", "m.jsonl", "m.csv.gz"])
def test_a_table_is_read_back(keywords, tmp_path, name):
    labels = ["brine", "sea ice", "frogs", "brine; models", 'odd "quoted", label', "a | b"]
    matches = align_labels(labels, keywords)
    write_matches(matches, keywords, tmp_path / name)
    read_back = read_matches(tmp_path / name, keywords)
    assert [(m.label, m.concepts) for m in read_back] == [(m.label, m.concepts) for m in matches]
    assert [m.confidence for m in read_back] == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]


def edited(text: str, tmp_path: Path) -> Path:
    path = tmp_path / "edited.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_edited_table_counts(keywords, tmp_path):
    text = (
        "label;n_docs;kind;Concepts\nfrogs;3;none;Brine\nsea ice;1,200;ambiguous;EARTH SCIENCE > CRYOSPHERE > SEA ICE\n"
    )
    text += f"toads;;;{BASE}9 (EARTH SCIENCE > OCEANS > Salt & water) 0.45\nnewts;;none;{BASE}2 | {BASE}3\nbrine;;;\n"
    found = {match.label: match for match in read_matches(edited("\ufeff" + text, tmp_path), keywords)}
    assert {label: ids(match) for label, match in found.items()} == {
        "frogs": ["9"], "sea ice": ["5"], "toads": ["9"], "newts": ["2", "3"], "brine": [],
    }  # fmt: skip
    assert {match.kind for match in found.values()} == {"by hand", "none"}
    assert found["sea ice"].n_docs == 1200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("label,concepts\nfrogs,brines of old\n", "line 2: 'brines of old' is no concept, or not just one"),
        ("label,concepts\nfrogs,SEA ICE\n", "line 2: 'SEA ICE' is no concept, or not just one"),
        ("label,concept\nfrogs,brine\n", "line 2: no column 'concepts'"),
        ("label,concepts\nfrogs,\nfrogs,\n", "line 3: the label 'frogs' stands here once more"),
        ("label,concepts\n,brine\n", "line 2: the label is missing"),
        ('label,concepts\n"frogs,brine\n', "line 2: "),
        ('{"label": "frogs"}\n', "line 1: no column 'concepts'"),
        ('{"label": \n', "line 1: not JSON"),
    ],
)
def test_a_table_that_cannot_be_used_is_told(keywords, tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_matches(edited(text, tmp_path), keywords)


def test_tables_have_known_endings(keywords, tmp_path):
    with pytest.raises(OutputError, match=r"use \.csv, \.tsv or \.jsonl"):
        write_matches([], keywords, tmp_path / "m.xlsx")


def test_a_plan_is_read_back(tmp_path):
    old, new = versions()
    plan = plan_migration(diff(old, new), align_labels(["Comas", "Active regions", "Stars", "Frogs"], old))
    write_moves(plan, new, tmp_path / "plan.csv")
    found = read_moves(tmp_path / "plan.csv")
    assert [(m.label, m.kind, m.images) for m in found] == [(m.label, m.kind, m.images) for m in plan]
    lines = (
        (tmp_path / "plan.csv")
        .read_text(encoding="utf-8")
        .replace("Active regions,0,split,", "Active regions,0,split,Spots")
    )
    assert read_moves(edited(lines, tmp_path))[1].images == ("Spots",)


def checked_by_hand(name: str) -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["corpus"] == name]


def test_a_hundred_matches_were_checked_by_hand():
    rows = [*checked_by_hand("nasa-cmr"), *checked_by_hand("arxiv-recent")]
    assert len(rows) == 100
    assert sum(row["verdict"] == "right" for row in rows) >= 99
    assert all(row["remark"] for row in rows if row["verdict"] != "right")


def test_earth_science_keywords_are_matched_as_checked():
    thesaurus = read_thesaurus(shared("gcmd-keywords", "sciencekeywords.csv"))
    matches = align_corpus(read(shared("nasa-cmr", "documents.jsonl.gz")), thesaurus)
    found = {m.label: (m.kind, [thesaurus.path(thesaurus.row(one)) for one in m.concepts]) for m in matches}
    for row in checked_by_hand("nasa-cmr"):
        assert found[row["label"]] == (row["kind"], [row["concepts"]])
    assert sum(bool(concepts) for _, concepts in found.values()) == 143
    assert len(found) == 167


def test_compound_codes_are_matched_as_checked():
    with gzip.open(shared("arxiv-recent", "documents.jsonl.gz"), "rt", encoding="utf-8") as file:
        documents = Corpus.from_documents(
            Document(str(number), labels=tuple(json.loads(line)["labels"])) for number, line in enumerate(file)
        )
    names = documents.label_space.names
    taxonomy = read_thesaurus(SHARED / "arxiv-recent" / "labels.jsonl.gz")
    single = [name for name in names if codes_in(name) == (name,) and name not in taxonomy]
    thesaurus = Thesaurus((*taxonomy.concepts, *thesaurus_of_labels(single).concepts))
    found = {match.label: match for match in align_corpus(documents, thesaurus)}
    for row in checked_by_hand("arxiv-recent"):
        match = found[row["label"]]
        assert (match.kind, " | ".join(match.concepts), " | ".join(match.rest)) == (
            row["kind"],
            row["concepts"],
            row["rest"],
        )
    assert len(found) == 3330
    assert sum(bool(match.concepts) for match in found.values()) >= 2790
    # Whatever a label of codes is matched with, no code of it is lost.
    for label, match in found.items():
        if match.kind in ("codes", "some codes"):
            assert {*match.concepts, *match.rest} == set(codes_in(label))


@pytest.mark.parametrize("n_links", [2000, 1999], ids=["ring", "chain"])
def test_labels_in_a_long_circle_or_chain_do_not_take_for_ever(n_links):
    n = 2000
    above = {i: (i - 1) % n for i in range(n - n_links, n)}
    concepts = tuple(
        Concept(str(i), (Name("twin" if i % 200 == 0 else f"N{i}"),), (str(above[i]),) if i in above else ())
        for i in range(n)
    )
    documents = [Document("a", labels=("twin", "N5", "N6 > N7", "N8 > " * 3000 + "N9"))]
    started = time.process_time()
    found = align_corpus(Corpus.from_documents(documents), Thesaurus(concepts))
    assert time.process_time() - started < 3
    assert {match.label: bool(match.concepts) for match in found}["N5"]
