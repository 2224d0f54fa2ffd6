import math

import numpy as np
import pytest

from headword.core.errors import NotFittedError
from headword.scorers.prior import Prior

from .conftest import Problem, features_of, targets_of


def test_log_odds_by_hand() -> None:
    features = features_of(np.eye(3))
    scores = Prior().fit(features, targets_of([[1, 0, 1], [0, 0, 1], [0, 0, 1]])).score(features)
    assert scores[1] == pytest.approx([math.log(1.5 / 2.5), math.log(0.5 / 3.5), math.log(3.5 / 0.5)])
    assert (scores == scores[0]).all()


def test_rows_are_the_corpus_of_these_rows(problem: Problem) -> None:
    rows = np.array([0, 5, 9])
    some = problem.subset(rows)
    here = Prior().fit(problem.features, problem.targets, rows).score(problem.features)
    assert np.array_equal(here, Prior().fit(some.features, some.targets).score(problem.features))


def test_unfitted_use(problem: Problem) -> None:
    with pytest.raises(NotFittedError, match="call fit before score"):
        Prior().score(problem.features)
