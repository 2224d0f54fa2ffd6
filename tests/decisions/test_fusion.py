from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from headword.decisions import fusion as fusion_module
from headword.decisions.candidates import Candidates
from headword.decisions.fusion import Fusion, fit_fusion, log_loss, probabilities
from headword.decisions.selection import fused_quality, paying_members
from headword.decisions.thresholds import best_threshold

from .conftest import Scored, draw


def fitted(drawn: Scored, *, network: bool = False) -> tuple[Candidates, np.ndarray, Fusion, np.ndarray]:
    found = drawn.candidates
    y = found.targets(drawn.targets)
    fusion, logits = fit_fusion(found, y, drawn.log_prior, drawn.fold, network=network)
    return found, y, fusion, logits


@pytest.mark.parametrize("network", [False, True])
def test_probabilities_are_calibrated(network: bool) -> None:
    drawn = draw(1200, (1.0, 2.0))
    _, y, fusion, held = fitted(drawn, network=network)
    fresh = draw(1200, (1.0, 2.0), seed=0)  # the same labels ...
    other = np.random.default_rng(7).random(fresh.truth.shape) < 1 / (1 + np.exp(-fresh.log_odds))  # ... drawn anew
    for logits, right in (
        (held, y),
        (fusion.logits(fresh.candidates), fresh.candidates.targets(sp.csr_matrix(other, dtype=np.float32))),
    ):
        believed = probabilities(logits)
        for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1)):
            inside = (believed >= low) & (believed < high)
            sigma = 0.5 / np.sqrt(inside.sum())
            assert believed[inside].mean() == pytest.approx(right[inside].mean(), abs=0.01 + 3 * sigma)


def test_the_fusion_beats_each_member_where_they_differ() -> None:
    drawn = draw(900, (1.5, 1.5))
    found, y, _, logits = fitted(drawn)
    alone = [fused_quality(found, found.values[:, member], y, drawn.targets) for member in (0, 1)]
    assert fused_quality(found, logits, y, drawn.targets) > max(alone) + 0.01


def test_out_of_fold_log_odds_know_nothing_of_random_labels() -> None:
    values = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        found = Candidates.select(rng.standard_normal((2, 120, 8)).astype(np.float32), 8)
        y = (rng.random(len(found.columns)) < 0.2).astype(np.float32)
        _, logits = fit_fusion(found, y, np.zeros(8, np.float32), np.arange(120) % 3, network=False)
        values.append((logits[y == 1][:, None] > logits[y == 0]).mean())
    # Below one half is no leak: a fold that by chance has more right pairs leaves fewer to learn from.
    assert 0.4 < np.mean(values) < 0.5 + 3 * np.std(values) / np.sqrt(len(values))


def test_scores_that_mislead_do_not_turn_the_ranking_round() -> None:
    drawn = draw(150, (1.0,))
    found = drawn.candidates
    y = found.targets(drawn.targets)
    part = found.documents % 3
    # in each part, what the other two teach is wrong
    y = np.where(part == 0, y, 1 - y).astype(np.float32)
    fusion, logits = fit_fusion(found, y, drawn.log_prior, drawn.fold, network=False)
    assert fusion.slope > 0
    assert np.isfinite(logits).all()


def test_the_network_is_taken_only_where_it_lowers_the_loss() -> None:
    drawn = draw(700, (1.0, 2.0))
    _, y, plain, plain_logits = fitted(drawn)
    assert all(model.hidden.shape[1] == 0 for model in plain.models)
    _, _, _, refined_logits = fitted(drawn, network=True)
    assert log_loss(refined_logits, y) <= log_loss(plain_logits, y) + 1e-3
    few = draw(60, (1.0,))
    assert all(model.hidden.shape[1] == 0 for model in fitted(few, network=True)[2].models)


@pytest.mark.parametrize("network", [False, True])
def test_state_rebuilds_the_fusion(network: bool) -> None:
    found, _, fusion, _ = fitted(draw(700, (1.0, 2.0)), network=network)
    again = Fusion.from_state(fusion.state())
    assert np.array_equal(again.logits(found), fusion.logits(found))


def test_the_same_seed_gives_the_same_fusion(scored: Scored) -> None:
    found = scored.candidates
    y = found.targets(scored.targets)
    one, other = (fit_fusion(found, y, scored.log_prior, scored.fold, network=True, seed=3) for _ in range(2))
    assert np.array_equal(one[1], other[1])
    assert np.array_equal(one[0].logits(found), other[0].logits(found))


@pytest.mark.parametrize("fold", [np.zeros(40, int), np.arange(40) % 2, np.arange(40) % 5])
def test_any_number_of_folds_will_do(fold: np.ndarray) -> None:
    drawn = draw(40, (1.0,))
    found = drawn.candidates
    fusion, logits = fit_fusion(found, found.targets(drawn.targets), drawn.log_prior, fold, network=True)
    assert np.isfinite(logits).all()
    assert np.isfinite(fusion.logits(found)).all()


