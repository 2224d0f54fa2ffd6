import numpy as np
import pytest

from headword.metrics.additive import Ratio, Ratios, divide, point_values


def test_division_by_zero_gives_the_agreed_value() -> None:
    assert divide(np.array([1.0, 0.0]), np.array([2.0, 0.0]), -1.0).tolist() == [0.5, -1.0]


def test_a_ratio_is_a_sum_over_a_sum_and_not_a_mean_of_ratios() -> None:
    assert Ratio(np.array([1.0, 1.0]), np.array([1.0, 3.0])).value == 0.5


def test_joined_ratios_give_the_values_of_each() -> None:
    members = {"a": Ratio(np.array([1.0, 0.0]), np.ones(2)), "b": Ratio(np.zeros(2), np.zeros(2), empty=0.0)}
    assert point_values([Ratios(members)]) == {name: pytest.approx(r.value) for name, r in members.items()}


def test_weights_repeat_documents() -> None:
    ratios = Ratios({"mean": Ratio(np.array([1.0, 4.0]), np.ones(2))})
    totals = np.asarray(ratios.quantities @ np.array([[2.0, 0.0], [1.0, 3.0]]))
    assert ratios.compute(totals)["mean"].tolist() == [2.0, 4.0]
