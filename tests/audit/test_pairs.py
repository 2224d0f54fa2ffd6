"""Pairs, and the compiled description of each, against plain Python."""

import math

import numpy as np
import pytest
import scipy.sparse as sp

from headword.audit.pairs import Pairs
from headword.core.errors import DataError

from .planted import World, world


def pairs_of(found: World) -> Pairs:
    return Pairs.of(found.probabilities, found.targets, found.chosen, found.drawn)


def described(pairs: Pairs, shown: np.ndarray) -> np.ndarray:
    """The reference: one pair after the other."""
    documents, columns, logits = pairs.documents, pairs.columns, pairs.logits.astype(np.float64)
    carried = [set(columns[(documents == d) & pairs.assigned].tolist()) for d in range(pairs.n_docs)]
    held = logits[pairs.assigned]
    out = []
    for i, (document, label) in enumerate(zip(documents.tolist(), columns.tolist(), strict=True)):
        same = [j for j in np.flatnonzero(documents == document).tolist() if j != i]
        have, lack = [j for j in same if shown[j]], [j for j in same if not shown[j]]
        rest = [d for d in range(pairs.n_docs) if d != document]
        own = [j for j in np.flatnonzero(pairs.assigned & (columns == label)).tolist() if j != i]
        mean = (sum(logits[own]) + 5 * held.mean()) / (len(own) + 5)
        mine = len(own)
        rate = max(mine, 1) / pairs.n_docs
        pulls = []
        for j in have:
            other = int(columns[j])
            both = sum(label in carried[d] and other in carried[d] for d in rest)
            with_other = sum(other in carried[d] for d in rest)
            pulls.append(math.log((both + 3 * rate) / (with_other + 3) / rate))
        z, free = logits[i], max([logits[j] for j in lack], default=-8.0)
        rank = sum(logits[j] > z for j in same)
        others = [logits[j] for j in have]
        expected = sum(1 / (1 + math.exp(-logits[j])) for j in same)
        out.append([
            z, z - mean, math.log(max(mine, 1)), math.log(1 + rank), max(free, -8.0), z - max(free, -8.0),
            max([-8.0, *others]), min([30.0, *others]) if others else -8.0, np.mean(others) if others else 0,
            math.log(1 + len(have)), float(not have), math.log(1 + expected) - math.log(1 + len(have)),
            max([-3.0, *pulls]) if pulls else 0, min([6.0, *pulls]) if pulls else 0, np.mean(pulls) if pulls else 0,
            rank - len(have),
        ])  # fmt: skip
    return np.array(out)


@pytest.mark.parametrize("corrupted", [False, True])
def test_the_description_equals_plain_python(corrupted: bool) -> None:
    pairs = pairs_of(world(25, 6))
    shown = pairs.assigned.copy()
    if corrupted:
        shown[::7] = ~shown[::7]
    np.testing.assert_allclose(pairs.features(shown, n_threads=1), described(pairs, shown), rtol=2e-4, atol=2e-4)


def test_empty_documents_one_label_and_threads() -> None:
    found = world(1100, 8)
    empty = sp.csr_matrix((3, 8), dtype=np.float32)
    stacked = [sp.vstack([empty, one], format="csr") for one in (found.probabilities, found.targets, found.chosen)]
    pairs = Pairs.of(*stacked, sp.vstack([empty, found.drawn], format="csr"))
    assert np.diff(pairs.indptr)[:3].tolist() == [0, 0, 0]
    assert pairs.features(n_threads=1).tobytes() == pairs.features(n_threads=2).tobytes()
    single = sp.csr_matrix(np.array([[0.5], [0.25]], np.float32))
    alone = Pairs.of(single, single > 0, single > 0.4, single * 0)
    assert np.isfinite(alone.features()).all()


def test_no_feature_of_a_pair_tells_whether_it_is_assigned() -> None:
    pairs = pairs_of(world(40, 6))
    for i in range(0, len(pairs), 17):
        shown = pairs.assigned.copy()
        shown[i] = not shown[i]
        np.testing.assert_array_equal(pairs.features(shown)[i], pairs.features()[i])


def test_pairs_are_the_union_and_the_unscored_have_a_floor() -> None:
    p = sp.csr_matrix(np.array([[0.5, 0, 0, 0]], np.float32))
    y, chosen, drawn = (
        sp.csr_matrix(np.array([row], np.float32)) for row in ([0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0])
    )
    pairs = Pairs.of(p, y, chosen, drawn)
    assert pairs.columns.tolist() == [0, 1, 2]
    np.testing.assert_allclose(pairs.probabilities, [0.5, 1e-4, 1e-4])
    assert (pairs.assigned.tolist(), pairs.drawn.tolist()) == ([False, True, False], [False, False, True])


def test_wrong_input_is_refused() -> None:
    p = sp.csr_matrix(np.array([[0.5, 1.5]], np.float32))
    with pytest.raises(DataError, match="lie in \\[0, 1\\]"):
        Pairs.of(p, p, p, p)
    with pytest.raises(DataError, match=r"targets of shape \(1, 3\)"):
        Pairs.of(p, sp.csr_matrix((1, 3)), p, p)
