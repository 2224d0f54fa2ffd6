import json
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from itertools import combinations, pairwise

import numpy as np
import pytest

from headword.demo.corpus import demo_corpus, demo_headings, planted

CORPUS = demo_corpus()
HEADINGS = demo_headings()
PLANTED = planted()
ROW = {doc_id: row for row, doc_id in enumerate(CORPUS.ids)}
SETS = dict(zip(CORPUS.ids, CORPUS.label_sets(), strict=True))
PART = dict(zip(CORPUS.ids, CORPUS.fields["split"], strict=True))
VARIANTS = {entry["variant"]: entry["heading"] for entry in PLANTED["label_variants"]}
PARENTS = {heading.id: set(heading.broader) for heading in HEADINGS}
IDS = {heading.name: heading.id for heading in HEADINGS}


def words(doc_id: str) -> set[str]:
    return set(re.findall(r"\w+", CORPUS.abstracts[ROW[doc_id]].lower()))


def jaccard(one: str, other: str) -> float:
    return len(words(one) & words(other)) / len(words(one) | words(other))


def ancestors(heading: str) -> set[str]:
    """All ids above `heading`; a cycle would bring the heading itself."""
    found: set[str] = set()
    ahead = set(PARENTS[heading])
    while ahead:
        found |= ahead
        ahead = set().union(*(PARENTS[parent] for parent in ahead)) - found
    return found


def level(heading: str) -> int:
    return 1 + max((level(parent) for parent in PARENTS[heading]), default=0)


def test_size_and_parts():
    assert len(CORPUS) == 300
    assert Counter(CORPUS.fields["split"]) == {"train": 240, "test": 60}
    assert CORPUS.annotated.all()
    assert len(set(CORPUS.ids)) == len(set(CORPUS.titles)) == len(set(CORPUS.abstracts)) == 300


def test_texts_have_the_length_of_short_abstracts():
    titles = [len(title.split()) for title in CORPUS.titles]
    abstracts = [len(abstract.split()) for abstract in CORPUS.abstracts]
    assert min(titles) >= 4 and max(titles) <= 12
    assert min(abstracts) >= 45 and max(abstracts) <= 100
    assert 60 <= np.mean(abstracts) <= 80


def test_dates_are_iso_and_later_than_the_years_in_the_text():
    for row, stamp in enumerate(CORPUS.fields["date"]):
        year = date.fromisoformat(stamp).year
        assert 2012 <= year <= 2025
        named = re.findall(r"(?<![\d,.])20[012]\d\b(?![.,]?\d)", CORPUS.texts()[row])
        assert all(int(other) <= year for other in named), CORPUS.ids[row]


def test_four_providers_each_with_a_fair_share():
    shares = Counter(CORPUS.fields["provider"])
    assert len(shares) == 4
    assert min(shares.values()) > 50


def test_headings_per_document():
    counts = np.diff(CORPUS.targets.indptr)
    assert counts.min() >= 1 and counts.max() <= 5
    assert 2.0 < counts.mean() < 2.6


def test_support_has_a_long_tail():
    names = [name for labels in SETS.values() for name in labels or ()]
    support = Counter(VARIANTS.get(name, name) for name in names)
    assert set(support) == {heading.name for heading in HEADINGS}
    assert sum(60 <= n <= 90 for n in support.values()) == 3
    assert sum(3 <= n <= 6 for n in support.values()) == 6
    assert all(n >= 10 for n in support.values() if n > 6)


def test_each_heading_is_in_both_parts():
    for part in ("train", "test"):
        names = {name for doc_id, labels in SETS.items() if PART[doc_id] == part for name in labels or ()}
        assert {heading.name for heading in HEADINGS} <= names


def test_each_label_is_a_heading_or_a_listed_variant():
    assert set(CORPUS.label_space.names) == set(IDS) | set(VARIANTS)
    assert set(VARIANTS.values()) <= set(IDS)


def test_headings_are_complete_and_distinct():
    assert len(HEADINGS) == len({heading.id for heading in HEADINGS}) == len(IDS) == 34
    everything = [name.casefold() for heading in HEADINGS for name in (heading.name, *heading.alt)]
    assert len(set(everything)) == len(everything)
    assert all(heading.alt and len(heading.definition.split()) >= 8 for heading in HEADINGS)


