"""The data card: every figure equals an independent computation, and the page stands alone."""

import hashlib
import json
import math
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages.reading import require_accessible

import headword as hw
from headword.audit.card import data_card
from headword.audit.card_labels import label_profile, scumble_of
from headword.audit.card_page import data_card_page
from headword.audit.composition import properties, year_column
from headword.audit.source import Source, carry, origin
from headword.cli.output import plain
from headword.core.corpus import Corpus, Document

from .corpora import made

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
sets = st.lists(st.none() | st.sets(st.sampled_from("abcdefgh"), max_size=5), min_size=1, max_size=40)


def of_sets(several: list[set[str] | None]) -> Corpus:
    return Corpus.from_documents(
        Document(str(i), f"text {i}", labels=None if labels is None else tuple(labels))
        for i, labels in enumerate(several)
    )


@settings(max_examples=120, deadline=None)
@given(sets)
def test_label_figures_equal_their_definitions(several: list[set[str] | None]) -> None:
    found = label_profile(of_sets(several))
    known = [labels for labels in several if labels is not None]
    support = Counter(label for labels in known for label in labels)
    assert found.n_labels == len(support)
    assert found.cardinality == pytest.approx(mean(map(len, known)) if known else 0)
    assert found.density == pytest.approx(found.cardinality / len(support) if support else 0)
    assert found.label_sets == len({frozenset(labels) for labels in known})
    counted = Counter(frozenset(labels) for labels in known)
    assert found.unique_sets == sum(n == 1 for n in counted.values())
    ratio = {label: max(support.values()) / n for label, n in support.items()}
    assert found.mean_imbalance == pytest.approx(mean(ratio.values()) if ratio else 0)
    if len(ratio) > 1:
        assert found.imbalance_variation == pytest.approx(stdev(ratio.values()) / mean(ratio.values()), abs=1e-9)
    own = [
        1 - math.prod(ratio[x] for x in labels) ** (1 / len(labels)) / mean(ratio[x] for x in labels) if labels else 0
        for labels in known
    ]
    assert found.scumble == pytest.approx(mean(own) if own else 0, abs=1e-9)
    assert {row.label: row.support for row in found.rows} == dict(support)
    for row in found.rows:
        theirs = [s for s, labels in zip(own, known, strict=True) if row.label in labels]
        assert row.scumble == pytest.approx(mean(theirs), abs=1e-9)
    pairs = Counter(pair for labels in known for pair in combinations(sorted(labels), 2))
    assert {(one.first, one.second): one.together for one in found.pairs} == dict(pairs)
    for one in found.pairs:
        assert one.either == sum(bool({one.first, one.second} & labels) for labels in known)


def test_scumble_in_closed_form() -> None:
    targets = of_sets([{"a", "b"}, {"a"}, {"a"}, {"a"}]).targets
    assert scumble_of(targets, np.array([1.0, 4.0])).tolist() == pytest.approx([1 - 2 / 2.5, 0, 0, 0])


def test_labels_that_never_part_are_named() -> None:
    corpus = of_sets([{"IT", "math"}] * 6 + [{"IT", "math", "x"}, {"x"}])
    found = data_card(corpus, "d.jsonl")
    assert [(p.first, p.second) for p in found.labels.inseparable] == [("IT", "math")]
    assert any("IT = math" in w["problem"] for w in found.warnings)


def test_a_corpus_without_labels_has_a_card() -> None:
    found = data_card(of_sets([None, None]), "-")
    assert (found.labels.n_labels, found.labels.scumble, found.source.sha256) == (0, 0.0, None)
    assert "No document has two labels." in data_card_page(found)


def test_counts_of_made_documents() -> None:
    docs = [*made(120, 1), Document("x", "", "", (), {"provider": "p9", "date": "0999"})]
    found = data_card(Corpus.from_documents(docs), "d.jsonl")
    assert found.composition["provider"] == dict(Counter(d.fields["provider"] for d in docs).most_common())
    assert sum(found.composition["date: year"].values()) == 121
    words = sorted(len(f"{d.title} {d.abstract}".split()) for d in docs)
    assert found.lengths is not None
    assert found.lengths.quantiles["median"] == words[60]
    assert (found.lengths.quantiles["least"], found.lengths.quantiles["most"]) == (0, words[-1])
    assert sum(n for *_, n in found.lengths.bins) == 121
    assert found.lengths.without_abstract == 1
    assert json.loads(json.dumps(plain(found.to_json())))["labels"]["n_labels"] == 4
    assert "before 2010" in data_card_page(found)


def test_columns_that_sort_documents_are_told_from_others() -> None:
    docs = [
        Document(
            str(i), f"t{i}", fields={"doi": f"10.1/{i}", "year": 2000 + i % 3, "kind": "ab"[i % 2], "split": "train"}
        )
        for i in range(20)
    ]
    assert set(properties(Corpus.from_documents(docs))) == {"language", "year", "kind"}
    assert year_column("published", ["2001-12-31T23:59:59Z", None, "1 March 1999"]) == ["2001", None, "1999"]
    assert year_column("colour", ["2001"]) is None
    assert year_column("date", ["soon", "2001"]) is None


