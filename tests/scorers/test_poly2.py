import numpy as np
import pytest

from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.scorers.linear import Linear
from headword.scorers.poly2 import Poly2
from headword.text.features import Features

from .conftest import Problem, features_of, targets_of


def either_but_not_both(n_docs: int, seed: int) -> Problem:
    """Label 0: exactly one of two features, which no weighted sum of features can tell; label 1: feature 0."""
    rng = np.random.default_rng(seed)
    dense = (rng.random((n_docs, 6)) < 0.5).astype(np.float32)
    dense[:, 5] = 1
    true = np.column_stack([dense[:, 0] != dense[:, 1], dense[:, 0] > 0])
    return Problem(features_of(dense), targets_of(true))


def right(scores: np.ndarray, problem: Problem) -> np.ndarray:
    return ((scores > 0) == (problem.targets.toarray() > 0)).mean(axis=0)


def test_it_learns_what_features_mean_together() -> None:
    train, test = either_but_not_both(400, 0), either_but_not_both(200, 1)
    found = right(Poly2(C=10.0, passes=50).fit(train.features, train.targets).score(test.features), test)
    alone = right(Linear(C=10.0, passes=50).fit(train.features, train.targets).score(test.features), test)
    assert found.min() > 0.98
    assert alone[0] < 0.75
    assert alone[1] > 0.98


def test_it_is_linear_on_features_and_pairs(problem: Problem) -> None:
    scorer = Poly2(min_df=2, C=1.0, loss="logistic").fit(problem.features, problem.targets, seed=3)
    paired = scorer.paired(problem.features)
    plain = Linear("paired", C=1.0, loss="logistic").fit(paired, problem.targets, seed=3)
    assert np.array_equal(scorer.score(problem.features), plain.score(paired))


def test_without_pairs_it_is_the_linear_scorer(problem: Problem) -> None:
    scorer = Poly2(min_df=1000, C=1.0).fit(problem.features, problem.targets)
    assert np.array_equal(
        scorer.score(problem.features), Linear(C=1.0).fit(problem.features, problem.targets).score(problem.features)
    )


def test_pairs_are_chosen_among_the_named_rows(problem: Problem) -> None:
    rows = np.arange(0, 150, 2)
    scorer = Poly2(min_df=2).fit(problem.features, problem.targets, rows)
    other = problem.subset(rows)
    assert np.array_equal(
        scorer.score(problem.features), Poly2(min_df=2).fit(other.features, other.targets).score(problem.features)
    )


def test_one_label_and_all_documents_alike() -> None:
    one = Poly2(min_df=1).fit(features_of(np.ones((8, 3))), targets_of(np.ones((8, 1))))
    scores = one.score(features_of(np.ones((2, 3))))
    assert scores.shape == (2, 1)
    assert (scores > 0).all()
    nothing = one.score(features_of(np.zeros((2, 3))))
    assert np.isfinite(nothing).all()
    assert (nothing < scores).all()


def test_a_block_may_be_dense_and_negative() -> None:
    rng = np.random.default_rng(0)
    dense = rng.standard_normal((300, 4))
    train = Problem(features_of(dense), targets_of((dense[:, [0]] * dense[:, [1]]) > 0))
    scores = Poly2(C=10.0, passes=50).fit(train.features, train.targets).score(train.features)
    assert right(scores, train)[0] > 0.95


def test_a_hostile_state_is_refused(problem: Problem) -> None:
    scorer = Poly2(min_df=2).fit(problem.features, problem.targets)
    state = dict(scorer.state())
    with pytest.raises(DataError, match="'pairs' is uint8"):
        Poly2().restore(state, n_features=61, n_labels=12)
    with pytest.raises(DataError, match="linear: tensor 'bias'"):
        Poly2().restore(state, n_features=60, n_labels=11)
    longer = {**state, "linear.counts": np.append(state["linear.counts"], state["linear.counts"][:1] * 0)}
    with pytest.raises(DataError, match="linear: tensor 'counts'"):
        Poly2().restore(longer, n_features=60, n_labels=12)
    fewer = {**state, "seconds": state["seconds"][:-1]}
    with pytest.raises(DataError, match="'pairs' adds up to"):
        Poly2().restore(fewer, n_features=60, n_labels=12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"per_document": 1}, "found per_document=1"),
        ({"min_df": 0}, "min_df=0"),
        ({"max_features": 0}, "max_features=0"),
        ({"most_features": 20_001}, "pairs 2 to 20,000 features, found most_features=20001"),
        ({"most_features": 1}, "found most_features=1"),
        ({"loss": "hinge"}, "found 'hinge'"),
        ({"C": 0.0}, "C=0.0"),
    ],
)
def test_bad_parameters_are_told(settings: dict[str, object], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Poly2(**settings)  # type: ignore[arg-type]


def test_use_before_fitting_is_told() -> None:
    features: Features = features_of(np.ones((2, 3)))
    with pytest.raises(NotFittedError, match="call fit before score"):
        Poly2().paired(features)
