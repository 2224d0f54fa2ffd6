import numpy as np
import pytest
import scipy.sparse as sp

from headword.decisions import crossfit
from headword.decisions.candidates import Candidates
from headword.decisions.scales import Scales
from headword.decisions.stacking import LabelStack, fit_stack

from .conftest import Scored, draw


def companions(n_docs: int = 300) -> tuple[np.ndarray, sp.csr_matrix]:
    """Label 0 is plain to see; label 1 always comes with it, but its own scores say nothing; 2 to 5 are noise."""
    rng = np.random.default_rng(0)
    first = rng.random(n_docs) < 0.3
    truth = rng.random((n_docs, 6)) < 0.1
    truth[:, 0] = truth[:, 1] = first
    scores = rng.standard_normal((1, n_docs, 6))
    scores[0, :, 0] = 3 * np.where(first, 1, -1) + rng.standard_normal(n_docs)
    scores[0, :, 1] = 0.1 * rng.standard_normal(n_docs)
    return scores.astype(np.float32), sp.csr_matrix(truth.astype(np.float32))


def test_a_label_that_always_comes_with_another_is_raised_by_it() -> None:
    scores, targets = companions()
    found = Candidates.select(scores, 6)
    stack, held = fit_stack(found, targets, np.arange(300) % 3)
    first = targets.toarray()[:, 0] == 1
    for of_entry in (held, stack.score(found)):
        second = of_entry.reshape(300, 6)[:, 1]
        assert second[first].mean() > second[~first].mean() + 0.5
        assert (second[first][:, None] > second[~first]).mean() > 0.95  # the area under the ROC curve


def test_out_of_fold_scores_know_nothing_of_their_own_fold(scored: Scored) -> None:
    fold = scored.fold
    _, before = fit_stack(scored.candidates, scored.targets, fold)
    changed = scored.truth.copy()
    changed[fold == 1] = ~changed[fold == 1]
    targets = sp.csr_matrix(changed.astype(np.float32))
    one = fold[scored.candidates.documents] == 1
    # the scale of the members is shared by all folds: two numbers a member, held alike here
    scales = Scales.fit(scored.candidates.values, scored.candidates.targets(scored.targets))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scales, "fit", lambda *_: scales)
        _, after = fit_stack(scored.candidates, targets, fold)
    assert np.array_equal(before[one], after[one])
    assert not np.array_equal(before[~one], after[~one])


def test_one_fold_alone_is_halved() -> None:
    scores, targets = companions()
    found = Candidates.select(scores, 6)
    one, held = fit_stack(found, targets, np.full(300, 2))
    two, halves = fit_stack(found, targets, np.arange(300) % 2)
    assert np.array_equal(held, halves)
    assert np.array_equal(one.score(found), two.score(found))
    first = targets.toarray()[:, 0] == 1
    second = held.reshape(300, 6)[:, 1]
    assert second[first].mean() > second[~first].mean() + 0.5


def test_random_labels_are_not_found() -> None:
    values = []
    for seed in range(5):
        drawn = draw(300, (np.inf,), seed=seed, signal=0.0)
        found = drawn.candidates
        y = drawn.truth[found.documents, found.columns]
        _, held = fit_stack(found, drawn.targets, drawn.fold)
        # Compared within a label: how frequent a label is may well be learnt. Below one half is no leak: a fold that by
        # chance has more documents of the label leaves fewer to learn from.
        for label in range(15):
            mine = found.columns == label
            right, wrong = held[mine & y], held[mine & ~y]
            values.append((right[:, None] > wrong).mean())
    assert 0.35 < np.mean(values) < 0.5 + 3 * np.std(values) / np.sqrt(len(values))


def test_state_rebuilds_the_stack(scored: Scored) -> None:
    stack, _ = fit_stack(scored.candidates, scored.targets, scored.fold)
    again = LabelStack.from_state(stack.state())
    assert np.array_equal(again.score(scored.candidates), stack.score(scored.candidates))


@pytest.mark.parametrize("cells", [1, 100, 1 << 23])
def test_batches_and_threads_change_nothing(scored: Scored, monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    stack, held = fit_stack(scored.candidates, scored.targets, scored.fold, n_threads=1)
    whole = stack.score(scored.candidates)
    monkeypatch.setattr(crossfit, "_BATCH_CELLS", cells)
    other, held_other = fit_stack(scored.candidates, scored.targets, scored.fold, n_threads=2)
    assert np.array_equal(held, held_other)
    assert np.array_equal(other.score(scored.candidates), whole)


def test_a_document_without_candidates_is_passed_over(scored: Scored) -> None:
    stack, _ = fit_stack(scored.candidates, scored.targets, scored.fold)
    some = scored.candidates.rows(np.array([2, 5]))
    gap = Candidates(
        np.array([0, some.indptr[1], some.indptr[1], some.indptr[2]]), some.columns, some.values, some.n_labels
    )
    assert np.array_equal(stack.score(gap), stack.score(some))
    assert stack.score(scored.candidates.rows(np.zeros(0, np.int64))).shape == (0,)