def test_provenance_and_hash(tmp_path: Path) -> None:
    data = tmp_path / "d.jsonl"
    data.write_bytes(b'{"id": "1"}\n')
    digest = hashlib.sha256(data.read_bytes()).hexdigest()
    assert Source.of(str(data)) == Source(str(data), 12, digest)
    assert origin(str(data)) == {}
    beside = tmp_path / "d.jsonl.provenance.json"
    beside.write_text(json.dumps({"service": "s", "sha256": digest, "licence": "CC0", "name": "n", "bytes": 12}))
    found = Source.of(str(data))
    assert (found.as_fetched, found.licence) == (True, "CC0")
    assert origin(str(data)) == {"source": {"name": "n", "service": "s", "licence": "CC0", "sha256": digest}}
    data.write_bytes(b'{"id": "2"}\n')
    assert Source.of(str(data)).as_fetched is False
    assert "sha256" not in origin(str(data))["source"]
    card = data_card(Corpus.from_documents([Document("2", "t")]), str(data))
    assert {"the file is not what its provenance describes": f"headword fetch n -o {data}"}.items() <= {
        w["problem"]: w["fix"] for w in card.warnings
    }.items()
    assert "no: the file was changed since" in data_card_page(card)
    for broken in ("{", "[]", "{}"):
        beside.write_text(broken)
        assert Source.of(str(data)).provenance is None


def test_provenance_follows_the_documents(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.jsonl" for name in "abc")
    for path in (first, second, third):
        path.write_text(f"{path.name}\n", "utf-8")
    carry(str(first), str(second), "headword clean")
    assert Source.of(str(second)).provenance is None
    told = {"service": "s", "licence": "CC0", "sha256": hashlib.sha256(first.read_bytes()).hexdigest()}
    first.with_name("a.jsonl.provenance.json").write_text(json.dumps(told), "utf-8")
    carry(str(first), str(second), "headword clean")
    carry(str(second), str(third), "headword split")
    found = Source.of(str(third))
    assert (found.as_fetched, found.licence, found.steps()) == (True, "CC0", ["headword clean", "headword split"])
    assert found.provenance is not None
    assert [step["file"] for step in found.provenance["derived"]] == ["a.jsonl", "b.jsonl"]
    assert found.provenance["derived"][0]["sha256"] == told["sha256"]
    assert origin(str(third))["source"]["derived"] == "headword clean, then headword split"
    third.write_text("changed", "utf-8")
    card = data_card(Corpus.from_documents([Document("1", "t")]), str(third))
    assert "make it anew: headword split" in {w["fix"] for w in card.warnings}


def test_what_leaks_across_the_split_is_warned_of() -> None:
    docs = [Document(f"{i}", f"a study of {i}", " ".join(f"w{i}x{j}" for j in range(20)), ("L",)) for i in range(12)]
    docs[5] = Document("5", docs[2].title, docs[2].abstract, ("L",))
    split = [
        Document(d.id, d.title, d.abstract, d.labels, {"split": "test" if i == 5 else "train"})
        for i, d in enumerate(docs)
    ]
    found = data_card(Corpus.from_documents(split), "d.jsonl")
    assert {one.kind for one in found.straddling} == {"near-duplicates", "same text", "same title"}
    odd = [Document(d.id, d.title, d.abstract, d.labels, {"split": "perhaps"}) for d in docs]
    warned = data_card(Corpus.from_documents(odd), "d.jsonl").warnings
    assert any("values that name no part" in w["problem"] for w in warned)


def test_the_page_loads_nothing_and_escapes() -> None:
    evil = [Document("<i>", "<script>alert(1)</script>", labels=("<b>", "&"), fields={"<u>": "<s>"})] * 2
    docs = [Document(f"{i}", d.title, "", d.labels, d.fields) for i, d in enumerate(evil)]
    page = data_card_page(data_card(Corpus.from_documents(docs), "<img src=x>"))
    require_accessible(page)
    require_accessible(data_card_page(data_card(Corpus.from_documents(made(80, 1)), "-")))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert page.count("<h1") == 1
    assert all("<caption>" in part for part in page.split("<table")[1:])


@pytest.mark.parametrize("name", ["scopus-eng", "noaa-iso-gcmd", "inspec"])
def test_real_messy_data(name: str) -> None:
    path = SHARED / name / "documents.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    corpus = hw.read(path, duplicate_ids="number")
    card = data_card(corpus, str(path))
    raw = Counter(label for labels in corpus.label_sets() for label in labels or ())
    assert {row.label: row.support for row in card.labels.rows} == dict(raw)
    assert card.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert max(card.composition["language"], key=card.composition["language"].__getitem__) == "en"
    assert f"{len(corpus):,}" in data_card_page(card)
