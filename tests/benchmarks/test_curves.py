"""Learning curves: nested subsets, one judge, nothing measured twice, and a page that says what was measured."""

import gzip
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks import curves, curves_page, curves_peer, protocol, records
from benchmarks.curves import Point, points
from benchmarks.curves_corpora import Prepared, prepare, subset, widened
from benchmarks.curves_judge import METRICS, judged, most_f1, nulls, ratios
from benchmarks.judge import Answers
from headword.metrics.additive import point_values
from headword.thesaurus.reader import read_thesaurus

WORDS = {"sea ice": "frozen water drifts", "sea waves": "wind and swell", "soil moisture": "wet ground under crops"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A corpus of the shape of inspec: three labels in training, one more only in the test part."""
    rows = []
    for i in range(60):
        part = "test" if i % 6 == 0 else "train"
        label = list(WORDS)[i % 3]
        labels = [label, "rare topic"] if part == "test" and i < 12 else [label]
        rows.append(
            {"id": str(i), "title": f"On {label}", "abstract": f"{WORDS[label]} {i}", "labels": labels, "split": part}
        )
    (tmp_path / "inspec").mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "inspec" / "documents.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


@pytest.fixture
def prepared(data: Path, tmp_path: Path) -> Prepared:
    return prepare("inspec", data, tmp_path / "work")


def test_a_larger_subset_holds_the_smaller_ones_and_another_seed_gives_others(prepared: Prepared) -> None:
    train = prepared.benchmark.train
    small, large, other = subset(train, 10, 0), subset(train, 20, 0), subset(train, 10, 1)
    assert small.ids == large.ids[:10] == subset(train, 10, 0).ids
    assert set(small.ids) != set(other.ids)
    row = train.ids.index(small.ids[3])
    assert (small.targets[3].indices == train.targets[row].indices).all()
    assert small.abstracts[3] == train.abstracts[row]


def test_each_size_is_measured_and_small_ones_with_several_subsets() -> None:
    found = list(points(800, (50, 200, 1000), 3))
    assert found[:3] == [Point(50, 0), Point(200, 0), Point(800, 0)]
    assert sorted(found[3:], key=str) == sorted((Point(n, s) for n in (50, 200) for s in (1, 2)), key=str)
    assert list(points(1000, (50, 1000), 1)) == [Point(50, 0), Point(1000, 0)]


def test_label_names_serve_as_a_thesaurus_and_both_files_hold_it(prepared: Prepared) -> None:
    assert prepared.benchmark.labels == ["rare topic", "sea ice", "sea waves", "soil moisture"]
    own, skos = read_thesaurus(prepared.thesaurus), read_thesaurus(prepared.skos)
    assert [concept.id for concept in own] == prepared.benchmark.labels
    assert [concept.id for concept in skos] == prepared.uris
    assert [skos.name(row) for row in range(4)] == prepared.benchmark.labels


def test_columns_are_moved_to_the_concepts(data: Path) -> None:
    benchmark = protocol.load(data / "inspec" / "documents.jsonl.gz")
    wide = widened(benchmark, ["zero", *reversed(benchmark.labels), "last"])
    for old, new in zip(benchmark.test.targets, wide.test.targets, strict=True):
        assert {benchmark.labels[c] for c in old.indices} == {wide.labels[c] for c in new.indices}
    assert wide.test.targets.has_sorted_indices


def test_the_judge_counts_what_it_says() -> None:
    truth = sp.csr_matrix([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32)
    # Concept 1 and 3 were never seen in training.
    support = np.array([5, 0, 5, 0])
    scores = sp.csr_matrix([[0.9, 0.5, 0.1, 0], [0.2, 0.3, 0.1, 0], [0, 0, 0, 0]])
    chosen = sp.csr_matrix([[1, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    found = point_values([ratios(truth, support, Answers(scores, chosen))])
    assert tuple(found) == METRICS
    assert found["p@1"] == pytest.approx(1 / 3)
    assert found["f1@5"] == pytest.approx((2 * 2 / 7 + 2 / 6 + 0) / 3)
    assert found["ndcg@5"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert found["unseen_r@5"] == found["unseen_r@10"] == pytest.approx(1 / 2)
    assert found["micro_f1"] == pytest.approx(2 * 2 / (3 + 4))
    values, spread = judged(truth, np.full(4, 5), Answers(scores, chosen))
    assert values["unseen_r@5"] is None and spread["unseen_r@5"] == [None, None]
    assert spread["p@1"][0] < values["p@1"] < spread["p@1"][1]


def test_the_most_frequent_labels_are_those_of_training() -> None:
    train = sp.csr_matrix([[0, 1, 1], [0, 1, 0], [0, 1, 1]], dtype=np.float32)
    found = nulls(sp.csr_matrix((2, 3)), train)
    assert found["nothing"].scores.nnz == found["nothing"].chosen.nnz == 0
    assert found["most frequent"].scores.toarray().tolist() == [[0, 3, 2]] * 2
    assert found["most frequent"].chosen.toarray().tolist() == [[0, 1, 1]] * 2


def test_a_perfect_ranking_is_as_good_as_it_can_be() -> None:
    truth = sp.csr_matrix([[1, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1]], dtype=np.float32)
    perfect = point_values([ratios(truth, np.ones(7), Answers(truth, truth))])["f1@5"]
    assert most_f1(truth) == pytest.approx(perfect, abs=1e-5)
    assert perfect == pytest.approx((2 / 6 + 10 / 12) / 2)


def test_what_annif_answered_is_put_on_the_columns_and_cut(prepared: Prepared, tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    order = [2, 0, 3, 1]
    n_test = len(prepared.benchmark.test)
    scores = sp.csr_matrix(np.tile([0.9, 0.8, 0.3, 0.0], (n_test, 1)))
    sp.save_npz(folder / "mllm.npz", scores)
    (folder / "uris.json").write_text(json.dumps([prepared.uris[column] for column in order]))
    (folder / "answer.json").write_text(json.dumps({"cut": {"mllm": {"limit": 2, "threshold": 0.85}}}))
    found, _ = curves_peer.run(prepared, prepared.benchmark.train, folder, tmp_path, 1)
    assert found["annif mllm"].scores.toarray()[0].tolist() == [0.8, 0.0, 0.9, 0.3]
    assert found["annif mllm"].chosen.toarray()[0].tolist() == [0, 0, 1, 0]


def test_nothing_is_measured_twice_unless_told(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    results = tmp_path / "curves.jsonl"
    words = ["--data", str(data), "--results", str(results), "--work", str(tmp_path / "work"), "--sizes", "20"]
    words += ["--venvs", str(tmp_path), "--systems", "headword linear", "--seeds", "1"]
    curves.main(words)
    found = records.read(results)
    assert [(r["n_train"], r["system"]) for r in found] == [
        (n, system) for n in (20, 45) for system in ("null nothing", "null most frequent", "headword linear")
    ]
    assert (
        found[-1]["all"]
        and found[-1]["quality"]["p@1"] == 1.0
        and found[-1]["unseen_share"] == pytest.approx(2 / 12, abs=1e-5)
    )
    curves.main(words)
    assert len(records.read(results)) == 6
    curves.main([*words, "--again", "headword"])
    assert [r["system"] for r in records.read(results)[6:]] == ["headword linear"] * 2
    assert "has no pubmed-mesh: left out" in capsys.readouterr().err


def record(system: str, seed: int = 0, n_train: int = 50, **quality: float) -> dict:
    whole = dict.fromkeys(METRICS, 0.0) | {name.replace("_at_", "@"): value for name, value in quality.items()}
    return {
        "dataset": "inspec", "n_train": n_train, "seed": seed, "system": system, "quality": whole, "n_test": 9,
        "n_concepts": 7, "n_unseen": 20, "unseen_share": 0.5, "note": "a note", "most_f1@5": 0.9,
        "intervals": {"f1@5": [0.1, 0.3]},
    }  # fmt: skip


def test_the_best_ensemble_has_the_best_f1_and_medians_are_over_the_subsets_all_were_given() -> None:
    found = [
        record("annif mllm", p_at_1=0.9), record("annif mllm", 1), record("annif all nn", p_at_1=0.2, f1_at_5=0.1),
        record("annif bonsai+mllm equal", p_at_1=0.1, f1_at_5=0.4), record("annif bonsai+mllm equal", 1),
        record("annif all nn", 1, p_at_1=0.4, f1_at_5=0.2),
    ]  # fmt: skip
    rows = {row.system: row for row in curves_page.figures(found, "inspec")}
    best, tops = rows[curves_page.BEST], rows[curves_page.TOPS]
    assert (best.values["p@1"], best.values["f1@5"]) == (pytest.approx(0.25), pytest.approx(0.3))
    assert (tops.values["p@1"], tops.values["f1@5"]) == (pytest.approx(0.3), pytest.approx(0.3))
    assert (best.which, best.n_seeds) == ("bonsai+mllm equal", 2)
    found += [record(curves_page.FUSED, f1_at_5=0.7), record(curves_page.FUSED, f1_at_5=0.42, p_at_1=0.1)]
    rows = {row.system: row for row in curves_page.figures(found, "inspec")}
    assert rows[curves_page.FUSED].values["f1@5"] == 0.42  # the later record counts
    assert rows[curves_page.BEST].n_seeds == 1  # the second subset was not given to all
    lines = list(curves_page.goals(found, ["inspec"]))
    assert lines[2] == "| inspec | 50 | +0.0 | +2.0 | +0.0 | +0.0 | -10.0 ✗ | +2.0 | +0.0 | +0.0 |"
    assert "reached at 1 of 1 points against the best ensemble, at 0 against" in lines[-1]
    few = [one | {"n_unseen": 19} for one in found]
    assert list(curves_page.goals(few, ["inspec"]))[2].endswith("| -10.0 ✗ | +2.0 | +0.0 |  |")


def test_the_page_is_filled_and_the_plots_are_valid(tmp_path: Path) -> None:
    found = [record(curves_page.FUSED, 0, n, f1_at_5=n / 2000) for n in (50, 200, 1000)] + [record("null nothing")]
    target = tmp_path / "page.md"
    target.write_text("".join(f"<!-- {name} -->\nold\n<!-- /{name} -->\n" for name in ("goals", "plots", "tables")))
    curves_page.write(found, target, tmp_path / "plots")
    text = target.read_text()
    assert "old" not in text and "| 1,000 | **headword fused** | 0.0 | 50.0 |" in text
    drawn = tmp_path / "plots" / "curves-inspec-f1.svg"
    line = next(ElementTree.parse(drawn).iter("{http://www.w3.org/2000/svg}polyline")).get("points").split()
    (x1, y1), (x2, y2), (x3, y3) = (map(float, place.split(",")) for place in line)
    assert x1 < x2 < x3 and y1 > y2 > y3
    assert (x3 - x2) / (x2 - x1) == pytest.approx(np.log(5) / np.log(4), rel=0.01)
    assert f"![{drawn.stem}](plots/{drawn.name})" in text
