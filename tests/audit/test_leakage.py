"""Leakage: what is planted is found, and nothing in clean documents."""

from dataclasses import replace

import numpy as np
import pytest
from pages.reading import require_accessible

from headword.audit.label_leakage import giveaways, headed_lines
from headword.audit.leakage import find_leakage, parts_of
from headword.audit.leakage_page import leakage_page
from headword.audit.leakage_words import advice, verdict
from headword.audit.mentions import Names, excerpt
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError

from .corpora import made

WORDS = [f"w{i}" for i in range(400)]


def distinct(n: int) -> list[Document]:
    """Documents of random words, every third in test, no two alike."""
    rng = np.random.default_rng(3)
    return [
        Document(
            f"d{i}",
            f"Study {' '.join(rng.choice(WORDS, 4))}",
            " ".join(rng.choice(WORDS, 40)),
            (f"L{i % 5}",),
            {"split": "test" if i % 3 == 0 else "train", "site": f"s{i}"},
        )
        for i in range(n)
    ]


def kinds(documents: list[Document], **options: object) -> dict[str, object]:
    found = find_leakage(Corpus.from_documents(documents), **options)  # type: ignore[arg-type]
    return {one.kind: one for one in found.straddling}


def test_clean_documents_are_clean() -> None:
    found = find_leakage(Corpus.from_documents(distinct(60)))
    assert found.clean
    assert found.sizes == {"train": 40, "valid": 0, "test": 20}
    assert "nothing that belongs together" in verdict(found)


def test_planted_pairs_are_counted_and_shown() -> None:
    docs = distinct(60)
    words = docs[1].abstract.split()
    docs[3] = replace(docs[3], abstract=" ".join(["other", *words[1:]]), labels=docs[1].labels)
    docs[6] = replace(docs[6], title=docs[2].title, abstract=docs[2].abstract, labels=("L4",))
    docs[9] = replace(docs[9], title=docs[4].title.upper() + "!")
    docs[12] = replace(docs[12], id=f"{docs[5].id}v2")
    docs[15] = replace(docs[15], fields={**docs[15].fields, "site": docs[7].fields["site"]})
    docs[8] = replace(docs[8], abstract=docs[10].abstract)  # both in train
    found = kinds(docs, groups=["site"])
    assert {kind: one.touched["test"] for kind, one in found.items()} == {  # type: ignore[attr-defined]
        "near-duplicates": 2, "same text": 1, "same title": 2, "same id": 1, "same site": 1,
    }  # fmt: skip
    near = found["near-duplicates"]
    assert near.share("test") == pytest.approx(0.1)  # type: ignore[attr-defined]
    assert near.same_labels == 0.5  # type: ignore[attr-defined]
    pairs = {(p.later, p.earlier): p for p in near.pairs}  # type: ignore[attr-defined]
    assert set(pairs) == {("d3", "d1"), ("d6", "d2")}
    assert pairs["d6", "d2"].similarity == 1.0
    assert pairs["d3", "d1"].same_labels
    assert not pairs["d6", "d2"].same_labels


def test_similarity_is_the_jaccard_of_word_triples() -> None:
    docs = distinct(30)
    docs[3] = replace(docs[3], title=docs[1].title, abstract=" ".join([*docs[1].abstract.split()[:35], "x", "y"]))
    (pair,) = kinds(docs)["near-duplicates"].pairs  # type: ignore[attr-defined]
    sets = []
    for d in (docs[3], docs[1]):
        words = f"{d.title} {d.abstract}".lower().split()
        sets.append({tuple(words[i : i + 3]) for i in range(len(words) - 2)})
    assert pair.similarity == pytest.approx(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))


def test_parts_may_be_given() -> None:
    docs = [replace(d, fields={}) for d in distinct(30)]
    docs[20] = replace(docs[20], title=docs[1].title, abstract=docs[1].abstract)
    corpus = Corpus.from_documents(docs)
    part = np.where(np.arange(30) < 15, 0, 2)
    assert find_leakage(corpus).sizes is None
    assert find_leakage(corpus, part).straddling[0].touched == {"valid": 0, "test": 1}
    with pytest.raises(DataError, match="one part each"):
        find_leakage(corpus, part[:3])
    with pytest.raises(DataError, match="no field 'colour'"):
        find_leakage(corpus, part, groups=["colour"])


