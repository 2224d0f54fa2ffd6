from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from headword.core.errors import DataError, RecipeError
from headword.core.scores import BANDS
from headword.decisions.band_audit import audit_bands, clopper_pearson, coverage_curve
from headword.decisions.bands import ACCEPT, REJECT, Bands, confidence, document_figures, fit_bands

from .promises import drawn, judged


@pytest.fixture(scope="module")
def bands() -> Bands:
    return fit_bands(judged(3000), precision=0.85, recall=0.9, split="exact")


def test_each_suggestion_has_one_band_and_bands_follow_probability(bands: Bands) -> None:
    found, _ = drawn(200, 3)
    marks, automatic = bands.mark(found)
    assert set(marks.tolist()) == {0, 1, 2}
    order = np.argsort(found.probabilities, kind="stable")
    assert (np.diff(marks[order]) >= 0).all()
    assert automatic.dtype == bool
    assert 0 < automatic.sum() < 200


def test_bands_keep_their_promises_on_new_documents(bands: Bands) -> None:
    audit = audit_bands(bands, judged(20_000, 50))
    accepted, automatic = audit.documents
    assert accepted.precision >= 0.85
    assert automatic.precision >= 0.85
    assert audit.found == pytest.approx(0.9, abs=0.015)
    assert [one.name for one in audit.bands] == ["accept", "review", "reject"]
    assert sum(one.share for one in audit.bands) == pytest.approx(1)
    assert audit.bands[0].precision > audit.bands[1].precision > audit.bands[2].precision
    assert audit.to_json()["bands"][0]["name"] == BANDS[ACCEPT]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), levels=st.tuples(st.floats(0.5, 0.97), st.floats(0.5, 0.97)))
def test_a_larger_recall_never_rejects_more(seed: int, levels: tuple[float, float]) -> None:
    world = judged(300, seed)
    low, high = (fit_bands(world, precision=0.8, recall=level, split="exact").reject for level in sorted(levels))
    assert high <= low


def test_promises_out_of_reach_leave_their_bands_empty() -> None:
    found, _ = drawn(30)
    bands = fit_bands(judged(30), precision=0.99, recall=0.99, split="exact")
    marks, automatic = bands.mark(found)
    assert not (marks == ACCEPT).any()
    assert not (marks == REJECT).any()
    assert not automatic.any()
    audit = audit_bands(bands, judged(30, 1))
    assert audit.to_json()["documents"][0]["precision"] is None
    assert audit.to_json()["automatic_recall"] is None


def test_a_document_is_as_sure_as_its_chosen_labels() -> None:
    indptr = np.array([0, 2, 3, 3])
    got = confidence(indptr, np.array([0.9, 0.5, 0.3], np.float32), np.array([True, True, False]))
    assert got == pytest.approx([0.7, 0, 0])


def test_the_curve_ends_with_all_documents_and_begins_with_the_surest() -> None:
    world = judged(500, 2)
    curve = coverage_curve(world, n_points=20)
    sure, right = document_figures(world)
    assert curve[-1]["share"] == 1
    assert curve[-1]["precision"] == pytest.approx(right.mean())
    assert len(curve) == 20
    assert [point["confidence"] for point in curve] == sorted((p["confidence"] for p in curve), reverse=True)
    assert curve[0]["precision"] == pytest.approx(right[np.argsort(-sure, kind="stable")[:25]].mean())


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (3, 17), (470, 500)])
def test_clopper_pearson_agrees_with_scipy(hits: int, n: int) -> None:
    want = binomtest(hits, n).proportion_ci(0.95, method="exact")
    assert clopper_pearson(hits, n) == pytest.approx((want.low, want.high))


def test_clopper_pearson_of_nothing_is_everything() -> None:
    assert clopper_pearson(0, 0) == (0, 1)


def test_manifest_rebuilds_them_and_damage_is_refused(bands: Bands) -> None:
    assert Bands.from_manifest(bands.manifest()) == bands
    for change in ({"accept": 3.0}, {"split": "none"}, {"reject": 1.5, "accept": 0.2}, {"delta": -0.1}):
        with pytest.raises(DataError, match="the bands of the manifest are none"):
            Bands.from_manifest({**bands.manifest(), **change})
    with pytest.raises(DataError, match="'precision' of the manifest must be of type float"):
        Bands.from_manifest({**bands.manifest(), "precision": "high"})


def test_levels_outside_are_refused() -> None:
    with pytest.raises(RecipeError, match="bands need a precision and a recall in"):
        fit_bands(judged(10), precision=1.0, split="exact")


def test_marks_travel_with_the_suggestions(bands: Bands) -> None:
    found, _ = drawn(4, 1)
    marks, automatic = bands.mark(found)
    marked = replace(found, bands=marks, automatic=automatic)
    assert [one.band for one in marked[0]] == [BANDS[b] for b in marks[:8]]
    assert [one.band for one in marked.top(2)[1]][:2] == [BANDS[b] for b in marks[8:10]]
    assert found[0][0].band is None
    with pytest.raises(DataError, match="expected 32 values of bands, found 31"):
        replace(found, bands=marks[1:])
