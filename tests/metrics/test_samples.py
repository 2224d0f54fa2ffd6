import numpy as np
import pytest
import scipy.sparse as sp
from sklearn import metrics as sk

from headword.metrics import samples


def test_precision_recall_f1_agree_with_scikit_learn(world) -> None:
    want = sk.precision_recall_fscore_support(world.true, world.pred, average="samples", zero_division=0)[:3]
    names = ("samples_precision", "samples_recall", "samples_f1")
    assert [getattr(samples, n)(world.y_true, world.y_pred) for n in names] == pytest.approx(want, abs=1e-12)


def test_jaccard_hamming_and_subset_accuracy_agree_with_scikit_learn(world) -> None:
    want = {
        "jaccard": sk.jaccard_score(world.true, world.pred, average="samples", zero_division=0),
        "hamming": sk.hamming_loss(world.true, world.pred),
        "subset_accuracy": sk.accuracy_score(world.true, world.pred),
    }
    assert {n: getattr(samples, n)(world.y_true, world.y_pred) for n in want} == pytest.approx(want, abs=1e-12)


def test_an_empty_document_met_with_no_choice_is_exact_but_scores_no_f1() -> None:
    nothing = sp.csr_matrix((1, 3))
    assert samples.subset_accuracy(nothing, nothing) == 1.0
    assert samples.hamming(nothing, nothing) == 0.0
    assert samples.samples_f1(nothing, nothing) == 0.0
    assert samples.jaccard(nothing, nothing) == 0.0


def test_undefined_without_documents() -> None:
    nobody = sp.csr_matrix((0, 3))
    assert np.isnan(samples.samples_f1(nobody, nobody))