def test_documents_in_no_part_do_not_count() -> None:
    docs = distinct(30)
    docs[1] = replace(docs[1], fields={"split": "unused"})
    docs[3] = replace(docs[3], title=docs[1].title, abstract=docs[1].abstract)
    assert not kinds(docs)
    assert parts_of(Corpus.from_documents(docs)).tolist()[:4] == [2, -1, 0, 2]


def test_a_headed_line_that_names_labels_is_found() -> None:
    docs = [
        replace(d, abstract=f"{d.abstract}.\nSubject: {'; '.join(d.labels or ())}\nCount: {i}") if i % 3 else d
        for i, d in enumerate(made(90, 1))
    ]
    corpus = Corpus.from_documents(docs)
    (found,) = headed_lines(corpus)
    assert (found.heading, found.n_docs, found.own) == ("subject", 60, 1.0)
    assert found.chance < 0.6
    leak = find_leakage(corpus)
    assert "lines headed 'subject'" in verdict(leak)
    assert any("'subject'" in problem for problem, _ in advice(leak, "d.jsonl"))


def test_lines_that_name_anything_alike_are_not_found() -> None:
    docs = [replace(d, abstract=f"{d.abstract}\nSee also: galaxies, oceans, volcanoes, proteins") for d in made(90, 1)]
    assert headed_lines(Corpus.from_documents(docs)) == []


def test_sentences_with_a_heading_are_not_found() -> None:
    docs = [
        replace(
            d, abstract=f"{d.abstract}. RESULTS: we saw that {' and '.join(d.labels or ())} grew fast over all years"
        )
        for d in made(90, 1)
    ]
    assert headed_lines(Corpus.from_documents(docs)) == []
    docs = [
        replace(d, abstract=f"{d.abstract}. Keywords: {', '.join(d.labels or ())}. More text.") for d in made(90, 1)
    ]
    assert [one.heading for one in headed_lines(Corpus.from_documents(docs))] == ["keywords"]


def test_a_code_and_a_name_give_labels_away() -> None:
    docs = []
    for i, d in enumerate(distinct(120)):
        label = ("SCIENCE > SEA ICE", "Rocks", "Moons")[i % 3]
        said = {"SCIENCE > SEA ICE": "on sea-ice", "Rocks": "shelf Qx-17", "Moons": ""}[label]
        docs.append(replace(d, abstract=f"{d.abstract} {said if i % 20 else ''}", labels=(label,)))
    found = {one.label: one for one in giveaways(Corpus.from_documents(docs))}
    assert set(found) == {"SCIENCE > SEA ICE", "Rocks"}
    ice, rocks = found["SCIENCE > SEA ICE"], found["Rocks"]
    assert (ice.kind, ice.term, ice.support, ice.inside, ice.outside) == ("name", "sea ice", 40, 38, 0)
    assert (ice.recall, ice.precision, ice.lift) == (0.95, 1.0, float("inf"))
    assert rocks.kind == "term"
    assert set(rocks.term.split()) & {"qx", "17", "shelf"}
    assert "sea-ice" in ice.examples[0][1]


def test_what_nearly_all_documents_have_gives_nothing_away() -> None:
    docs = [replace(d, labels=("Everything",) if i else ("Rare",)) for i, d in enumerate(made(80, 1, extra=""))]
    assert giveaways(Corpus.from_documents(docs)) == []


def test_names_are_found_as_words_and_not_inside_others() -> None:
    names = Names.of(["cs.LG", "Ice", "A", "12", "EARTH > Sea Ice"])
    assert names.found_in("In cs.LG, sea-ice was not nice: a 12") == {0, 1, 4}
    assert names.found_in("nice") == set()
    assert excerpt("a long tale of\nSea  Ice here", ("sea", "ice"), 8) == "…tale of Sea Ice here"


def test_old_tests_are_told() -> None:
    docs = [replace(d, fields={**d.fields, "date": f"20{10 + i % 8}"}) for i, d in enumerate(distinct(48))]
    found = find_leakage(Corpus.from_documents(docs))
    assert found.older_tests == 1.0
    assert any("--by temporal" in fix for _, fix in advice(found, "d.jsonl"))


def test_the_page_stands_alone_and_escapes() -> None:
    docs = [replace(d, abstract=f"{d.abstract}\nSubject: {d.labels[0]}") for d in distinct(60)]  # type: ignore[index]
    docs[3] = replace(docs[3], title="<script>alert(1)</script> of this", abstract=docs[1].abstract)
    page = leakage_page(find_leakage(Corpus.from_documents(docs)), "d.jsonl")
    require_accessible(page)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Lines that name labels" in page
