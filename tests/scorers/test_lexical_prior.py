"""What evidence is worth before training: the trees of the package, and how training documents overrule them."""

import json
from importlib.resources import files

import numpy as np
import pytest
import scipy.sparse as sp

from headword.scorers.boosting import BoostedTrees
from headword.scorers.lexical import COLUMNS, Lexical
from headword.scorers.lexical_prior import FILE, fitted_prior, prior_trees, pulled_regression
from headword.text.features import Features
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures
from headword.text.tokens import tokenize

NAMES = ["volcanoes", "sea ice", "coral reefs", "glaciers", "sand dunes", "tides"]


def rows(**values: float) -> np.ndarray:
    out = np.zeros((1, len(COLUMNS)), dtype=np.float32)
    for name, value in values.items():
        out[0, COLUMNS.index(name.replace("_", " "))] = value
    return out


def test_the_file_is_small_and_whole() -> None:
    text = files("headword.scorers").joinpath(FILE).read_text("utf-8")
    assert len(text) < 50_000
    kept = json.loads(text)
    assert set(kept["columns"]) < set(COLUMNS)
    trees = prior_trees(COLUMNS)
    assert np.isfinite(trees.values).all()
    again = BoostedTrees.from_state(dict(trees.state()), len(COLUMNS))
    assert again.logits(rows()).tobytes() == trees.logits(rows()).tobytes()


def test_it_reads_nothing_that_depends_on_sizes() -> None:
    used = {COLUMNS[feature] for feature in np.unique(prior_trees(COLUMNS).features).tolist()}
    assert not used & {"words of the document", "labels named", "broader labels named", "related labels named"}


def test_it_knows_what_speaks_for_a_label() -> None:
    prior = prior_trees(COLUMNS)
    seen = {
        "share_of_the_name": 1.0,
        "rarity_of_its_names": 4.0,
        "labels_of_that_name": np.log(2),
        "label_never_seen": 1.0,
    }
    body = {**seen, "name_in_the_text": np.log(2), "words_of_the_name": 1.0}
    titled = {**body, "name_in_the_title": np.log(2)}
    long = {**titled, "words_of_the_name": 3.0}
    common = {**titled, "rarity_of_its_names": 0.1}
    worth = [float(prior.logits(rows(**one))[0]) for one in (body, titled, long, common)]
    assert worth[0] < worth[1] < worth[2]
    assert worth[3] < worth[1]


def test_training_overrules_it() -> None:
    prior = prior_trees(COLUMNS)
    rng = np.random.default_rng(0)
    x = np.tile(rows(share_of_the_name=1.0, name_in_the_text=0.7), (2000, 1))
    x[:, COLUMNS.index("name in the title")] = rng.integers(0, 2, 2000)
    ones = np.ones(2000, np.float32)
    opposed = (prior.logits(x) < np.median(prior.logits(x)) + 1e-6).astype(np.float32)
    nothing = fitted_prior(prior, x[:0], ones[:0], ones[:0], 0.0)
    np.testing.assert_allclose(nothing.logits(x), prior.logits(x), atol=1e-4)
    few = fitted_prior(prior, x[:4], opposed[:4], ones[:4], float(opposed[:4].sum()))
    assert np.ptp(few.logits(x)) > 0.5 * np.ptp(prior.logits(x))
    many = fitted_prior(prior, x, opposed, ones, float(opposed.sum()))
    assert np.ptp(many.logits(x)) < 0.2 * np.ptp(prior.logits(x))
    assert not len(fitted_prior(prior, x, opposed, ones, 10_000.0).values)


def test_a_regression_moves_with_the_pairs_there_are() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(20_000) * 2 - 1
    y = (rng.random(20_000) < 1 / (1 + np.exp(-(0.5 * x - 2)))).astype(np.float32)
    ones = np.ones(20_000, np.float32)
    assert pulled_regression(x[:0], y[:0], ones[:0]) == (1.0, 0.0)
    assert pulled_regression(x, y, ones) == pytest.approx((0.5, -2.0), abs=0.1)
    few = pulled_regression(x[:10], y[:10], ones[:10])
    assert 0.8 < few[0] < 1.1
    assert pulled_regression(x, 1 - y, ones)[0] == 0


@pytest.mark.parametrize("n_docs", [1, 3, 6])
def test_a_handful_of_documents_will_do(n_docs: int) -> None:
    texts = [text for number in range(n_docs) for text in (f"On {NAMES[number % 3]}", "nothing else is of use here")]
    targets = sp.csr_matrix(np.eye(len(NAMES), dtype=np.float32)[np.arange(n_docs) % 3])
    stream = tokenize(texts)
    block = NameFeatures.fit(stream, LabelNames.of(NAMES))
    scorer = Lexical().fit(Features({"names": block.transform(stream)}), targets)
    text = "they melt where winters are short and summers warm, and less so where there are tides nearby"
    asked = tokenize(["Glaciers of the north", text, "Sea ice", "as ever, we looked at many of them with care"])
    scores = scorer.score(Features({"names": block.transform(asked)}))
    assert scores.argmax(axis=1).tolist() == [NAMES.index("glaciers"), NAMES.index("sea ice")]
    assert np.isfinite(scores).all()
