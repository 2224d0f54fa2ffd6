"""Published figures: the table is whole, and headword's rows stand beside it."""

import gzip

import pytest

from benchmarks.published import latest, main, markdown, measured, published
from benchmarks.running import SHARED

RECORD = {
    "run": "2026-01-02 00:00:00", "commit": "abc", "dataset": "mulan-bibtex", "recipe": "default", "n_train": 4880,
    "n_test": 2515, "n_labels": 159,
    "quality": {"p@1": 0.66, "p@3": 0.403, "p@5": 0.2969, "psp@1": 0.5, "psp@3": 0.55, "psp@5": 0.6},
}  # fmt: skip


@pytest.mark.parametrize("dataset", published())
def test_the_table_is_whole_and_its_goals_are_ahead_of_it(dataset: str) -> None:
    table = published()[dataset]
    assert all(len(row) == 5 and all(0 < value < 100 for value in row) for row in table["rows"].values())
    assert all(row[0] > row[1] > row[2] for row in table["rows"].values())
    best = [max(row[place] for row in table["rows"].values()) for place in range(3)]
    assert all(goal > value for goal, value in zip(table["goal"], best, strict=True))


@pytest.mark.shared
@pytest.mark.parametrize("dataset", published())
def test_the_figures_are_those_that_were_read(dataset: str) -> None:
    facts = SHARED / "facts" / "references.md"
    if not facts.is_file():
        pytest.skip(f"the facts are not there: {facts}")
    text = facts.read_text(encoding="utf-8").replace("**", "")
    for values in published()[dataset]["rows"].values():
        assert "/".join(f"{value:.2f}" for value in values[:3]) in text
        assert "/".join(f"{value:.2f}" for value in values[3:]) in text


def test_rows_stand_by_rising_precision_and_goals_are_marked() -> None:
    lines = markdown("mulan-bibtex", published()["mulan-bibtex"], [RECORD])
    rows = [line.split(" | ") for line in lines if line.startswith("| ") and "P@1" not in line]
    assert [row[0].strip("| ") for row in rows[:2]] == ["kNN", "one-vs-all"]
    assert rows[-1][:4] == ["| **headword-default**", "66.00*", "40.30*", "29.69"]
    assert "is not proven" in "".join(lines)
    assert "4,880 training and 2,515 test documents with labels" in "".join(lines)


def test_only_the_latest_run_of_a_corpus_counts() -> None:
    older, other = RECORD | {"run": "2026-01-01 00:00:00"}, RECORD | {"dataset": "other", "run": "2027"}
    assert latest([older, RECORD, other], "mulan-bibtex") == [RECORD]
    assert latest([], "mulan-bibtex") == []


def test_sparse_files_go_through_the_command_line(tmp_path) -> None:
    """Files of the same form, made up here: label i is feature i, beside features that say nothing."""
    for part, n_docs in (("train", 60), ("test", 12)):
        rows = "".join(f"{i % 3} {i % 3}:2 {3 + i % 2}:1 5:1\n" for i in range(n_docs))
        (tmp_path / f"{part}.xmc.txt.gz").write_bytes(gzip.compress(f"{n_docs} 6 3\n{rows}".encode()))
    found = measured(tmp_path, "fast", 1)
    assert (found["n_train"], found["n_test"], found["n_labels"], found["quality"]["p@1"]) == (60, 12, 3, 1.0)
    (tmp_path / "train.xmc.txt.gz").write_bytes(b"")
    assert "train.xmc.txt.gz" in measured(tmp_path, "fast", 1)["error"]


def test_corpora_that_are_not_there_are_left_out(tmp_path, capsys) -> None:
    results = tmp_path / "published.jsonl"
    main(["--data", str(tmp_path), "--recipes", "fast", "--results", str(results)])
    told = capsys.readouterr()
    assert "has no train.xmc.txt.gz and no test.xmc.txt.gz: left out" in told.err
    assert "### mulan-delicious" in told.out
    assert not results.exists()
