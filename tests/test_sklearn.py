"""HeadwordClassifier as scikit-learn's own checks and tools see it."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MultiLabelBinarizer
from sklearn.utils.estimator_checks import check_classifier_multioutput, parametrize_with_checks

from headword.core.corpus import Document
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import recipe_text
from headword.sklearn import HeadwordClassifier

FAST = HeadwordClassifier("fast", n_threads=1)

FAILING = {
    "check_classifier_multioutput": "labels are chosen by the threshold with the best F1, and the check wants those "
    "with a probability above a half; it passes with a fixed threshold, see below"
}


@parametrize_with_checks([FAST], expected_failed_checks=lambda _: FAILING)
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture
def half(tmp_path: Path) -> str:
    """The fast recipe, but what is more likely than not is chosen."""
    text = recipe_text("fast").replace('policy = "micro-f1"', 'policy = "fixed"\nthreshold = 0.5')
    path = tmp_path / "half.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_multioutput_check_passes_with_a_threshold_of_a_half(half: str) -> None:
    check_classifier_multioutput("HeadwordClassifier", HeadwordClassifier(half))


CORPUS = demo_corpus()
TEXTS = CORPUS.texts()
SETS = [labels or () for labels in CORPUS.label_sets()]
BINARIZER = MultiLabelBinarizer().fit(SETS)
Y = BINARIZER.transform(SETS)


def test_the_three_forms_of_labels_give_the_same_answers_in_their_own_form() -> None:
    dense = clone(FAST).fit(TEXTS[:200], Y[:200])
    expected = dense.predict(TEXTS[200:])
    assert expected.dtype == Y.dtype
    assert f1_score(Y[200:], expected, average="micro") > 0.5
    for container in (sp.csr_matrix, sp.csc_matrix, sp.csr_array):
        found = clone(FAST).fit(TEXTS[:200], container(Y[:200])).predict(TEXTS[200:])
        assert type(found) is container
        assert (found.toarray() == expected).all()
    by_sets = clone(FAST).fit(TEXTS[:200], SETS[:200])
    answers = by_sets.predict(TEXTS[200:])
    assert (BINARIZER.transform(answers) == expected).all()
    assert all(isinstance(label, str) for labels in answers for label in labels)
    assert by_sets.score(TEXTS[200:], SETS[200:]) == dense.score(TEXTS[200:], Y[200:])
    assert set(by_sets.classes_) <= set(BINARIZER.classes_)


def test_labels_that_no_document_has_keep_their_column() -> None:
    wide = np.hstack([np.zeros((200, 1), dtype=int), Y[:200], np.zeros((200, 2), dtype=int)])
    model = clone(FAST).fit(TEXTS[:200], wide)
    found = model.predict(TEXTS[200:])
    assert found.shape == (100, Y.shape[1] + 3)
    assert found[:, [0, -2, -1]].sum() == 0
    plain = clone(FAST).fit(TEXTS[:200], Y[:200])
    assert (found[:, 1:-2] == plain.predict(TEXTS[200:])).all()
    assert model.predict_proba(TEXTS[200:])[:, 0].max() < 1e-6


def test_decisions_are_those_above_zero_and_probabilities_rank_alike() -> None:
    model = clone(FAST).fit(TEXTS[:200], Y[:200])
    decision, believed = model.decision_function(TEXTS[200:]), model.predict_proba(TEXTS[200:])
    assert decision.shape == believed.shape == (100, Y.shape[1])
    assert ((decision > 0) == model.predict(TEXTS[200:])).all()
    assert ((believed > 0) & (believed < 1)).all()
    for label in range(Y.shape[1]):
        assert (np.argsort(decision[:, label], kind="stable") == np.argsort(believed[:, label], kind="stable")).all()


def test_one_class_a_text() -> None:
    kinds = np.array([labels[0] for labels in SETS])
    model = clone(FAST).fit(TEXTS[:200], kinds[:200])
    assert model.score(TEXTS[200:], kinds[200:]) > 0.3
    believed = model.predict_proba(TEXTS[200:])
    np.testing.assert_allclose(believed.sum(axis=1), 1)
    assert (model.classes_[believed.argmax(axis=1)] == model.predict(TEXTS[200:])).all()


def test_texts_come_as_lists_arrays_and_documents() -> None:
    expected = clone(FAST).fit(TEXTS[:100], SETS[:100]).predict(TEXTS[200:220])
    for container in (np.array, lambda texts: np.array(texts, dtype=object), tuple):
        assert clone(FAST).fit(container(TEXTS[:100]), SETS[:100]).predict(container(TEXTS[200:220])) == expected
    model = clone(FAST).fit(list(CORPUS.subset(range(100))), SETS[:100])
    with_title = "title: " in "".join(model.tagger_.extractor.blocks["words"].term(i) for i in range(500))
    assert with_title
    assert len(model.predict([Document("x", "Dust on Mars")])) == 1


def test_the_tagger_within_explains() -> None:
    model = clone(FAST).fit(TEXTS[:100], SETS[:100])
    assert model.tagger_.explain(TEXTS[0], k=1)[0].terms_for


def test_after_vectorizers_in_pipelines_and_grid_search() -> None:
    numbers = make_pipeline(TfidfVectorizer(sublinear_tf=True), FAST).fit(TEXTS[:200], Y[:200])
    assert f1_score(Y[200:], numbers.predict(TEXTS[200:]), average="micro") > 0.4
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    search = GridSearchCV(
        make_pipeline(lower, FAST), {"headwordclassifier__random_state": [0, 1]}, scoring="f1_micro", cv=2
    ).fit(TEXTS[:150], Y[:150])
    assert search.best_score_ > 0.3
    assert search.predict(TEXTS[:3]).shape == (3, Y.shape[1])


def test_cross_validation() -> None:
    found = cross_val_predict(FAST, TEXTS, Y, cv=3)
    assert found.shape == Y.shape
    assert f1_score(Y, found, average="micro") > 0.5
    believed = cross_val_predict(FAST, TEXTS, Y, cv=3, method="predict_proba")
    assert believed.shape == Y.shape
    assert cross_val_predict(FAST, np.array(TEXTS), sp.csr_matrix(Y), cv=3).shape == Y.shape
    scores = cross_val_score(FAST, TEXTS, Y, cv=3, scoring="f1_micro")
    assert scores.min() > 0.4


def test_pickled_and_cloned(half: str) -> None:
    for recipe in ("fast", half):
        model = HeadwordClassifier(recipe).fit(TEXTS[:80], SETS[:80])
        again = pickle.loads(pickle.dumps(model))
        assert again.predict(TEXTS[80:90]) == model.predict(TEXTS[80:90])
    copy = clone(HeadwordClassifier("fast", random_state=3).set_params(n_threads=2))
    assert copy.get_params() == {"recipe": "fast", "random_state": 3, "n_threads": 2}


def test_random_states() -> None:
    for state in (None, np.random.RandomState(3), np.int64(3)):
        HeadwordClassifier("fast", random_state=state).fit(TEXTS[:60], SETS[:60])


def test_refitting_on_texts_forgets_the_numbers() -> None:
    model = clone(FAST).fit(np.eye(12), [0, 1] * 6)
    assert model.n_features_in_ == 12
    model.fit(TEXTS[:60], SETS[:60])
    assert not hasattr(model, "n_features_in_")
    with pytest.raises(ValueError, match="fitted on texts, found the other"):
        model.predict(np.eye(12))


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (TEXTS[:3], SETS[:3], "at least 6 documents"),
        (TEXTS[:9], [()] * 9, "has a label"),
        (TEXTS[:9], ["one"] * 9, "found 1 class"),
        (TEXTS[:9], SETS[:8], "inconsistent numbers of samples"),
        (TEXTS[0], SETS[:1], "X is one text"),
        (TEXTS[:9], [*SETS[:8], "loose"], "mixes label sets"),
        (TEXTS[:9], np.arange(18).reshape(9, 2) % 5, "'multiclass-multioutput' is not supported"),
        ([""] * 9, SETS[:9], "have no words"),
        (TEXTS[:9], None, "requires y"),
    ],
)
def test_bad_input(X: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clone(FAST).fit(X, y)


def test_bad_recipes_are_told_at_fit() -> None:
    with pytest.raises(ValueError, match="there is no recipe 'nonsense'"):
        HeadwordClassifier("nonsense").fit(TEXTS[:9], SETS[:9])
    with pytest.raises(NotFittedError, match="not fitted yet"):
        HeadwordClassifier().predict(TEXTS[:1])


def test_a_missing_scikit_learn_says_what_to_install() -> None:
    code = "import sys\nsys.modules['sklearn'] = None\nimport headword.sklearn"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtraError" in done.stderr
    assert "pip install 'headword[sklearn]'" in done.stderr
