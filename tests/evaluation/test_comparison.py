import json
from dataclasses import replace

import numpy as np
import pytest
from pages.reading import parsed, require_accessible

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.evaluation import evaluate_suggestions
from headword.evaluation.comparison import Comparison, compare_suggestions
from headword.evaluation.comparison_page import comparison_page, is_better, spaces_text, verdict
from headword.evaluation.differences import COMPARED

NAMES = tuple(f"label {i}" for i in range(10))
BAD = "<script>alert('x')</script>"


def corpus_of(n_docs: int, seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    picked = rng.integers(0, 10, size=(n_docs, 2)).tolist()
    return Corpus.from_documents(
        Document(str(i), BAD if i < 9 else f"title {i}", labels=tuple({NAMES[j] for j in row}))
        for i, row in enumerate(picked)
    )


def guesses(corpus: Corpus, quality: float, seed: int, names: tuple[str, ...] = NAMES) -> Suggestions:
    """Two suggestions a document, each right with probability `quality`, both chosen."""
    rng = np.random.default_rng(seed)
    rows = []
    for labels in corpus.label_sets():
        known = sorted(names.index(name) for name in labels or () if name in names)
        others = rng.permutation(len(names)).tolist()
        take = [c for c in known if rng.random() < quality]
        rows.append((take + [c for c in others if c not in take])[:2])
    n = len(corpus)
    return Suggestions(
        ids=corpus.ids, label_space=LabelSpace(names), indptr=np.arange(n + 1, dtype=np.int64) * 2,
        columns=np.array(rows, dtype=np.int32).ravel(), scores=np.tile(np.array([2, 1], np.float32), n),
        probabilities=np.tile(np.array([0.9, 0.6], np.float32), n), chosen=np.ones(2 * n, bool),
    )  # fmt: skip


def compared(quality_a: float, quality_b: float, n_docs: int = 200) -> Comparison:
    corpus = corpus_of(n_docs)
    return compare_suggestions(guesses(corpus, quality_a, 1), guesses(corpus, quality_b, 2), corpus, n_resamples=300)


def test_a_model_does_not_differ_from_itself() -> None:
    corpus = corpus_of(60)
    same = guesses(corpus, 0.7, 1)
    found = compare_suggestions(same, same, corpus, n_resamples=100)
    assert [row.metric for row in found.metrics] == list(COMPARED)
    assert all((row.difference, row.p, row.p_holm) == (0, 1, 1) for row in found.metrics)
    assert (found.labels, found.a_better, found.b_better) == ((), (), ())
    assert verdict(found, "A", "B")[0] == "No difference in 11 metrics is beyond chance."


def test_the_better_model_is_found_over_all_and_by_label() -> None:
    found = compared(0.5, 0.95)
    sure = {row.metric for row in found.metrics if row.p_holm <= 0.05}
    assert sure >= {"p@1", "ndcg@5", "micro_f1", "macro_f1"}
    assert all(is_better(row) for row in found.metrics if row.metric in sure)
    won = [one for one in found.labels if one.q <= 0.05]
    assert len(won) >= 5 and all(one.only_b > one.only_a and one.f1_b > one.f1_a for one in won)
    assert verdict(found, "A", "B")[0].startswith("B is better in p@1, ")
    assert all(one.f1_b > one.f1_a for one in found.b_better) and len(found.b_better) == 10


def test_equal_models_are_seldom_told_apart() -> None:
    p = [row.p_holm for seed in range(20) for row in _equal(seed).metrics]
    assert np.mean(np.array(p).reshape(20, -1).min(axis=1) <= 0.05) <= 0.2


def _equal(seed: int) -> Comparison:
    corpus = corpus_of(60, seed)
    return compare_suggestions(
        guesses(corpus, 0.7, 2 * seed + 100), guesses(corpus, 0.7, 2 * seed + 101), corpus, n_resamples=100
    )


def test_values_are_those_of_the_evaluation() -> None:
    corpus = corpus_of(80)
    a, b = guesses(corpus, 0.6, 1), guesses(corpus, 0.8, 2)
    found = compare_suggestions(a, b, corpus, n_resamples=100)
    for one, name in ((a, "a"), (b, "b")):
        report = evaluate_suggestions(one, corpus, train_support=np.full(10, 5), n_train=50, n_bootstrap=0)
        for row in found.metrics:
            assert getattr(row, name) == pytest.approx(report.metrics[row.metric]), row.metric
        rows = {row.label: row for row in report.per_label()}
        for label in found.labels:
            assert getattr(label, f"f1_{name}") == pytest.approx(rows[label.label].f1)
            assert label.support == rows[label.label].support


def test_disagreements_are_counted_by_hand() -> None:
    corpus = Corpus.from_documents([Document(str(i), labels=("x",)) for i in range(3)])
    space, p = LabelSpace(("x", "y")), np.array([0.9] * 3, np.float32)
    a = Suggestions(corpus.ids, space, np.arange(4), np.array([0, 0, 1], np.int32), p, p, np.ones(3, bool))
    b = replace(a, columns=np.array([0, 1, 0], np.int32))
    found = {one.label: one for one in compare_suggestions(a, b, corpus, n_resamples=100).labels}
    assert (found["x"].only_a, found["x"].only_b) == (1, 1)
    assert (found["y"].only_a, found["y"].only_b, found["y"].support) == (1, 1, 0)


def repeated(corpus: Corpus, times: int) -> Corpus:
    """The same documents several times over, under other names."""
    rows = np.tile(np.arange(len(corpus)), times)
    return replace(corpus.subset(rows), ids=tuple(str(i) for i in range(len(rows))))


def test_copies_are_no_evidence_when_they_are_grouped() -> None:
    corpus = corpus_of(40)
    pair = [guesses(corpus, quality, seed) for quality, seed in ((0.6, 1), (0.75, 2))]
    once = compare_suggestions(*pair, corpus, n_resamples=999)
    several = repeated(corpus, 5)
    copies = [
        replace(
            one, ids=several.ids, indptr=np.arange(201) * 2, columns=np.tile(one.columns, 5),
            scores=np.tile(one.scores, 5), probabilities=np.tile(one.probabilities, 5), chosen=np.tile(one.chosen, 5),
        )
        for one in pair
    ]  # fmt: skip
    alone = compare_suggestions(*copies, several, n_resamples=999)
    grouped = compare_suggestions(*copies, several, groups=np.tile(np.arange(40), 5), n_resamples=999)
    for first, flattered, last in zip(once.metrics, alone.metrics, grouped.metrics, strict=True):
        assert last.difference == pytest.approx(first.difference)
        assert (last.p, last.low, last.high) == pytest.approx((first.p, first.low, first.high))
        assert flattered.high - flattered.low < 0.6 * (last.high - last.low)
    assert [(one.label, one.only_a, one.only_b, one.p) for one in once.labels] == [
        (one.label, one.only_a, one.only_b, one.p) for one in grouped.labels
    ]
    assert (once.conventions["n_groups"], grouped.conventions["n_groups"]) == (40, 40)
    with pytest.raises(DataError, match="3 documents have a group, but the corpus holds 200"):
        compare_suggestions(*copies, several, groups=np.zeros(3, int))


def test_models_with_other_labels_are_judged_over_all_of_them() -> None:
    corpus = corpus_of(100)
    a, b = guesses(corpus, 0.9, 1, NAMES[:8]), guesses(corpus, 0.9, 2, tuple(reversed(NAMES[2:])))
    found = compare_suggestions(a, b, corpus, n_resamples=100)
    assert (found.n_labels, found.spaces.n_shared) == (10, 6)
    assert (found.spaces.only_a, found.spaces.only_b) == (NAMES[:2], ("label 9", "label 8"))
    assert "2 only A (label 0, label 1) and 2 only B (label 9, label 8)" in (spaces_text(found, "A", "B") or "")
    unknown = {one.label: one for one in found.labels}
    assert unknown["label 9"].f1_a == 0 and unknown["label 0"].f1_b == 0
    shared = compare_suggestions(a, b, corpus, shared_labels=True, n_resamples=100)
    assert shared.n_labels == 6 and {one.label for one in shared.labels} <= set(NAMES[2:8])
    assert "only the shared ones count" in (spaces_text(shared, "A", "B") or "")
    turned = compare_suggestions(b, a, corpus, n_resamples=100)
    for there, back in zip(found.metrics, turned.metrics, strict=True):
        assert there.a == pytest.approx(back.b)


def test_the_order_of_labels_does_not_matter() -> None:
    corpus = corpus_of(50)
    a = guesses(corpus, 0.7, 1)
    space = LabelSpace(tuple(reversed(NAMES)))
    b = replace(a, label_space=space, columns=(9 - a.columns).astype(np.int32))
    found = compare_suggestions(a, b, corpus, n_resamples=100)
    assert all(row.difference == 0 for row in found.metrics) and found.labels == ()
    assert spaces_text(found, "A", "B") is None


def test_what_cannot_be_compared() -> None:
    corpus = corpus_of(10)
    a = guesses(corpus, 0.7, 1)
    other = replace(a, label_space=LabelSpace(tuple(f"x{i}" for i in range(10))))
    with pytest.raises(LabelSpaceError, match="share none of their 10 and 10 labels"):
        compare_suggestions(a, other, corpus)
    with pytest.raises(DataError, match="in the suggestions but"):
        compare_suggestions(a, replace(a, ids=tuple(reversed(a.ids))), corpus)


def test_the_page_is_accessible_and_escaped_and_says_what_the_json_says() -> None:
    found = compared(0.5, 0.9)
    text = comparison_page(found, a="a.hw", b="b.hw", made={"command": BAD})
    require_accessible(text)
    assert BAD not in text
    cells = {r.children[0].words(): [c.words() for c in r.children] for r in parsed(text).all("tr")}
    row = next(r for r in found.metrics if r.metric == "micro_f1")
    assert cells["micro_f1"][1] == f"{row.a:.4f}" and cells["micro_f1"][7] == "B is better"
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["metrics"][6]["p"] == row.p


def test_the_page_of_a_model_with_itself() -> None:
    corpus = corpus_of(30)
    same = guesses(corpus, 0.7, 1)
    text = comparison_page(compare_suggestions(same, same, corpus, n_resamples=100), a="a", b="a", made={})
    require_accessible(text)
    assert "Both are the same in every figure" in text and "Both decide every label alike" in text
