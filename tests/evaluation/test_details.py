import json
from collections.abc import Callable

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError
from headword.core.scores import Suggestions
from headword.evaluation import Report, evaluate_suggestions
from headword.evaluation.details import details
from headword.evaluation.mistakes import confusions, surest_mistakes
from headword.evaluation.reliability import reliability
from headword.evaluation.slices import lengths, slices
from headword.metrics.calibration import expected_calibration_error

from .conftest import suggest

NAMES = ["birds", "bees", "cats", "dogs"]


def judged(rows: list[list[tuple[str, float]]], truth: list[list[str] | None]) -> tuple[Report, Corpus]:
    corpus = Corpus.from_documents(
        Document(str(i), f"title {i}", "word " * (i + 1), None if t is None else tuple(t)) for i, t in enumerate(truth)
    )
    suggestions: Suggestions = suggest(NAMES, rows)
    support = np.array([600, 100, 3, 3])
    return evaluate_suggestions(suggestions, corpus, train_support=support, n_train=1000, n_bootstrap=50), corpus


@pytest.fixture
def one() -> tuple[Report, Corpus]:
    rows = [
        [("birds", 0.9), ("bees", 0.6)],
        [("birds", 0.8), ("cats", 0.3)],
        [("bees", 0.7), ("dogs", 0.2)],
        [("dogs", 0.9)],
        [("bees", 0.6)],
    ]
    return judged(rows, [["birds"], ["birds", "cats"], ["cats"], None, ["cats"]])


def test_mistakes_are_the_surest_first(one: tuple[Report, Corpus]) -> None:
    report, corpus = one
    rows = np.flatnonzero(corpus.annotated)
    wrong, missed = surest_mistakes(report.aligned, corpus.subset(rows))
    assert [(m.id, m.label, round(m.probability, 2)) for m in wrong] == [
        ("2", "bees", 0.7),
        ("0", "bees", 0.6),
        ("4", "bees", 0.6),
    ]
    assert [(m.id, m.label, round(m.probability, 2)) for m in missed] == [
        ("2", "cats", 0.0),
        ("4", "cats", 0.0),
        ("1", "cats", 0.3),
    ]
    assert (wrong[0].title, wrong[0].true, wrong[0].chosen) == ("title 2", ("cats",), ("bees",))


def test_a_label_fills_the_list_with_three_at_most() -> None:
    report, corpus = judged([[("birds", 0.9)]] * 6, [[]] * 6)
    wrong, missed = surest_mistakes(report.aligned, corpus)
    assert len(wrong) == 3 and missed == ()


def test_confusions_count_documents_with_both_mistakes() -> None:
    rows = [[("bees", 0.9)]] * 3 + [[("birds", 0.9)]] * 5
    report, _ = judged(rows, [["cats"], ["cats"], ["dogs"], ["cats"], *[["birds"]] * 4])
    found = confusions(report.aligned)
    # dogs for bees happens once, and birds for cats once: neither counts.
    assert [(c.missed, c.chosen, c.n_docs, c.n_missed) for c in found] == [("cats", "bees", 2, 3)]
    assert found[0].by_chance == pytest.approx(3 * 3 / 8)


def test_no_confusions_where_nothing_is_wrong() -> None:
    report, _ = judged([[("birds", 0.9)]] * 3, [["birds"]] * 3)
    assert confusions(report.aligned) == ()


def test_reliability_adds_up_to_the_calibration_error(one: tuple[Report, Corpus]) -> None:
    aligned = one[0].aligned
    found = reliability(aligned, (50, 500), n_bootstrap=20, seed=0, confidence=0.9)
    n = sum(b.n for b in found["all"])
    assert n == 7
    gap = sum(b.n * abs(b.stated - b.came_true) for b in found["all"]) / n
    whole = expected_calibration_error(aligned.y_true, aligned.predictions.y_prob, bins="equal-width")
    assert gap == pytest.approx(whole, abs=1e-6)
    assert [sum(b.n for b in found[name]) for name in ("head", "torso", "tail")] == [2, 3, 2]
    assert all(b.low <= b.came_true <= b.high for b in found["all"])
    assert [b.stated for b in found["all"]] == sorted(b.stated for b in found["all"])


