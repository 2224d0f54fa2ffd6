import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from headword.core.errors import DataError
from headword.decisions.scales import Scales

from .conftest import Scored


def test_each_member_by_itself_as_scikit_learn_fits_it(scored: Scored) -> None:
    values, y = scored.candidates.values, scored.candidates.targets(scored.targets)
    scales = Scales.fit(values, y)
    ridge = 1 + 1000 / y.sum()
    for member in range(2):
        column = values[:, member : member + 1]
        peer = LogisticRegression(C=1 / (ridge * column.std() ** 2), tol=1e-8).fit(column, y)
        assert scales.slopes[member] == pytest.approx(peer.coef_[0, 0], rel=1e-2)
        assert scales.intercepts[member] == pytest.approx(peer.intercept_[0], rel=1e-2)
    assert np.array_equal(scales.of([1]).slopes, scales.slopes[1:])


def test_state_must_fit() -> None:
    scales = Scales(np.array([1, 2], dtype=np.float32), np.array([0, 1], dtype=np.float32))
    again = Scales.from_state(scales.state(), n_members=2)
    assert np.array_equal(again.slopes, scales.slopes)
    assert np.array_equal(again.intercepts, scales.intercepts)
    with pytest.raises(DataError, match="slopes"):
        Scales.from_state(scales.state(), n_members=3)
    with pytest.raises(DataError, match="intercepts"):
        Scales.from_state({**scales.state(), "intercepts": np.zeros(1, np.float32)})
