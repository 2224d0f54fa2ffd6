import numpy as np
import pytest

from headword.evaluation.align import align
from headword.evaluation.measure import METRIC_NAMES, intervals, measurements, values
from headword.metrics import CONSUMES, METRICS
from headword.metrics.propensity import inverse_propensities


@pytest.fixture
def aligned(make_suggestions, make_corpus):
    """Sixty documents over eight labels, of which the model knows seven and suggests true ones more often."""
    rng = np.random.default_rng(0)
    names = [f"label {c}" for c in range(8)]
    rows, sets = [], []
    for _ in range(60):
        true = set(rng.choice(8, rng.integers(1, 4), replace=False).tolist())
        p = np.clip(rng.random(7) * 0.6 + [0.35 * (c in true) for c in range(7)], 0.01, 0.99)
        rows.append([(names[c], p[c]) for c in np.argsort(-p)[:5]])
        sets.append([names[c] for c in true])
    support = np.arange(7) * 5 + 1
    return align(make_suggestions(names[:7], rows), make_corpus(sets), train_support=support, n_train=100)


def test_gives_the_same_as_each_metric_alone(aligned) -> None:
    weights = inverse_propensities(aligned.train_support, aligned.n_train)
    found = values(measurements(aligned.y_true, aligned.predictions, weights))
    assert tuple(found) == METRIC_NAMES
    for name, value in found.items():
        stem, at, k = name.partition("@")
        metric = METRICS.get(stem + "@k" if at else name)
        given = getattr(aligned.predictions, CONSUMES[stem + "@k" if at else name])
        extra = {"k": int(k)} if at else {}
        extra |= {"inverse_propensity": weights} if stem == "psp" else {}
        assert value == pytest.approx(metric(aligned.y_true, given, **extra), abs=1e-12), name


def test_every_metric_of_the_table_is_measured() -> None:
    assert {name.split("@")[0] for name in METRIC_NAMES} == {name.split("@")[0] for name in METRICS}


def test_every_interval_holds_its_value(aligned) -> None:
    groups = measurements(aligned.y_true, aligned.predictions, np.ones(8))
    found = values(groups)
    for name, (low, high) in intervals(groups, n_labels=8, n_bootstrap=200, seed=0, confidence=0.9).items():
        assert low <= found[name] <= high, name
        assert low < high, name
