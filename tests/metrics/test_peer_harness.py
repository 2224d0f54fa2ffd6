"""The figures of the table of peers were made by another implementation: on the same input both must say the same."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from headword.metrics.macro import macro_f1, weighted_f1
from headword.metrics.micro import micro_f1
from headword.metrics.propensity import inverse_propensities, psp_at_k
from headword.metrics.ranking import ndcg_at_k, precision_at_k
from headword.metrics.samples import hamming, jaccard, samples_f1
from headword.metrics.tied_ranks import coverage_error, lrap

HARNESS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "metrics.py"

pytestmark = pytest.mark.shared


@pytest.fixture
def peer():
    if not HARNESS.exists():
        pytest.skip(f"the harness of the peers is not there: {HARNESS}")
    spec = spec_from_file_location("peer_metrics", HARNESS)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ranking_agrees(world, peer) -> None:
    y_true, y_score = world.y_true, world.y_score
    support = world.true.sum(axis=0)
    want = peer.ranking(y_score, y_true, peer.inverse_propensity(world.true.astype(float)))
    weights = inverse_propensities(support, len(world.true))
    got = {f"P@{k}": precision_at_k(y_true, y_score, k) for k in (1, 3, 5)}
    got |= {"nDCG@5": ndcg_at_k(y_true, y_score, 5)}
    got |= {f"PSP@{k}": psp_at_k(y_true, y_score, weights, k) for k in (1, 3, 5)}
    assert got == pytest.approx(want, abs=1e-12)
    assert {"LRAP": lrap(y_true, y_score), "coverage": coverage_error(y_true, y_score)} == pytest.approx(
        peer.lrap_coverage(y_score, y_true), abs=1e-12
    )


def test_decisions_agree(world, peer) -> None:
    want = peer.decisions(world.y_pred, world.y_true)
    names = ("microF1", "macroF1", "weightedF1", "samplesF1", "jaccard", "hamming")
    metrics = (micro_f1, macro_f1, weighted_f1, samples_f1, jaccard, hamming)
    got = {name: metric(world.y_true, world.y_pred) for name, metric in zip(names, metrics, strict=True)}
    assert got == pytest.approx({name: want[name] for name in names}, abs=1e-12)
    assert np.isfinite(list(got.values())).all()
