"""Properties of metrics, each run on every metric of the table that claims it."""

import ast
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import headword.metrics
from headword.metrics import CONSUMES, LOWER_IS_BETTER, METRICS

# An added label without documents or suggestions is one more row in these means, or one more label at the bottom.
COUNT_EVERY_LABEL = {"hamming", "brier", "macro_f1_all", "lrap", "coverage_error"}
# Every other metric gets worse, or stays, when a hit is taken away. Fewer suggestions may be better calibrated; a hit
# that weighs more may move up into the k best; and a badly ranked hit may gain by joining the other true labels in the
# tie at the bottom.
NOT_MONOTONE = {"ece", "psp@k", "lrap"}
# P@k divides by k even where fewer labels apply, macro_f1_all by labels without documents.
BEST_BELOW_ONE = {"p@k", "macro_f1_all"}
MATRICES = ("y_true", "y_score", "y_prob", "y_pred")
SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


@dataclass(frozen=True)
class Case:
    """What any metric may be given; `y_prob` stores the positions of `y_score`."""

    y_true: sp.csr_matrix
    y_score: sp.csr_matrix
    y_prob: sp.csr_matrix
    y_pred: sp.csr_matrix
    weights: np.ndarray

    def measure(self, name: str) -> float:
        extra = (self.weights,) if name == "psp@k" else ()
        return METRICS.get(name)(self.y_true, getattr(self, CONSUMES[name]), *extra)

    def each(self, change, weights=None) -> "Case":
        matrices = {
            name: sp.csr_matrix(change(getattr(self, name))) for name in ("y_true", "y_score", "y_prob", "y_pred")
        }
        return replace(self, **matrices, weights=self.weights if weights is None else weights)


def make(seed: int) -> Case:
    """A case of distinct scores, in which no label and no document is left without truth or suggestions."""
    rng = np.random.default_rng(seed)
    n_docs, n_labels = int(rng.integers(2, 30)), int(rng.integers(6, 15))
    true = rng.random((n_docs, n_labels)) < 0.3
    true[np.arange(n_docs), rng.integers(0, n_labels, n_docs)] = True
    score = rng.permutation(n_docs * n_labels).reshape(n_docs, n_labels) + 0.5 + 40.3 * true
    y_score = sp.csr_matrix(np.where(rng.random(score.shape) < 0.7, score, 0.0))
    y_prob = y_score.copy()
    y_prob.data = 1.0 / (1.0 + np.exp(-(y_prob.data - np.median(score)) / np.ptp(score)))
    return Case(
        sp.csr_matrix(true.astype(float)), y_score, y_prob, (y_prob > 0.5).astype(float), 1.0 + rng.random(n_labels) * 9
    )


def as_losses(name: str, value: float) -> float:
    return value if name in LOWER_IS_BETTER else -value


every_metric = pytest.mark.parametrize("name", list(METRICS))


def test_every_metric_says_what_it_reads() -> None:
    assert set(CONSUMES) == set(METRICS)
    assert set(METRICS) >= LOWER_IS_BETTER


def test_every_public_metric_function_is_in_the_table() -> None:
    folder = Path(headword.metrics.__file__).parent
    found = set()
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [a.arg for a in node.args.args]
                if arguments[:1] == ["y_true"] and ast.unparse(node.returns) == "float":
                    found.add(f"headword.metrics.{path.stem}:{node.name}")
    assert found == set(METRICS.rows.values())


@every_metric
def test_has_a_full_docstring(name) -> None:
    text = METRICS.get(name).__doc__
    assert "parameters" in text.casefold()


@every_metric
@few
@given(seed=SEEDS)
def test_is_within_its_range(name, seed) -> None:
    case = make(seed)
    limit = case.y_true.shape[1] if name == "coverage_error" else 1.0
    assert 0.0 <= case.measure(name) <= limit + 1e-12


@every_metric
@few
@given(seed=SEEDS)
def test_does_not_depend_on_the_order_of_documents(name, seed) -> None:
    case = make(seed)
    order = np.random.default_rng(seed).permutation(case.y_true.shape[0])
    assert case.each(lambda m: m[order]).measure(name) == pytest.approx(case.measure(name), abs=1e-12)


@every_metric
@few
@given(seed=SEEDS)
def test_does_not_depend_on_the_order_of_labels(name, seed) -> None:
    case = make(seed)
    order = np.random.default_rng(seed).permutation(case.y_true.shape[1])
    moved = case.each(lambda m: m[:, order], weights=case.weights[order])
    assert moved.measure(name) == pytest.approx(case.measure(name), abs=1e-12)


@every_metric
@few
@given(seed=SEEDS)
def test_does_not_change_when_documents_are_doubled(name, seed) -> None:
    case = make(seed)
    doubled = case.each(lambda m: sp.vstack([m, m]))
    assert doubled.measure(name) == pytest.approx(case.measure(name), abs=1e-12)


@pytest.mark.parametrize("name", [n for n in METRICS if n not in COUNT_EVERY_LABEL])
@few
@given(seed=SEEDS)
def test_does_not_change_with_a_label_nobody_has(name, seed) -> None:
    case = make(seed)
    empty = sp.csr_matrix((case.y_true.shape[0], 1))
    wider = case.each(lambda m: sp.hstack([m, empty], format="csr"), weights=np.append(case.weights, 1.0))
    assert wider.measure(name) == pytest.approx(case.measure(name), abs=1e-12)


@pytest.mark.parametrize("name", [n for n in METRICS if n not in NOT_MONOTONE])
@few
@given(seed=SEEDS)
def test_never_improves_when_a_hit_is_taken_away(name, seed) -> None:
    case = make(seed)
    given = getattr(case, CONSUMES[name]).copy()
    hits = np.flatnonzero(np.asarray(case.y_true[given.nonzero()]).ravel())
    if len(hits) == 0:
        return
    given.data[np.random.default_rng(seed).choice(hits)] = 0
    given.eliminate_zeros()
    worse = replace(case, **{CONSUMES[name]: given})
    assert as_losses(name, worse.measure(name)) >= as_losses(name, case.measure(name)) - 1e-12


@every_metric
@few
@given(seed=SEEDS)
def test_nothing_beats_the_truth_itself(name, seed) -> None:
    case = make(seed)
    perfect = replace(case, y_score=case.y_true.multiply(case.weights).tocsr(), y_prob=case.y_true, y_pred=case.y_true)
    best = perfect.measure(name)
    assert as_losses(name, best) <= as_losses(name, case.measure(name)) + 1e-12
    if name == "coverage_error":
        assert best == pytest.approx(np.diff(case.y_true.indptr).mean())
    elif name not in BEST_BELOW_ONE and not (name == "r@k" and np.diff(case.y_true.indptr).max() > 5):
        assert best == pytest.approx(0.0 if name in LOWER_IS_BETTER else 1.0)


@every_metric
def test_does_not_touch_its_input(name) -> None:
    case, same = make(3), make(3)
    case.measure(name)
    for field in MATRICES:
        assert (getattr(case, field).data == getattr(same, field).data).all()
        assert (getattr(case, field).indices == getattr(same, field).indices).all()
