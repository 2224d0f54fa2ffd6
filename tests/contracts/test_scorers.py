"""What holds for every row of the table of scorers."""

import inspect
from dataclasses import fields

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import NotFittedError
from headword.scorers import SCORERS
from headword.scorers.contributions import ExplainingScorer
from headword.scorers.protocol import Scorer
from headword.text.features import Features
from headword.text.name_kernels import N_EVIDENCE
from headword.text.weighting import unit_rows
from headword.text.words import csr

N_DOCS, N_FEATURES, N_LABELS = 90, 40, 9


@pytest.fixture(scope="module")
def features() -> Features:
    rng = np.random.default_rng(3)
    matrix = sp.random(N_DOCS, N_FEATURES, 0.2, format="csr", dtype=np.float32, random_state=rng)
    matrix.data[matrix.indptr[7] : matrix.indptr[8]] = 0
    words = unit_rows(csr(matrix.indptr, matrix.indices, matrix.data, N_FEATURES))
    return Features({"words": words, "names": names(rng)})


def names(rng: np.random.Generator) -> sp.csr_matrix:
    """Evidence of three labels in every document but the eighth."""
    labels = np.sort(np.argsort(rng.random((N_DOCS, N_LABELS)), axis=1)[:, :3], axis=1).astype(np.int32)
    columns = labels[:, :, None] * np.int32(N_EVIDENCE) + np.arange(N_EVIDENCE, dtype=np.int32)
    kept = np.arange(N_DOCS) != 7
    indptr = np.concatenate([[0], np.cumsum(3 * N_EVIDENCE * kept)]).astype(np.int64)
    data = rng.integers(0, 3, indptr[-1]).astype(np.float32)
    return csr(indptr, columns[kept].ravel(), data, N_LABELS * N_EVIDENCE)


@pytest.fixture(scope="module")
def targets(features: Features) -> sp.csr_matrix:
    dense = features["words"].toarray()
    true = np.column_stack([dense[:, i] > 0 for i in range(N_LABELS)])
    true[:, -1] = False
    true[5] = False
    return sp.csr_matrix(true.astype(np.float32))


def made(name: str) -> Scorer:
    scorer: Scorer = SCORERS.get(name)()
    return scorer


def fitted(name: str, features: Features, targets: sp.csr_matrix) -> Scorer:
    return made(name).fit(features, targets)


def snapshot(features: Features, targets: sp.csr_matrix) -> list[bytes]:
    matrices = [*features.blocks.values(), targets]
    return [getattr(m, part).tobytes() for m in matrices for part in ("indptr", "indices", "data")]


@pytest.mark.parametrize("name", SCORERS)
def test_it_says_what_it_is_and_with_which_parameters(name: str) -> None:
    kind = SCORERS.get(name)
    assert inspect.getdoc(kind)
    assert repr(made(name)).startswith(f"{kind.__name__}(block='{'names' if name == 'lexical' else 'words'}'")
    assert {f.name for f in fields(kind)} >= {"block"}


@pytest.mark.parametrize("name", SCORERS)
def test_fit_returns_itself_and_leaves_its_input_alone(name: str, features: Features, targets: sp.csr_matrix) -> None:
    before = snapshot(features, targets)
    scorer = made(name)
    assert scorer.fit(features, targets) is scorer
    scorer.score(features)
    scorer.fit(features, targets, np.arange(0, N_DOCS, 2))
    assert snapshot(features, targets) == before


@pytest.mark.parametrize("name", SCORERS)
def test_scores_are_finite_float32_of_all_labels(name: str, features: Features, targets: sp.csr_matrix) -> None:
    scores = fitted(name, features, targets).score(features)
    assert scores.shape == (N_DOCS, N_LABELS)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert scores.flags.c_contiguous


@pytest.mark.parametrize("name", SCORERS)
def test_the_same_documents_and_seed_give_the_same_scores(
    name: str, features: Features, targets: sp.csr_matrix
) -> None:
    one = made(name).fit(features, targets, seed=4, n_threads=1).score(features)
    other = made(name).fit(features, targets, seed=4, n_threads=2).score(features)
    assert np.array_equal(one, other)


@pytest.mark.parametrize("name", SCORERS)
def test_scoring_changes_nothing_and_batches_do_not_matter(
    name: str, features: Features, targets: sp.csr_matrix
) -> None:
    scorer = fitted(name, features, targets)
    whole = scorer.score(features)
    parts = [scorer.score(features.rows(slice(a, a + 13))) for a in range(0, N_DOCS, 13)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(scorer.score(features), whole)


@pytest.mark.parametrize("name", SCORERS)
def test_it_learns_from_the_named_rows_only(name: str, features: Features, targets: sp.csr_matrix) -> None:
    rows = np.arange(0, N_DOCS, 2)
    other = targets.toarray()
    other[1::2] = 1 - other[1::2]
    one = made(name).fit(features, targets, rows).score(features)
    assert np.array_equal(one, made(name).fit(features, sp.csr_matrix(other), rows).score(features))


@pytest.mark.parametrize("name", SCORERS)
def test_a_kept_state_gives_the_same_scores(name: str, features: Features, targets: sp.csr_matrix) -> None:
    scorer = fitted(name, features, targets)
    state = scorer.state()
    assert all(isinstance(array, np.ndarray) for array in state.values())
    kept = {part: array.copy() for part, array in state.items()}
    for array in kept.values():
        array.setflags(write=False)  # as a bundle gives them
    again = made(name)
    assert again.restore(kept) is again
    assert np.array_equal(again.score(features), scorer.score(features))
    assert {part: array.tobytes() for part, array in again.state().items()} == {
        part: array.tobytes() for part, array in state.items()
    }


@pytest.mark.parametrize("name", SCORERS)
def test_fitting_again_forgets_what_was_learnt(name: str, features: Features, targets: sp.csr_matrix) -> None:
    other = sp.csr_matrix(1 - targets.toarray())
    again = made(name).fit(features, other).fit(features, targets)
    assert np.array_equal(again.score(features), fitted(name, features, targets).score(features))


@pytest.mark.parametrize("name", SCORERS)
@pytest.mark.parametrize("n_docs", [0, 1])
def test_no_document_or_one_can_be_scored(name: str, features: Features, targets: sp.csr_matrix, n_docs: int) -> None:
    indptr, columns, data = np.zeros(n_docs + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32)
    empty = Features({n: csr(indptr, columns, data, block.shape[1]) for n, block in features.blocks.items()})
    scores = fitted(name, features, targets).score(empty)
    assert scores.shape == (n_docs, N_LABELS)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", SCORERS)
def test_scoring_before_fitting_is_told(name: str, features: Features) -> None:
    with pytest.raises(NotFittedError, match="call fit before score"):
        made(name).score(features)
    with pytest.raises(NotFittedError, match="call fit before state"):
        made(name).state()


@pytest.mark.parametrize("name", SCORERS)
def test_contributions_and_their_base_are_the_score(name: str, features: Features, targets: sp.csr_matrix) -> None:
    scorer = fitted(name, features, targets)
    if not isinstance(scorer, ExplainingScorer):
        pytest.skip(f"{name} has no contributions to tell")
    columns = np.array([4, 0, N_LABELS - 1])
    for row in (0, 5, 7, 11):
        one = features.rows(slice(row, row + 1))
        found = scorer.contributions(one, columns)
        assert found.values.shape == (one[scorer.block].nnz, len(columns))
        np.testing.assert_allclose(found.base + found.values.sum(axis=0), scorer.score(one)[0, columns], atol=1e-4)
