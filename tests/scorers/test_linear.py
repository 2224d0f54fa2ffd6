import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import brentq, minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from headword.core.errors import NotFittedError, RecipeError
from headword.scorers.linear import Linear
from headword.scorers.linear_kernels import _logistic_step, decoded, pruned, train_block

from .conftest import Problem, features_of, make_problem, targets_of

TIGHT = {"passes": 300, "tolerance": 1e-6, "prune": 0.0}


def trained(problem: Problem, C: float, *, logistic: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (n_features, 10) and biases (10,) as they are before they are kept in bytes."""
    x, y = problem.features["words"], problem.targets[:, :10].tocsr()
    weights, bias = np.zeros((x.shape[1], 16), np.float32), np.empty(16, np.float32)
    train_block(
        x.indptr, x.indices, x.data, y.indptr.astype(np.int64), y.indices.astype(np.int32), np.arange(x.shape[0]),
        0, weights, bias, np.float32(C), logistic, 300, np.float32(1e-6), 0,
    )  # fmt: skip
    return weights[:, :10], bias[:10]


def squared_hinge_optimum(x: np.ndarray, sign: np.ndarray, C: float) -> np.ndarray:
    """Minimise |w|^2 / 2 + (b + 1)^2 / 2 + C sum max(0, 1 - sign (x w + b))^2; the bias stands last."""

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        slack = np.maximum(0, 1 - sign * (x @ w[:-1] + w[-1]))
        pull = np.append(w[:-1], w[-1] + 1)
        slope = -2 * C * sign * slack
        return pull @ pull / 2 + C * slack @ slack, pull + np.append(x.T @ slope, slope.sum())

    return minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"ftol": 1e-14}).x


@pytest.mark.parametrize("C", [0.3, 1.0, 10.0])
def test_squared_hinge_is_the_optimum(problem: Problem, C: float) -> None:
    weights, bias = trained(problem, C, logistic=False)
    dense, x = problem.targets.toarray(), np.asarray(sp.csr_matrix(problem.x).todense(), dtype=np.float64)
    for label in range(10):
        best = squared_hinge_optimum(x, 2 * dense[:, label].astype(np.float64) - 1, C)
        assert weights[:, label] == pytest.approx(best[:-1], abs=0.01)
        assert bias[label] == pytest.approx(best[-1], abs=0.01)


@pytest.mark.parametrize("C", [0.5, 5.0, 100.0])
def test_logistic_agrees_with_scikit_learn(problem: Problem, C: float) -> None:
    weights, bias = trained(problem, C, logistic=True)
    found = problem.x @ weights + bias
    dense = problem.targets.toarray()
    for label in range(10):
        peer = LogisticRegression(C=C, solver="liblinear", tol=1e-8, max_iter=10_000).fit(problem.x, dense[:, label])
        assert found[:, label] == pytest.approx(peer.decision_function(problem.x), abs=0.01)


@pytest.mark.parametrize("cost", [0.01, 1.0, 5.0, 100.0])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.999])
def test_one_logistic_step_is_the_minimum_along_its_coordinate(cost: float, share: float) -> None:
    alpha, square = share * cost, 2.0
    for margin in (-30.0, -3.0, -0.2, 0.0, 0.5, 4.0, 30.0):
        # with m the margin without alpha, the best alpha solves m + q alpha + ln(alpha / (C - alpha)) = 0
        rest = margin - square * alpha
        best = brentq(lambda u, rest=rest: rest + square * cost * expit(u) + u, -1e4, 1e4)
        found = _logistic_step(*(np.float32(x) for x in (1, margin, alpha, square, cost)))
        assert found == pytest.approx(cost * expit(best), rel=0.02, abs=1e-4 * cost)


def test_the_loose_default_ranks_like_the_tight_solution(problem: Problem) -> None:
    loose = Linear().fit(problem.features, problem.targets).score(problem.features)[:, :10]
    tight = Linear(**TIGHT).fit(problem.features, problem.targets).score(problem.features)[:, :10]
    assert np.corrcoef(loose.ravel(), tight.ravel())[0, 1] > 0.98


def test_by_hand_one_document_one_feature() -> None:
    # min w^2/2 + (b + 1)^2/2 + (1 - w - b)^2 has w = 0.8, b = -0.2; for a label of no document w = 0, b = -1
    scorer = Linear(**TIGHT).fit(features_of([[1.0]]), targets_of([[1, 0]]))
    assert scorer.score(features_of([[1.0]])) == pytest.approx(np.array([[0.6, -1.0]]), abs=1e-3)


@pytest.mark.parametrize("loss", ["squared-hinge", "logistic"])
def test_threads_change_nothing(loss: str) -> None:
    wide = make_problem(n_docs=600, n_labels=150)
    one = Linear(loss=loss).fit(wide.features, wide.targets, n_threads=1)
    two = Linear(loss=loss).fit(wide.features, wide.targets, n_threads=2)
    assert np.array_equal(one.bias, two.bias)
    for part in ("indptr", "indices", "data"):
        assert np.array_equal(getattr(one.weights, part), getattr(two.weights, part))
    assert np.array_equal(one.score(wide.features, n_threads=1), two.score(wide.features, n_threads=2))


def test_more_labels_than_a_block_are_put_back_in_their_columns() -> None:
    wide = make_problem(n_labels=150)
    together = Linear(**TIGHT).fit(wide.features, wide.targets).score(wide.features)
    for label in (0, 63, 64, 100, 148, 149):
        alone = Linear(**TIGHT).fit(wide.features, wide.targets[:, [label]]).score(wide.features)
        assert together[:, label] == pytest.approx(alone[:, 0], abs=0.01)


def test_a_label_of_no_document_and_one_of_all(problem: Problem) -> None:
    scores = Linear().fit(problem.features, problem.targets).score(problem.features)
    assert (scores[:, -2] < 0).all()
    everywhere = problem.targets.toarray()
    everywhere[4, -1] = 1
    assert (Linear().fit(problem.features, targets_of(everywhere)).score(problem.features)[:, -1] > 0).all()


def test_all_labels_on_all_documents_and_none_at_all(problem: Problem) -> None:
    shape = (len(problem.features), 5)
    assert (Linear().fit(problem.features, targets_of(np.ones(shape))).score(problem.features) > 0).all()
    assert (Linear().fit(problem.features, targets_of(np.zeros(shape))).score(problem.features) < 0).all()


def test_a_document_without_features_gets_the_bias(problem: Problem) -> None:
    scorer = Linear().fit(problem.features, problem.targets)
    assert np.array_equal(scorer.score(problem.features)[3], scorer.bias)


@pytest.mark.parametrize("loss", ["squared-hinge", "logistic"])
def test_rows_are_the_corpus_of_these_rows(problem: Problem, loss: str) -> None:
    rows = np.arange(0, 150, 3)
    here = Linear(loss=loss).fit(problem.features, problem.targets, rows)
    some = problem.subset(rows)
    there = Linear(loss=loss).fit(some.features, some.targets)
    assert np.array_equal(here.score(problem.features), there.score(problem.features))


def test_a_kept_state_scores_bit_for_bit_alike(problem: Problem) -> None:
    scorer = Linear().fit(problem.features, problem.targets)
    again = Linear().restore(scorer.state())
    assert scorer.state()["codes"].dtype == np.uint8
    assert np.array_equal(again.score(problem.features), scorer.score(problem.features))


def test_pruning_drops_small_weights_only(problem: Problem) -> None:
    before: dict[tuple[int, int], float] | None = None
    for least in (0.0, 0.01, 0.1, 1.0):
        weights = Linear(prune=least).fit(problem.features, problem.targets).weights
        assert weights is not None
        dense = weights.toarray()
        found = {(int(i), int(j)): float(dense[i, j]) for i, j in zip(*np.nonzero(dense), strict=True)}
        assert all(abs(value) > least * 0.97 for value in found.values())
        if before is not None:
            assert found == {at: value for at, value in before.items() if at in found}
            assert len(found) < len(before)
        before = found


def test_pruned_keeps_the_large_weights_within_a_byte() -> None:
    rng = np.random.default_rng(0)
    weights = (rng.normal(size=(50, 20)) * 10 ** rng.uniform(-3, 1, (50, 20))).astype(np.float32)
    weights[:, 3] = 0
    weights[7] = 0
    before = weights.copy()[:, :15]
    rows, columns, codes, scale = pruned(weights, np.delete(np.arange(50), 7).astype(np.int32), np.float32(0.03), 15)
    assert not weights.any()
    assert np.array_equal(np.column_stack([rows, columns]), np.argwhere(np.abs(before) > np.float32(0.03)))
    assert scale == pytest.approx(np.abs(before).max(axis=0))
    kept = before[rows, columns]
    found, dense = np.empty(len(codes), np.float32), np.zeros((20, 15), np.float32)
    indptr = np.searchsorted(rows, np.arange(51)).astype(np.int64)
    decoded(indptr, columns, codes, scale, 20, found, dense)
    assert np.array_equal(dense[rows[rows < 20], columns[rows < 20]], found[rows < 20])
    assert np.count_nonzero(dense) == (rows < 20).sum()
    assert np.array_equal(np.sign(found), np.sign(kept))
    steps = np.sqrt(np.abs(kept) / scale[columns]) * 127
    assert (np.abs(np.sqrt(np.abs(found) / scale[columns]) * 127 - steps) <= np.where(steps < 0.5, 1, 0.501)).all()


@pytest.mark.parametrize("loss", ["squared-hinge", "logistic"])
@pytest.mark.parametrize("C", [1e-4, 1e4])
def test_extreme_costs_stay_finite(problem: Problem, loss: str, C: float) -> None:
    scores = Linear(loss=loss, C=C, passes=30).fit(problem.features, problem.targets).score(problem.features)
    assert np.isfinite(scores).all()


def test_seeds_draw_other_orders(problem: Problem) -> None:
    one = Linear().fit(problem.features, problem.targets, seed=1).score(problem.features)
    other = Linear().fit(problem.features, problem.targets, seed=2).score(problem.features)
    assert not np.array_equal(one, other)
    assert one == pytest.approx(other, abs=0.5)


def test_bad_parameters_and_unfitted_use(problem: Problem) -> None:
    with pytest.raises(RecipeError, match="one of squared-hinge, logistic, found 'hinge'"):
        Linear(loss="hinge")
    for bad in ({"C": 0.0}, {"C": float("nan")}, {"passes": 0}):
        with pytest.raises(RecipeError, match="needs C > 0 and passes >= 1"):
            Linear(**bad)  # type: ignore[arg-type]
    with pytest.raises(NotFittedError, match="call fit before score"):
        Linear().score(problem.features)
    with pytest.raises(NotFittedError, match="call fit before state"):
        Linear().state()


@pytest.mark.parametrize("n_labels", [2, 16, 70, 200])
def test_scores_are_the_product_wherever_the_weights_lie(n_labels: int) -> None:
    rng = np.random.default_rng(n_labels)
    problem = make_problem(n_labels=n_labels)
    n_features = problem.features["words"].shape[1]
    share = np.where(np.arange(n_features) < 10, 1, 0.02)[:, None]
    there = rng.random((n_features, n_labels)) < share
    codes = rng.integers(1, 128, there.shape) + rng.choice([0, 128], there.shape)
    state = {
        "bias": rng.normal(size=n_labels).astype(np.float32),
        "counts": there.sum(axis=1).astype(np.uint8),
        "labels": np.nonzero(there)[1].astype(np.uint8),
        "codes": codes[there].astype(np.uint8),
        "scale": rng.random(n_labels).astype(np.float32),
    }
    signed = np.where(codes < 128, 1, -1) * (codes % 128 / 127) ** 2
    weights = np.where(there, signed * state["scale"], 0).astype(np.float32)
    scorer = Linear().restore(state)
    assert scorer.dense is not None
    assert 0 < len(scorer.dense) < n_features
    plain = problem.features["words"] @ weights + state["bias"]
    assert scorer.score(problem.features) == pytest.approx(plain, abs=1e-4)
