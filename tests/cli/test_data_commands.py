"""inspect, clean and split: tables in, tables and figures out."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import headword as hw

from .conftest import rows, write_rows

Run = Callable[..., Result]


def test_inspect_counts_and_names_what_puts_it_right(headword: Run, unsplit: Path) -> None:
    unsplit.write_text(
        unsplit.read_text(encoding="utf-8")
        + '{"id": "x1", "title": "On galaxies number 0", "abstract": "<b>Bold</b> galaxy", "labels": ["galaxies"]}\n'
        + '{"id": "x2", "title": "", "abstract": "", "labels": []}\n',
        encoding="utf-8",
    )
    result = headword("inspect", unsplit, "--json", "-")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["counts"]["documents"] == 62
    assert found["counts"]["labels"] == 9
    assert found["columns"]["labels"] == "labels"
    problems = {w["problem"]: w["fix"] for w in found["warnings"]}
    for words, fix in {
        "1 document with neither title": "--title",
        "1 label like another": "--apply-merges",
        "1 label with a single document": "--min-support 2",
        "1 document with leftovers": "headword clean",
        "no split field": f"headword split {unsplit}",
    }.items():
        assert any(words in problem and fix in problems[problem] for problem in problems), words


def test_blanks_and_line_breaks_are_no_leftovers(headword: Run, tmp_path: Path) -> None:
    texts = [
        "two  blanks ",
        "a line\nand another\n",
        "no\u00a0break",
        "cafe\u0301",
        "",
        "bell\u0007",
        r"\emph{so}",
        "<b>bold</b>",
    ]
    data = tmp_path / "d.jsonl"
    data.write_text("".join(json.dumps({"title": "A ", "abstract": t, "labels": ["x"]}) + "\n" for t in texts), "utf-8")
    found = json.loads(headword("inspect", data, "--json", "-").stdout)
    assert found["counts"]["documents_with_leftovers"] == 3
    assert any(w["problem"].startswith("3 documents with leftovers") for w in found["warnings"])


def test_inspect_for_people(headword: Run, table: Path) -> None:
    result = headword("inspect", table, "--quick", "--quiet")
    assert result.exit_code == 0
    assert "most frequent labels" in result.stdout
    assert "provider" in result.stdout
    assert result.stderr == ""


def test_clean_tells_and_writes_only_when_told(headword: Run, tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    lines = ["id,title,labels", "1,Deep  learning,object-detection", "2,Deep learning,Object Detection"]
    lines += [f"{i},Paper number {i},Object Detection" for i in range(3, 7)]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = headword("clean", data)
    assert result.exit_code == 0
    assert "duplicates: 1 exact duplicates removed" in result.stdout
    assert "1 changes proposed" in result.stdout
    assert list(tmp_path.iterdir()) == [data]
    out = tmp_path / "out.jsonl.gz"
    result = headword("clean", data, "-o", out, "--steps", "unicode", "--apply-merges", "--json", tmp_path / "c.json")
    assert result.exit_code == 0
    cleaned = hw.read(out)
    assert cleaned.label_space.names == ("Object Detection",)
    assert cleaned.titles[0] == "Deep learning"
    changes = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["changes"]
    assert [change["step"] for change in changes] == ["unicode", "labels"]


def test_clean_drops_rare_labels(headword: Run, table: Path, tmp_path: Path) -> None:
    result = headword("clean", table, "-o", tmp_path / "o.csv", "--min-support", "20", "--steps", "unicode", "-q")
    assert result.exit_code == 3
    assert "no label has 20 documents" in result.stderr
    assert headword("clean", table, "--steps", "nonsense").exit_code == 4


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "csv", "tsv", "parquet"])
def test_split_writes_the_same_rows_with_a_part(headword: Run, unsplit: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    result = headword("split", unsplit, "-o", out, "--test", "0.2", "--valid", "0.1", "--json", tmp_path / "s.json")
    assert result.exit_code == 0
    before, after = hw.read(unsplit), hw.read(out)
    assert after.ids == before.ids
    assert after.abstracts == before.abstracts
    assert after.label_sets() == before.label_sets()
    assert after.fields["provider"] == before.fields["provider"]
    assert Counter(after.fields["split"]) == {"train": 42, "test": 12, "valid": 6}
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["parts"]["test"]["n_docs"] == 12


def test_split_is_the_same_twice_and_other_with_another_seed(headword: Run, unsplit: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        headword("split", unsplit, "-o", tmp_path / f"{name}.jsonl.gz", "--by", "random", "--seed", seed)
    a, b, c = (gzip.decompress((tmp_path / f"{n}.jsonl.gz").read_bytes()) for n in "abc")
    assert a == b
    assert a != c


def test_split_keeps_groups_together(headword: Run, tmp_path: Path) -> None:
    table = [{**row, "abstract": " ".join(f"w{i}x{j}" for j in range(12))} for i, row in enumerate(rows())]
    pair = (3, 11)  # of different providers
    table[pair[1]]["abstract"] = f"{table[pair[0]]['abstract']} again"
    data, out = tmp_path / "d.jsonl", tmp_path / "o.jsonl"
    write_rows(data, [{name: value for name, value in row.items() if name != "split"} for row in table])
    result = headword("split", data, "-o", out, "--group", "provider", "--near-duplicates", "--test", "0.3")
    assert result.exit_code == 0, result.stderr
    corpus = hw.read(out)
    parts: dict[str, set[str]] = {}
    for provider, part in zip(corpus.fields["provider"], corpus.fields["split"], strict=True):
        parts.setdefault(provider, set()).add(part)
    assert all(len(found) == 1 for found in parts.values())
    one, other = ({corpus.fields[name][i] for i in pair} for name in ("provider", "split"))
    assert (len(one), len(other)) == (2, 1)


def test_split_by_time_puts_the_newest_into_test(headword: Run, unsplit: Path, tmp_path: Path) -> None:
    assert headword("split", unsplit, "-o", tmp_path / "o.csv", "--by", "temporal").exit_code == 0
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    newest_train = max(row["date"] for row in rows if row["split"] == "train")
    assert all(row["date"] > newest_train for row in rows if row["split"] == "test")


def test_split_reads_standard_input(headword: Run, unsplit: Path, tmp_path: Path) -> None:
    text = unsplit.read_text(encoding="utf-8")
    assert headword("split", "-", "-o", tmp_path / "o.jsonl", "--by", "hash", input=text).exit_code == 0
    assert len(hw.read(tmp_path / "o.jsonl")) == 60


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--by", "nonsense"], 4, "there is no split 'nonsense'"),
        (["--group", "nothing"], 3, "there is no field 'nothing'"),
        (["--test", "0.9", "--valid", "0.5"], 4, "leave nothing to train on"),
        (["--by", "hash", "--group", "provider"], 4, "cannot keep groups together"),
        (["--labels", "nothing"], 3, "there is no column 'nothing'"),
        (["--format", "nothing"], 4, "there is no format 'nothing'"),
    ],
)
def test_split_says_what_is_wrong(
    headword: Run, unsplit: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = headword("split", unsplit, "-o", tmp_path / "o.jsonl", *arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert not (tmp_path / "o.jsonl").exists()


def test_sparse_features_are_inspected_but_not_split(headword: Run, tmp_path: Path) -> None:
    data = tmp_path / "train.xmc.txt"
    data.write_text("2 3 2\n0 0:1 2:0.5\n1,0 1:2\n", encoding="utf-8")
    found = json.loads(headword("inspect", data, "--json", "-").stdout)
    assert (found["texts"], found["counts"]["assignments"]) == (False, 3)
    result = headword("split", data, "-o", tmp_path / "o.jsonl")
    assert result.exit_code == 3
    assert "each part in a file of its own" in result.stderr
