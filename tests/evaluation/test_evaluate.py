import json
import time

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import f1_score

from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.evaluation import evaluate, evaluate_suggestions

CONTRACT = {
    *("p@1", "p@3", "p@5", "r@5", "ndcg@5", "psp@1", "psp@3", "psp@5", "lrap", "coverage_error", "ece", "brier"),
    *("micro_f1", "macro_f1", "macro_f1_all", "weighted_f1", "samples_f1", "micro_precision", "micro_recall"),
    *("jaccard", "hamming", "subset_accuracy"),
}


def test_figures_by_hand(case, training) -> None:
    metrics = evaluate_suggestions(*case, **training, n_bootstrap=0).metrics
    # Four documents, four labels; 2 hits of 4 choices, 4 true labels of which `new` cannot be found.
    assert metrics["p@1"] == 0.5
    assert metrics["r@5"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert metrics["micro_f1"] == 0.5
    assert metrics["macro_f1"] == pytest.approx((0.5 + 2 / 3 + 0) / 3)
    assert metrics["macro_f1_all"] == pytest.approx((0.5 + 2 / 3 + 0 + 0) / 4)
    assert metrics["hamming"] == 4 / 16
    assert metrics["subset_accuracy"] == 0.25


def test_the_json_keeps_the_contract_and_is_json(case, training) -> None:
    out = evaluate_suggestions(*case, **training, n_bootstrap=50).to_json()
    assert json.loads(json.dumps(out, allow_nan=False)) == out
    assert set(out) >= {"n_docs", "n_labels", "metrics", "intervals", "baselines", "by_frequency", "unseen_labels"}
    assert (out["n_docs"], out["n_labels"], out["n_test_labels"], out["n_unannotated"]) == (4, 4, 3, 1)
    assert set(out["metrics"]) >= CONTRACT
    assert set(out["intervals"]) == set(out["metrics"])
    assert list(out["baselines"]) == ["predict_nothing", "most_frequent_labels", "label_prior"]
    assert all(set(figures) == set(out["metrics"]) for figures in out["baselines"].values())
    assert list(out["by_frequency"]) == ["head", "torso", "tail"]
    assert out["by_frequency"]["tail"]["macro_f1"] is None
    assert out["labels_per_document"] == {"true": 1.0, "chosen": 1.0}


def test_baselines_by_hand(case, training) -> None:
    found = evaluate_suggestions(*case, **training, n_bootstrap=0).to_json()["baselines"]
    assert found["predict_nothing"]["micro_f1"] == found["predict_nothing"]["p@1"] == 0.0
    assert found["predict_nothing"]["hamming"] == 0.25
    assert found["predict_nothing"]["ece"] is None
    # Everybody gets zoology: 2 hits of 4 choices, 4 true.
    assert found["most_frequent_labels"]["micro_f1"] == 0.5
    assert found["label_prior"]["p@1"] == 0.5


def test_rows_put_value_interval_and_baselines_side_by_side(case, training) -> None:
    report = evaluate_suggestions(*case, **training, n_bootstrap=50)
    row = next(row for row in report.rows() if row.metric == "micro_f1")
    assert row.low <= row.value <= row.high
    assert row.baselines == {"predict_nothing": 0.0, "most_frequent_labels": 0.5, "label_prior": 0.5}
    without = evaluate_suggestions(*case, **training, n_bootstrap=0).rows()
    assert {(r.low, r.high) for r in without} == {(None, None)}


def test_perfect_suggestions_are_perfect(make_suggestions, make_corpus) -> None:
    rows = [[("a", 0.99)], [("b", 0.99)], [("a", 0.99), ("b", 0.98)]]
    corpus = make_corpus([["a"], ["b"], ["a", "b"]])
    found = evaluate_suggestions(
        make_suggestions(["a", "b"], rows), corpus, train_support=np.array([5, 5]), n_train=9, n_bootstrap=20
    )
    for name in ("p@1", "r@3", "ndcg@5", "psp@3", "lrap", "micro_f1", "macro_f1", "samples_f1", "subset_accuracy"):
        assert found.metrics[name] == 1.0, name
        assert found.intervals[name] == (1.0, 1.0), name
    assert found.metrics["hamming"] == 0.0


def test_labels_that_training_never_saw_lower_micro_and_macro_f1(make_suggestions, make_corpus) -> None:
    suggestions = make_suggestions(["a"], [[("a", 0.9)]] * 3)
    kwargs = {"train_support": np.array([5]), "n_train": 5, "n_bootstrap": 0}
    known = evaluate_suggestions(suggestions, make_corpus([["a"]] * 3), **kwargs)
    unknown = evaluate_suggestions(suggestions, make_corpus([["a", "x"], ["a"], ["a"]]), **kwargs)
    assert known.metrics["micro_f1"] == known.metrics["macro_f1"] == 1.0
    assert unknown.metrics["micro_f1"] == pytest.approx(6 / 7)
    assert unknown.metrics["macro_f1"] == 0.5


def test_same_seed_same_report(case, training) -> None:
    first, second = (evaluate_suggestions(*case, **training, seed=4, n_bootstrap=80).to_json() for _ in range(2))
    assert first == second


def test_nothing_to_report_is_null_and_not_an_error(make_suggestions, make_corpus) -> None:
    out = evaluate_suggestions(
        make_suggestions(["a"], [[]]), make_corpus([[]]), train_support=np.array([0]), n_train=1, n_bootstrap=5
    ).to_json()
    json.dumps(out, allow_nan=False)
    assert out["metrics"]["macro_f1"] is None
    assert out["intervals"]["macro_f1"] == [None, None]
    assert out["metrics"]["subset_accuracy"] == 1.0


def test_a_tagger_is_asked_to_judge_itself(case, training) -> None:
    class Fixed:
        def evaluate(self, corpus):
            return evaluate_suggestions(case[0], corpus, **training, n_bootstrap=0)

    assert evaluate(Fixed(), case[1]).n_docs == 4


def study(n_docs: int, n_labels: int, listed: int) -> tuple[Suggestions, Corpus]:
    """Random suggestions of realistic shape for random documents of one to five long-tailed labels."""
    rng = np.random.default_rng(0)
    prior = 1.0 / np.arange(1, n_labels + 1)
    drawn = rng.choice(n_labels, (n_docs, 5), p=prior / prior.sum())
    kept = np.arange(5) <= rng.integers(0, 5, (n_docs, 1))
    rows = np.repeat(np.arange(n_docs), 5).reshape(n_docs, 5)
    targets = sp.csr_matrix((np.ones(kept.sum(), np.float32), (rows[kept], drawn[kept])), shape=(n_docs, n_labels))
    targets.sum_duplicates()
    targets.data[:] = 1
    space = LabelSpace(tuple(f"label {c}" for c in range(n_labels)))
    ids = tuple(map(str, range(n_docs)))
    corpus = Corpus(ids, ids, ids, targets, space, np.ones(n_docs, dtype=bool))
    start = rng.integers(0, n_labels - listed, n_docs)
    columns = (start[:, None] + np.arange(listed)).astype(np.int32)
    p = np.sort(rng.random((n_docs, listed)).astype(np.float32) ** 4, axis=1)[:, ::-1]
    suggestions = Suggestions(
        ids, space, np.arange(n_docs + 1) * listed, columns.ravel(), p.ravel(), p.ravel(), p.ravel() > 0.8
    )
    return suggestions, corpus


def test_agrees_with_scikit_learn_on_a_larger_case() -> None:
    suggestions, corpus = study(300, 80, 20)
    support = np.bincount(corpus.targets.indices, minlength=80)
    found = evaluate_suggestions(suggestions, corpus, train_support=support, n_train=300, n_bootstrap=0).metrics
    true, pred = corpus.targets.toarray().astype(int), suggestions.chosen_matrix().toarray().astype(int)
    for average in ("micro", "weighted", "samples"):
        want = f1_score(true, pred, average=average, zero_division=0)
        assert found[f"{average}_f1"] == pytest.approx(want, abs=1e-12)


def test_the_study_size_with_a_thousand_resamples_takes_seconds() -> None:
    suggestions, corpus = study(5_000, 3_300, 100)
    support = np.bincount(corpus.targets.indices, minlength=3_300)
    start = time.perf_counter()
    evaluate_suggestions(suggestions, corpus, train_support=support, n_train=5_000)
    assert time.perf_counter() - start < 6.0