@pytest.mark.parametrize("value", [0, 1])
def test_pairs_that_are_all_right_or_all_wrong_stay_finite(value: int) -> None:
    drawn = draw(30, (1.0, 1.0))
    found = drawn.candidates
    y = np.full(len(found.columns), value, dtype=np.float32)
    _, logits = fit_fusion(found, y, drawn.log_prior, drawn.fold, network=True)
    assert np.isfinite(logits).all()
    assert ((logits > 0) == bool(value)).all()


def test_a_part_of_plainly_wrong_pairs_only_still_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw(12, (1.0,))
    found = drawn.candidates
    y = np.where(found.documents % 3 == 0, found.targets(drawn.targets), 0).astype(np.float32)
    # as if chance had kept none of the wrong pairs
    monkeypatch.setattr(fusion_module, "_counts", lambda features, y, seed: y.copy())
    for network in (False, True):
        fusion, logits = fit_fusion(found, y, drawn.log_prior, drawn.fold, network=network)
        assert np.isfinite(logits).all()
        assert np.isfinite(fusion.logits(found)).all()


def test_a_single_document_is_enough_to_go_on() -> None:
    drawn = draw(1, (1.0,))
    found = drawn.candidates
    _, logits = fit_fusion(found, found.targets(drawn.targets), drawn.log_prior, np.zeros(1, int), network=True)
    assert np.isfinite(logits).all()


def rates(found: Candidates, logits: np.ndarray, y: np.ndarray, targets: sp.csr_matrix) -> tuple[float, float]:
    order = np.lexsort((found.columns, -logits, found.documents))
    return float(y[order][found.indptr[:-1]].mean()), best_threshold(logits, y, float(targets.nnz))[1]


@pytest.mark.parametrize(
    ("n_docs", "noises", "loss"),
    [
        # With few documents some quality is paid for learning to calibrate; `loss` is what is tolerated on average.
        (50, (1.0, 2.0), 0.01),
        (50, (1.0, np.inf), 0.02),
        (200, (1.0, 2.0), 0.0),
        (200, (1.0, np.inf), 0.005),
        (500, (1.0, 2.0), 0.0),
        (500, (1.0, np.inf), 0.002),
    ],
)
def test_the_fusion_of_few_documents_is_not_worse_than_its_best_member(
    n_docs: int, noises: tuple[float, ...], loss: float
) -> None:
    gains = []
    for seed in range(6):
        drawn = draw(n_docs + 1000, noises, seed=seed)
        train, test = (
            Scored(drawn.scores[:, part], drawn.log_odds[part], drawn.truth[part])
            for part in (slice(0, n_docs), slice(n_docs, None))
        )
        _, _, fusion, _ = fitted(train, network=True)
        found = test.candidates
        y = found.targets(test.targets)
        members = [rates(found, found.values[:, m], y, test.targets) for m in range(len(noises))]
        gains.append(np.array(rates(found, fusion.logits(found), y, test.targets)) - np.max(members, axis=0))
    noise = 3 * np.std(gains, axis=0) / np.sqrt(len(gains))
    assert (np.mean(gains, axis=0) >= -loss - noise).all(), np.mean(gains, axis=0)


def test_members_that_say_nothing_are_left_out() -> None:
    drawn = draw(400, (np.inf, 1.0, np.inf))
    found = drawn.candidates
    assert paying_members(found, drawn.targets, drawn.log_prior, drawn.fold, most=25) == [1]


def test_a_member_that_tells_no_labels_apart_does_not_stay_alone() -> None:
    drawn = draw(60, (np.inf, np.inf))
    mute = replace(drawn, scores=np.stack([np.zeros_like(drawn.scores[0]), drawn.scores[1]]))
    kept = paying_members(mute.candidates, drawn.targets, drawn.log_prior, drawn.fold, most=4)
    assert 1 in kept
    none = replace(drawn, scores=np.zeros_like(drawn.scores)).candidates
    assert paying_members(none, drawn.targets, drawn.log_prior, drawn.fold, most=4) == [0, 1]
    assert len(none.nominated_by([0], 4).columns) == len(none.columns)


def test_members_that_complete_one_another_stay() -> None:
    drawn = draw(400, (1.5, 1.5))
    assert paying_members(drawn.candidates, drawn.targets, drawn.log_prior, drawn.fold, most=25) == [0, 1]


def test_quality_by_hand() -> None:
    # firsts: right, wrong; best micro-F1 over both documents takes the two best pairs: 2 * 2 / (2 + 3)
    found = Candidates(np.array([0, 2, 4]), np.array([0, 1, 0, 1], np.int32), np.zeros((4, 1), np.float32), 2)
    targets = sp.csr_matrix(np.array([[1, 1], [0, 1]], dtype=np.float32))
    logits = np.array([4, 3, 2, 1], dtype=np.float32)
    best = max(2 * 1 / (1 + 3), 2 * 2 / (2 + 3), 2 * 2 / (3 + 3), 2 * 3 / (4 + 3))
    assert fused_quality(found, logits, found.targets(targets), targets) == pytest.approx((0.5 + best) / 2)
