import numpy as np
import pytest
from pages.reading import parsed, require_accessible

from headword.core.corpus import Corpus, Document
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.evaluation import Report, evaluate_suggestions
from headword.evaluation.details import details
from headword.evaluation.page import MOST_LABELS, evaluation_page

BAD = "<script>alert('x')</script>"


def judged(n_docs: int, n_labels: int, n_bootstrap: int = 20) -> tuple[Report, Corpus]:
    """Suggestions that are often right; the first label and title are markup."""
    rng = np.random.default_rng(0)
    names = (BAD, *(f"label number {i}" for i in range(1, n_labels)))
    truth = rng.integers(0, n_labels, size=(n_docs, 2))
    guess = np.where(rng.random((n_docs, 2)) < 0.7, truth, rng.integers(0, n_labels, size=(n_docs, 2)))
    guess[:, 1] = np.where(guess[:, 1] == guess[:, 0], (guess[:, 0] + 1) % n_labels, guess[:, 1])
    p = np.sort(rng.random((n_docs, 2)).astype(np.float32), axis=1)[:, ::-1]
    corpus = Corpus.from_documents(
        Document(str(i), BAD if i == 0 else f"title {i}", "word " * (1 + i % 9), tuple({names[j] for j in row}))
        for i, row in enumerate(truth.tolist())
    )
    suggestions = Suggestions(
        ids=corpus.ids, label_space=LabelSpace(names), indptr=np.arange(n_docs + 1) * 2,
        columns=guess.ravel().astype(np.int32), scores=p.ravel(), probabilities=p.ravel(), chosen=p.ravel() >= 0.4,
    )  # fmt: skip
    support = rng.integers(1, 900, size=n_labels)
    report = evaluate_suggestions(
        suggestions, corpus, train_support=support, n_train=300 * n_labels, n_bootstrap=n_bootstrap
    )
    return report, corpus


@pytest.fixture(scope="module")
def text() -> str:
    report, corpus = judged(300, 12)
    kinds = {"provider": [f"p{i % 3}" for i in range(300)], "year": [str(2020 + i % 4) for i in range(300)]}
    found = details(report, corpus, kinds)
    reasons = {(one.id, one.label): ["for it: " + BAD] for one in found.wrong}
    return evaluation_page(report, found, model="m.hw", made={"command": BAD}, reasons=reasons)


def test_the_page_is_accessible_and_offline(text: str) -> None:
    require_accessible(text)


def test_nothing_from_the_data_becomes_markup(text: str) -> None:
    root = parsed(text)
    assert len(root.all("script")) == 1 and BAD not in text
    assert root.words().count(BAD) > 3


def test_every_part_is_there(text: str) -> None:
    heads = [h.words() for h in parsed(text).all("h2")]
    assert heads == [
        "At a glance", "Precision, recall and thresholds", "Can the probabilities be believed?",
        "Frequent and rare labels", "Kinds of documents", "Every label", "The surest mistakes",
        "Labels taken for one another", "Every figure", "How it was measured",
    ]  # fmt: skip
    assert len(parsed(text).all("svg")) == 2 + 4 + 1 + 1


def test_figures_are_those_of_the_report() -> None:
    report, corpus = judged(300, 12)
    root = parsed(evaluation_page(report, details(report, corpus), model="m.hw", made={}))
    rows = {cells[0].words(): cells for t in root.all("table") for r in t.all("tr") if (cells := r.children)}
    assert rows["micro_f1"][1].words() == f"{report.metrics['micro_f1']:.3f}"
    low, high = report.intervals["micro_f1"]
    assert rows["micro_f1"][2].words() == f"{low:.3f} to {high:.3f}"
    label = report.per_label()[3]
    table = next(t for t in root.all("table") if "the most frequent first" in t.words())
    row = next(r for r in table.all("tr") if r.children[0].words() == label.label)
    assert [c.words() for c in row.children][1:3] == [f"{label.support:,}", f"{label.train_support:,}"]


def test_thousands_of_labels_stay_below_three_megabytes_and_the_rest_is_named() -> None:
    report, corpus = judged(6000, 7000, n_bootstrap=0)
    text = evaluation_page(report, details(report, corpus), model="m.hw", made={})
    assert len(text.encode()) < 3_000_000
    table = next(t for t in parsed(text).all("table") if "the most frequent first" in t.words())
    assert len(table.all("tbody")[0].children) == MOST_LABELS
    assert "rarest others" in text


def test_a_model_that_suggests_nothing_has_a_page_too() -> None:
    report, corpus = judged(40, 5)
    space = LabelSpace(tuple(f"label number {i}" for i in range(5)))
    none = np.zeros(0, np.float32)
    silent = Suggestions(
        corpus.ids, space, np.zeros(41, np.int64), none.astype(np.int32), none, none, none.astype(bool)
    )
    judged_silent = evaluate_suggestions(silent, corpus, train_support=np.full(5, 3), n_train=9, n_bootstrap=20)
    text = evaluation_page(judged_silent, details(judged_silent, corpus), model="m.hw", made={})
    require_accessible(text)
    assert "there are no curves" in text and "No suggestion has a probability" in text
    assert "Not clearly above what is reached without reading a document" in text
    assert report.n_docs == 40 and "Only 40 documents" in text
