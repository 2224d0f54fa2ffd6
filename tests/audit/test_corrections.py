"""Decisions of people, and the corpus that follows them."""

from pathlib import Path

import pytest

from headword.audit.corrections import Decision, apply_decisions, quality_change, read_decisions
from headword.cleaning.annotation import learnable
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError
from headword.demo.corpus import demo_corpus, planted
from headword.recipes.reader import load_recipe

CORPUS = Corpus.from_documents(
    [Document("1", labels=("a", "b")), Document("2", labels=("b",)), Document("3"), Document("4", labels=())]
)


def test_accepted_errors_are_corrected_and_nothing_else() -> None:
    before = CORPUS.fingerprint()
    decisions = [Decision("1", "b", "accept"), Decision("2", "a", "accept"), Decision("2", "b", "reject")]
    done = apply_decisions(CORPUS, [*decisions, Decision("3", "a", "accept"), Decision("4", "b", "accept", "wrong")])
    assert done.corpus.label_sets() == [("a",), ("a", "b"), ("a",), ()]
    assert (done.n_added, done.n_removed, done.n_rejected, done.n_already) == (2, 1, 1, 1)
    assert CORPUS.fingerprint() == before
    assert done.corpus.label_space.names == CORPUS.label_space.names


def test_the_same_decision_twice_does_no_harm() -> None:
    once = [Decision("1", "b", "accept", "wrong")]
    done = apply_decisions(CORPUS, once * 2)
    assert (done.n_removed, done.n_already) == (1, 1)
    assert apply_decisions(done.corpus, once).corpus.label_sets() == done.corpus.label_sets()


@pytest.mark.parametrize(
    ("decisions", "match"),
    [
        ([Decision("9", "a", "accept", place="d.csv, line 2")], "d.csv, line 2: no document has the id '9'"),
        ([Decision("1", "z", "accept")], "no document has the label 'z'"),
        ([Decision("1", "a", "accept"), Decision("1", "a", "reject")], "both accepted and rejected"),
    ],
)
def test_decisions_that_do_not_fit_are_refused(decisions: list[Decision], match: str) -> None:
    with pytest.raises(DataError, match=match):
        apply_decisions(CORPUS, decisions)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.csv", "\ufeffdocument,label,problem,action\n1,b,wrong,accept\n2,a,,\n2,b,,reject\n"),
        ("d.tsv", "document\tlabel\tproblem\taction\n1\tb\twrong\taccept\n2\tb\t\treject\n"),
        (
            "d.jsonl",
            '{"document": "1", "label": "b", "problem": "wrong", "action": "accept"}\n\n'
            '{"document": "2", "label": "b", "action": "reject"}\n',
        ),
    ],
)
def test_decisions_are_read_from_any_table(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_decisions(tmp_path / name)
    assert [(d.document, d.label, d.action, d.problem) for d in found] == [
        ("1", "b", "accept", "wrong"),
        ("2", "b", "reject", ""),
    ]


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("d.csv", "document,label\n1,b\n", "line 2: there is no action"),
        ("d.csv", "document,label,action\n1,b,yes\n", "line 2: the action is accept or reject, found 'yes'"),
        ("d.csv", "document,label,action,problem\n1,b,accept,odd\n", "the problem is wrong or missing"),
        ("d.jsonl", "{\n", "line 1: not JSON"),
        ("d.jsonl", "[1]\n", "line 1: expected an object"),
    ],
)
def test_decisions_of_another_shape_are_refused(tmp_path: Path, name: str, text: str, match: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=match):
        read_decisions(tmp_path / name)
    with pytest.raises(DataError, match="cannot read"):
        read_decisions(tmp_path / "none.csv")


def test_correcting_planted_errors_makes_judgement_better() -> None:
    corpus = learnable(demo_corpus())
    decisions = [Decision(one["id"], one["label"], "accept") for one in planted()["wrong_labels"]]
    after = apply_decisions(corpus, decisions).corpus
    change = quality_change(corpus, after, load_recipe("fast"), n_threads=1)
    assert list(change) == ["before", "judged_anew", "after"]
    assert change["judged_anew"]["micro_f1"] > change["before"]["micro_f1"]
    same = quality_change(corpus, corpus, load_recipe("fast"), n_threads=1)
    assert same["before"] == same["judged_anew"] == same["after"]
