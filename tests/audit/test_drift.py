"""Drift: what is planted is found and named, and random halves are not said to differ."""

import json
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from pages.reading import require_accessible

from headword.audit.drift import Drift, compare
from headword.audit.drift_page import drift_page
from headword.audit.drift_words import advice, described, verdict
from headword.audit.two_sample import exchange_test
from headword.cli.output import plain
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError

from .corpora import corpus, made


@pytest.fixture(scope="module")
def base() -> Corpus:
    return corpus(300, 1)


def against(base: Corpus, **planted: object) -> Drift:
    return compare(base, corpus(300, 2, **planted), n_threads=1)


def test_two_samples_of_one_population_do_not_differ(base: Corpus) -> None:
    found = against(base)
    assert found.drifted == []
    assert "no difference beyond chance" in verdict(found)
    assert found.text is not None
    assert 0.4 < found.text.auc < 0.6
    assert {"terms", "labels", "labels per document", "length", "language", "provider", "date: year"} >= {
        f.name for f in found.families
    }


def test_random_halves_are_false_alarms_at_the_nominal_rate(base: Corpus) -> None:
    rng, alarms = np.random.default_rng(5), 0
    for seed in range(30):
        order = rng.permutation(len(base))[:160]
        found = compare(base.subset(order[:80]), base.subset(order[80:]), seed=seed, n_threads=1)
        alarms += bool(found.drifted)
    assert alarms <= 6  # of a binomial (30, 0.05), exceeded once in 3,000 runs


def test_new_words_are_found_and_named(base: Corpus) -> None:
    found = against(base, extra="transformer pretraining")
    assert {"text", "terms"} <= set(found.drifted)
    terms = found.family("terms").drifted(0.05)
    assert {"transformer", "pretraining"} <= {item.name for item in terms[:4]}
    assert all(item.share_b > item.share_a for item in terms[:2])
    assert "more in B" in described(found.family("terms"), 0.05)[0]


def test_other_labels_are_found_and_named(base: Corpus) -> None:
    found = against(base, topics={"Volcanoes": 6.0})
    assert "labels" in found.drifted
    first = found.family("labels").drifted(0.05)[0]
    assert first.name == "Volcanoes"
    assert first.share_b > first.share_a


@pytest.mark.parametrize(
    ("field", "value", "name"), [("provider", "p2", "provider"), ("date", "2014-01-01", "date: year")]
)
def test_another_composition_is_found_and_named(base: Corpus, field: str, value: str, name: str) -> None:
    found = against(base, **{field: value})
    assert name in found.drifted
    assert found.family(name).drifted(0.05)[0].name == value.partition("-")[0]
    assert found.family(name).distance == pytest.approx(1 - found.family(name).items[-1].share_a, abs=0.01)


def test_labels_that_only_one_has_are_told(base: Corpus) -> None:
    others = [replace(d, labels=("Comets",)) if i < 40 else d for i, d in enumerate(made(300, 3))]
    found = compare(base, Corpus.from_documents(others), n_threads=1)
    assert "1 labels only in B" in found.family("labels").notes[0]
    assert found.family("labels").drifted(0.05)[0].name == "Comets"


def test_lengths_and_languages(base: Corpus) -> None:
    finnish = [
        replace(d, abstract="ja tämä on myös se mutta että ei ole kun sen tai niin kuin " * 9) for d in made(300, 4)
    ]
    found = compare(base, Corpus.from_documents(finnish), n_threads=1)
    assert {"length", "language"} <= set(found.drifted)
    assert "fi" in {item.name for item in found.family("language").items}
    assert any("headword learns from the languages" in line for line in advice(found, "b.jsonl"))


def test_exchanging_the_corpora_exchanges_the_shares(base: Corpus) -> None:
    other = corpus(200, 6, topics={"Proteins": 3.0})
    ab, ba = compare(base, other, n_threads=1), compare(other, base, n_threads=1)
    for one, two in zip(ab.family("labels").items, ba.family("labels").items, strict=True):
        assert (one.name, one.count_a, one.count_b, one.share_a) == (two.name, two.count_b, two.count_a, two.share_b)
        assert one.p == pytest.approx(two.p)


def test_shares_equal_an_independent_count(base: Corpus) -> None:
    other = corpus(200, 7)
    found = compare(base, other, n_threads=1)
    for item in found.family("labels").items:
        assert item.count_a == sum(item.name in (d.labels or ()) for d in base)
        assert item.count_b == sum(item.name in (d.labels or ()) for d in other)
    for item in found.family("terms").items[::25]:
        if " " not in item.name:
            texts = [f"{d.title} {d.abstract}".lower().split() for d in base]
            assert item.count_a == sum(item.name in words for words in texts)


def test_the_answer_does_not_depend_on_threads_and_says_what_was_drawn(base: Corpus) -> None:
    other = corpus(300, 8)
    one, two = (compare(base, other, most_docs=100, n_threads=n).to_json() for n in (1, 2))
    assert one == two
    assert one["n_drawn"] == (100, 100)
    assert json.loads(json.dumps(plain(one)))["n_a"] == 300


def test_documents_that_come_as_numbers() -> None:
    rng = np.random.default_rng(0)
    docs = [Document(str(i), labels=("x",) if i % 2 else ("y",)) for i in range(80)]
    features = [sp.csr_matrix((rng.random((80, 9)) < share).astype(np.float32)) for share in (0.3, 0.3, 0.8)]
    corpora = [Corpus.from_documents(docs, features=one) for one in features]
    assert compare(corpora[0], corpora[1], n_threads=1).drifted == []
    assert {"text", "terms"} <= set(compare(corpora[0], corpora[2], n_threads=1).drifted)
    with pytest.raises(DataError, match="text and the other as numbers"):
        compare(corpora[0], corpus(20, 1))


def test_few_documents_and_none() -> None:
    small = corpus(8, 1)
    found = compare(small, corpus(9, 2), n_threads=1)
    assert found.text is None
    with pytest.raises(DataError, match="nothing to compare"):
        compare(small, small.subset([]))
    with pytest.raises(DataError, match="nothing called 'colour'"):
        found.family("colour")


def test_unannotated_documents_say_nothing_of_labels(base: Corpus) -> None:
    bare = Corpus.from_documents([replace(d, labels=None) for d in made(50, 3)])
    found = compare(base, bare, n_threads=1)
    assert "labels" not in {family.name for family in found.families}


def test_the_page_stands_alone_and_escapes(base: Corpus) -> None:
    evil = [replace(d, title="<script>alert(1)</script>", labels=("<b>",)) for d in made(60, 3)]
    page = drift_page(compare(base, Corpus.from_documents(evil), n_threads=1), "a<.jsonl", "b.jsonl", data="b.jsonl")
    require_accessible(page)
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page
    assert "src=" not in page
    assert page.count("<h1") == 1


def test_the_exchange_test_against_sklearn_and_under_the_null() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    scores, is_b = rng.integers(0, 9, 90).astype(float), rng.random(90) < 0.4
    assert exchange_test(scores, is_b, rng)[0] == pytest.approx(roc_auc_score(is_b, scores))
    assert exchange_test(is_b.astype(float), is_b, rng) == (1.0, 1 / 2000)
    p = np.array([exchange_test(rng.random(40), np.arange(40) < 15, rng)[1] for _ in range(100)])
    assert (p <= 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)
    assert 0.35 < p.mean() < 0.65
