"""The measurements of trust, on scores with a known truth."""

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks.trust import bands, calibration, conformal
from benchmarks.trust.judging import joined, judged, taken
from benchmarks.trust.scores import Scored


def known(n_docs: int = 400, n_labels: int = 6, *, noise: float = 0.0) -> Scored:
    """Labels drawn from the log odds that are the scores, but for noise."""
    rng = np.random.default_rng(0)

    def part() -> tuple[sp.csr_matrix, sp.csr_matrix]:
        logits = 2 * rng.standard_normal((n_docs, n_labels)) - 1
        truth = rng.random(logits.shape) < 1 / (1 + np.exp(-logits))
        seen = logits + noise * rng.standard_normal(logits.shape)
        return sp.csr_matrix(seen.astype(np.float32)), sp.csr_matrix(truth.astype(np.float32))

    parts = {name: part() for name in ("held", "valid", "test")}
    names = np.array([f"{i:02d}{i % 12 + 1:02d}.{i}" for i in range(n_docs)])
    return Scored(
        scores={name: scores for name, (scores, _) in parts.items()},
        truth={name: truth for name, (_, truth) in parts.items()},
        support=np.array([900, 600, 300, 100, 40, 20]),
        ids=dict.fromkeys(parts, names),
        lengths=dict.fromkeys(parts, np.arange(n_docs)),
        fold=np.arange(n_docs) % 3,
        thresholds=np.full(n_labels, 0.4, dtype=np.float32),
    )


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = {"headword": known(), "linear": known(noise=2.0)}
    for module in (bands, calibration, conformal):
        monkeypatch.setattr(module, "CORPORA", ("arxiv-mixed",))
        monkeypatch.setattr(module, "scored", lambda corpus, system, data, cache: systems[system])
    monkeypatch.setattr(calibration, "SYSTEMS", ("headword", "linear"))
    monkeypatch.setattr(conformal, "SPLITS", 20)
    monkeypatch.setattr(conformal, "_PRECISION_SPLITS", 5)


def test_judged_parts_are_those_of_the_matrices() -> None:
    found = known(30)
    whole = judged(found, "test")
    assert len(whole) == 30
    assert whole.right.sum() == found.truth["test"].nnz == len(whole.true_documents)
    rows = np.arange(30) % 2 == 0
    some = taken(whole, rows)
    assert some.right.sum() == found.truth["test"][rows].nnz
    assert len(joined(some, taken(whole, ~rows))) == 30
    dense = 1 / (1 + np.exp(-found.scores["test"].toarray()))
    want = dense[whole.true_documents, whole.true_columns]
    assert whole.true_probabilities == pytest.approx(want, abs=1e-6)


def test_calibration_tells_honest_from_noisy_scores(tmp_path) -> None:
    ours, noisy = calibration.measure(tmp_path, tmp_path)
    assert ours["ece"] < 0.03 < noisy["ece"]
    assert ours["interval"][0] <= ours["ece"] <= ours["interval"][1]
    assert ours["by_frequency"]["tail"]["n"] == 800
    assert len(calibration.lines([ours, noisy])) == 4
    assert [path.name for path in calibration.draw([ours, noisy], tmp_path)] == ["reliability-arxiv-mixed.svg"]


def test_promises_hold_and_better_scores_have_smaller_sets(tmp_path) -> None:
    found = conformal.measure(tmp_path, tmp_path)
    recall = [one for one in found if one["what"] == "recall"]
    assert all(one["within"] for one in recall)
    assert all(one["size"] < one["raw_size"] for one in recall)
    assert all(one["within"] for one in found if one["what"] == "label sets")
    tables = conformal.lines(found)
    assert set(tables) == {"recall", "groups", "refitted", "label-sets", "precision"}
    assert all(len(lines) > 2 for lines in tables.values())
    assert conformal.draw(found, tmp_path)[0].read_text(encoding="utf-8").startswith("<svg")


def test_bands_are_audited_on_the_test_part(tmp_path) -> None:
    found = bands.measure(tmp_path, tmp_path)
    assert [one["part"] for one in found] == ["valid", "held"]
    assert len(bands.lines(found)) == 2 + 6
    assert bands.draw(found, tmp_path)[0].name == "automatic-documents.svg"