def test_a_group_without_suggestions_has_no_bins() -> None:
    report, _ = judged([[("birds", 0.9)]], [["birds"]])
    found = reliability(report.aligned, (50, 500), n_bootstrap=0, seed=0, confidence=0.9)
    assert found["tail"] == () and np.isnan(found["all"][0].low)


def test_a_slice_has_the_figures_of_its_documents_alone() -> None:
    rows = [[("birds", 0.9)], [("bees", 0.9)], [("birds", 0.9)], [("cats", 0.9)]]
    report, _ = judged(rows, [["birds"], ["birds"], ["birds"], ["cats"]])
    found = slices(report.aligned, {"year": ["2020", "2021", "2021", None]}, n_bootstrap=30, seed=0, confidence=0.9)
    assert [(s.by, s.value, s.n_docs) for s in found] == [
        ("year", "2021", 2),
        ("year", "2020", 1),
        ("year", "not given", 1),
    ]
    alone, _ = judged(rows[1:3], [["birds"], ["birds"]])
    for name, value in found[0].metrics.items():
        assert value == pytest.approx(alone.metrics[name])
    assert all(s.small for s in found)
    assert found[0].intervals["p@1"][0] <= 0.5 <= found[0].intervals["p@1"][1]


def test_many_values_are_joined_and_one_value_is_no_slice() -> None:
    n = 300
    report, _ = judged([[("birds", 0.9)]] * n, [["birds"]] * n)
    years = [str(1990 + i % 30) for i in range(n)]
    languages = ["en"] * 290 + ["fi"] * 8 + ["de", "fr"]
    given = {"year": years, "same": ["x"] * n, "language": languages}
    found = slices(report.aligned, given, n_bootstrap=0, seed=0, confidence=0.9)
    of_year = [s for s in found if s.by == "year"]
    assert [s.value for s in of_year][:2] == ["2019", "2018"] and of_year[-1].value == "19 earlier"
    assert [s.value for s in found if s.by == "language"] == ["en", "fi", "2 others"]
    assert {s.by for s in found} == {"year", "language"}
    for by in ("year", "language"):
        assert sum(s.n_docs for s in found if s.by == by) == n
    with pytest.raises(DataError, match="300 evaluated documents"):
        slices(report.aligned, {"short": ["x"]}, n_bootstrap=0, seed=0, confidence=0.9)


def test_lengths_are_quarters_in_rising_order() -> None:
    names = lengths(["w " * n for n in range(1, 9)])
    assert list(dict.fromkeys(names)) == ["1 to 2 words", "3 to 4 words", "5 to 6 words", "7 to 8 words"]
    assert lengths(["a b", "c d"]) == ["2 words", "2 words"] and lengths([]) == []
    report, _ = judged([[("birds", 0.9)]] * 8, [["birds"]] * 8)
    found = slices(report.aligned, {"length": names}, n_bootstrap=0, seed=0, confidence=0.9)
    assert [s.value for s in found] == list(dict.fromkeys(names))


def test_details_are_plain_data_and_do_not_change_the_report(one: tuple[Report, Corpus]) -> None:
    report, corpus = one
    before = report.to_json()
    found = details(report, corpus, {"provider": ["a", "a", "b", "a", "b"]})
    text = json.dumps(found.to_json(), allow_nan=False)
    assert set(json.loads(text)) == {
        "curves", "thresholds", "reliability", "slices", "confusions", "wrong", "missed",
    }  # fmt: skip
    assert report.to_json() == before
    assert [s.by for s in found.slices] == ["provider", "provider", *["length"] * 4]
    assert found.curves["all"].n_true == 5 and set(found.curves) == {"all", "head", "torso", "tail"}
    at = next(row for row in found.thresholds if row.threshold == 0.65)
    assert (at.precision, at.recall, at.labels_per_document) == pytest.approx((2 / 3, 0.4, 0.75))


def test_details_need_the_corpus_of_the_report(one: tuple[Report, Corpus], make_corpus: Callable[..., Corpus]) -> None:
    report, corpus = one
    with pytest.raises(DataError, match="not the one that was evaluated"):
        details(report, corpus.subset([0, 1]))
    with pytest.raises(DataError, match="'x' has 1 values for 5 documents"):
        details(report, corpus, {"x": ["a"]})