def test_hierarchy_is_closed_and_without_cycle():
    for heading in HEADINGS:
        assert set(heading.broader) <= set(PARENTS)
        assert heading.id not in ancestors(heading.id)
    assert max(level(heading.id) for heading in HEADINGS) == 3
    assert any(len(heading.broader) > 1 for heading in HEADINGS)


def test_broader_headings_stand_beside_narrower_ones_except_where_planted():
    names = {heading.id: heading.name for heading in HEADINGS}
    wrong = {entry["id"] for entry in PLANTED["wrong_labels"]}
    for doc_id, labels in SETS.items():
        if doc_id not in wrong:
            found = {VARIANTS.get(name, name) for name in labels or ()}
            above = {names[parent] for name in found for parent in ancestors(IDS[name])}
            assert above <= found, doc_id


def test_near_duplicates_are_near_and_lie_where_they_say():
    pairs = PLANTED["near_duplicates"]
    assert len(pairs) == 6
    assert len({doc_id for pair in pairs for doc_id in pair["ids"]}) == 12
    for pair in pairs:
        assert [PART[doc_id] for doc_id in pair["ids"]] == pair["parts"]
        assert pair["leak"] == (len(set(pair["parts"])) == 2)
        assert jaccard(*pair["ids"]) > 0.8
        one, other = (set(SETS[doc_id] or ()) for doc_id in pair["ids"])
        assert len(one ^ other) <= 1
    assert sum(pair["leak"] for pair in pairs) == 1


def test_nothing_else_is_a_near_duplicate():
    listed = {frozenset(pair["ids"]) for pair in PLANTED["near_duplicates"]}
    bags = {doc_id: words(doc_id) for doc_id in CORPUS.ids}
    close = {
        frozenset((one, other))
        for one, other in combinations(CORPUS.ids, 2)
        if len(bags[one] & bags[other]) > 0.4 * len(bags[one] | bags[other])
    }
    assert close == listed


def test_wrong_labels_are_there_and_in_train_only():
    entries = PLANTED["wrong_labels"]
    assert Counter(entry["kind"] for entry in entries) == {"added": 5, "removed": 5}
    assert len({entry["id"] for entry in entries}) == 10
    for entry in entries:
        assert PART[entry["id"]] == "train"
        assert entry["label"] in IDS
        assert (entry["label"] in (SETS[entry["id"]] or ())) == (entry["kind"] == "added")


def test_variants_stand_on_the_listed_documents_only():
    for entry in PLANTED["label_variants"]:
        having = [doc_id for doc_id, labels in SETS.items() if entry["variant"] in (labels or ())]
        assert sorted(having) == sorted(entry["ids"])
        assert len(having) == 2
        assert all(PART[doc_id] == "train" for doc_id in having)


def test_each_planted_entry_has_a_reason():
    assert all(entry["reason"] for entries in PLANTED.values() for entry in entries)


def test_loader_returns_the_rows_of_the_file():
    lines = files("headword.demo").joinpath("corpus.jsonl").read_text(encoding="utf-8").strip().split("\n")
    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == list(CORPUS.ids)
    assert all(a < b for a, b in pairwise(CORPUS.ids))
    for row, document in zip(rows, CORPUS, strict=True):
        assert (document.title, document.abstract) == (row["title"], row["abstract"])
        assert sorted(row["labels"]) == list(document.labels or ())
        assert dict(document.fields) == {name: row[name] for name in ("split", "date", "provider")}
    assert demo_corpus().fingerprint() == CORPUS.fingerprint()


def test_text_is_clean_but_not_only_ascii():
    text = "\n".join(CORPUS.texts())
    assert not text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\ufffd]|  | \n|\n ", text)


def test_a_plain_linear_model_learns_it():
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="needs scikit-learn")
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    train = np.array([part == "train" for part in CORPUS.fields["split"]])
    targets = CORPUS.targets.toarray()
    vectorizer = text.TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    texts = np.array(CORPUS.texts(), dtype=object)
    model = OneVsRestClassifier(LinearSVC(random_state=0))
    model.fit(vectorizer.fit_transform(texts[train]), targets[train])
    best = model.decision_function(vectorizer.transform(texts[~train])).argmax(axis=1)
    assert 0.80 <= targets[~train][np.arange(60), best].mean() <= 0.95
