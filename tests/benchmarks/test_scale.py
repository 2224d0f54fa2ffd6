"""Growth runs: which points, in which order, what is left out when going on; and one small point in earnest."""

import json
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks import machine, scale
from benchmarks.scale import DOCUMENTS, LABELS, Plan, latest, measure, points
from benchmarks.scale_point import best_columns, main, write_csr
from headword.core.corpus import Corpus, Document
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions


def test_a_cross_with_the_goals_or_all_small_points_first() -> None:
    cross = points(DOCUMENTS, LABELS, full=False)
    assert {(100_000, 100_000), (1_000_000, 200_000), (100_000, 100), (1_000_000, 10_000)} <= set(cross)
    assert (10_000, 100) not in cross
    full = points(DOCUMENTS, LABELS, full=True)
    assert set(cross) < set(full)
    assert (10_000, 100_000) not in full  # most labels would have no document
    assert [d * n for d, n in full] == sorted(d * n for d, n in full)
    assert points([500], [20], full=False) == ((500, 20),)
    assert points([], [20], full=True) == ()


@pytest.fixture
def plan(tmp_path) -> Plan:
    return Plan("now", ((10, 5), (20, 5)), ("headword-fast", "headword-default"), 5, 0, 1, 60, tmp_path)


def test_going_on_leaves_out_what_is_done(plan, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(scale.running, "answer", lambda command, **limits: asked.append(command) or {"train_wall_s": 1})
    found = list(measure(plan, {("headword-fast", 10, 5), ("headword-default", 20, 5)}))
    assert [(r["system"], r["documents"], r["labels"]) for r in found] == [
        ("headword-default", 10, 5),
        ("headword-fast", 20, 5),
    ]
    assert [command[command.index("--documents") + 1] for command in asked] == ["10", "20"]
    assert {r["run"] for r in found} == {"now"}


def test_no_point_is_begun_when_the_time_is_over(plan, monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(scale.time, "monotonic", lambda: now[0])

    def takes_a_minute(command, **limits):
        now[0] += 60
        return {}

    monkeypatch.setattr(scale.running, "answer", takes_a_minute)
    assert len(list(measure(plan, set(), minutes=1.5))) == 2
    assert len(list(measure(plan, set()))) == 4


def test_a_peer_is_charged_for_its_features_too(plan, monkeypatch) -> None:
    made = {
        "generate_s": 1, "data_sha256": "x", "n_train": 10, "n_test": 5, "labels_seen": 5, "labels_per_doc": 2,
        "unseen_share": 0, "text_mb": 1, "features_s": 2.5, "n_features": 7, "entries_per_doc": 3, "rss_before_mb": 99,
    }  # fmt: skip
    answers = iter([made, {"train_wall_s": 4.0, "rss_before_mb": 50}])
    monkeypatch.setattr(scale.running, "answer", lambda command, **limits: next(answers))
    found = scale._xrlinear(plan, 10, 5)
    assert (found["train_wall_s"], found["features_s"], found["rss_before_mb"]) == (6.5, 2.5, 50)
    monkeypatch.setattr(scale.running, "answer", lambda command, **limits: {"error": "exit code -9"})
    assert scale._xrlinear(plan, 10, 5) == {"error": "exit code -9"}


def test_the_latest_run_counts_and_of_a_point_the_later_measurement() -> None:
    def one(run: str, value: int):
        return {"run": run, "system": "s", "documents": 1, "labels": 1, "value": value}

    assert latest([one("b", 1), one("a", 2), one("b", 3)]) == [one("b", 3)]
    assert latest([]) == []


def test_the_best_labels_are_named_in_the_columns_of_the_truth() -> None:
    test = Corpus.from_documents([Document("1", "x", "", ("b",)), Document("2", "y", "", ("c",))])
    space = LabelSpace(("c", "new", "b"))
    found = Suggestions(
        ("1", "2"), space, np.array([0, 2, 2]), np.array([2, 1], np.int32), np.array([2.0, 1.0], np.float32),
        np.array([0.9, 0.1], np.float32), np.array([True, False]),
    )  # fmt: skip
    assert best_columns(found, test).tolist() == [[0, -1, -1, -1, -1], [-1] * 5]


def test_a_point_is_measured_in_a_process_of_its_own(tmp_path) -> None:
    answer = tmp_path / "answer.json"
    numbers = {"documents": 300, "labels": 20, "test": 50, "system": "headword-fast", "threads": 1}
    words = [word for name, value in numbers.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "benchmarks.scale_point", *words, "--json", str(answer)]
    subprocess.run(command, check=True, cwd=machine.ROOT)
    found = json.loads(answer.read_text())
    assert (found["n_train"], found["n_test"]) == (300, 50)
    assert found["quality"]["p@1"] > 0.3
    assert 0 < found["rss_before_mb"] <= found["train_peak_rss_mb"] <= found["peak_rss_mb"]
    assert sum(found["stages"].values()) == pytest.approx(found["train_wall_s"], abs=0.05)


def test_features_for_others_are_those_of_the_recipe(tmp_path) -> None:
    answer = tmp_path / "answer.json"
    words = ["--documents", "80", "--labels", "10", "--test", "20", "--system", "features", "--threads", "1"]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--folder", str(tmp_path), "--json", str(answer)])
    assert ended.value.code == 0
    about, shape = json.loads(answer.read_text()), np.load(tmp_path / "train_x.shape.npy")
    assert shape.tolist() == [80, about["n_features"]]
    data, indptr = (np.load(tmp_path / f"train_x.{part}.npy") for part in ("data", "indptr"))
    assert np.add.reduceat(data**2, indptr[:-1]) == pytest.approx(1, abs=1e-4)
    columns = np.load(tmp_path / "columns.npy")
    assert np.load(tmp_path / "train_y.shape.npy").tolist() == [80, len(columns)]
    assert np.load(tmp_path / "test_y.shape.npy")[1] >= len(columns)


def test_a_failure_is_a_record(tmp_path, capsys) -> None:
    answer = tmp_path / "answer.json"
    words = ["--documents", "30", "--labels", "10", "--test", "5", "--system", "headword-no-such", "--threads", "1"]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json", str(answer)])
    assert ended.value.code == 1
    assert "RecipeError: there is no recipe 'no-such'" in json.loads(answer.read_text())["error"]
    assert "Traceback" in capsys.readouterr().err


def test_arrays_come_back_as_they_were(tmp_path) -> None:
    from benchmarks.scale_peer import read_csr

    matrix = sp.random(7, 9, density=0.3, format="csr", random_state=0, dtype=np.float32)
    write_csr(tmp_path, "x", matrix)
    assert (read_csr(tmp_path, "x") != matrix).nnz == 0


@pytest.mark.parametrize("module", ["scale", "engine", "compare", "quality", "published"])
def test_what_starts_measurements_stays_small(module: str) -> None:
    """A child is charged with the memory that its parent ever had, so that the parent must not import numpy."""
    code = f"import sys, benchmarks.{module}; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=machine.ROOT)
