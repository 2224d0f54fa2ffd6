import datetime
import gzip
import json
import string

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, OutputError
from headword.sources.reader import read
from headword.sources.writer import copy_rows, write, write_jsonl

DOCUMENTS = [
    Document("a", "Title", "Ab\nstract, \"quoted\"; 'x'", ("x; y", "z"), {"split": "train", "n": 5, "tags": ["p"]}),
    Document("b", "", "é", (), {"split": "test"}),
    Document("c", "T", "", None, {"n": 7}),
]

text = st.text(max_size=12)
whole = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
values = st.integers() | st.booleans() | text | st.lists(st.integers(), max_size=3) | st.floats(allow_nan=False)


def documents(text, values):
    names = st.text(string.ascii_lowercase, min_size=1, max_size=3).map(lambda name: f"x{name}")
    one = st.builds(
        Document,
        id=st.just(""),
        title=text,
        abstract=text,
        labels=st.none() | st.lists(text.filter(str.strip), max_size=3, unique=True).map(tuple),
        fields=st.dictionaries(names, values, max_size=3),
    )
    return st.lists(one, min_size=1, max_size=5).map(
        lambda docs: Corpus.from_documents(
            [Document(f"id {i}", d.title, d.abstract, d.labels, d.fields) for i, d in enumerate(docs)]
        )
    )


def same(read_back, corpus):
    assert read_back.ids == corpus.ids
    assert read_back.titles == corpus.titles
    assert read_back.abstracts == corpus.abstracts
    assert read_back.label_sets() == corpus.label_sets()


@given(documents(text, values), st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.ndjson.zst"]))
def test_json_lines_bring_everything_back(tmp_path_factory, corpus, name):
    path = tmp_path_factory.mktemp("w") / name
    write_jsonl(corpus, path)
    back = read(path)
    same(back, corpus)
    assert back.fields == corpus.fields
    assert back.fingerprint() == corpus.fingerprint()


@given(documents(whole, whole.filter(bool)), st.sampled_from(["a.csv", "a.tsv.gz", "a.parquet"]))
def test_tables_bring_texts_and_labels_back(tmp_path_factory, corpus, name):
    path = tmp_path_factory.mktemp("w") / name
    write(corpus, path)
    back = read(path)
    same(back, corpus)
    assert back.fields == corpus.fields


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv.zst", "a.parquet"])
def test_a_worked_example(tmp_path, name):
    corpus = Corpus.from_documents(DOCUMENTS)
    write(corpus, tmp_path / name)
    back = read(tmp_path / name)
    same(back, corpus)
    assert back.fields["split"] == ("train", "test", None)


def test_the_lines_themselves(tmp_path):
    write_jsonl(Corpus.from_documents(DOCUMENTS), tmp_path / "a.jsonl")
    first, second, third = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert list(json.loads(first)) == ["id", "title", "abstract", "labels", "n", "split", "tags"]
    assert second == '{"id": "b", "title": "", "abstract": "é", "labels": [], "split": "test"}'
    assert json.loads(third)["labels"] is None


def test_the_first_line_names_fields_that_no_document_has(tmp_path):
    corpus = Corpus.from_documents([Document("a", "A", fields={"x": None}), Document("b", "B")])
    write_jsonl(corpus, tmp_path / "a.jsonl")
    assert read(tmp_path / "a.jsonl").fields == {"x": (None, None)}


def test_fields_called_like_a_column_are_numbered(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "A", "labels": ["x"], "tasks": ["y"], "labels_2": 1}\n', encoding="utf-8")
    write_jsonl(read(path, labels="tasks"), path)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        **{"id": "1", "title": "A", "abstract": "", "labels": ["y"]},
        **{"labels_3": ["x"], "labels_2": 1},
    }


def test_the_same_data_give_the_same_bytes(tmp_path):
    corpus = Corpus.from_documents(DOCUMENTS)
    for suffix in (".jsonl.gz", ".jsonl.zst", ".parquet"):
        first, second = tmp_path / f"a{suffix}", tmp_path / f"another{suffix}"
        write(corpus, first)
        write(corpus, second)
        assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).startswith(b'{"id": "a"')


def test_values_of_numpy_and_dates(tmp_path):
    row = {"title": "A", "n": np.int64(3), "v": np.arange(2), "d": datetime.date(2020, 1, 2), "p": tmp_path}
    write_jsonl([row], tmp_path / "a.jsonl")
    assert read(tmp_path / "a.jsonl").document(0).fields == {"n": 3, "v": [0, 1], "d": "2020-01-02", "p": str(tmp_path)}


@pytest.mark.parametrize("name", ["a.txt", "a.parquet.gz", "a.svm", "a"])
def test_unknown_extensions(tmp_path, name):
    with pytest.raises(OutputError, match=rf"cannot tell from the name {name} how to write it; use \.jsonl"):
        write([], tmp_path / name)


def test_unwritable_places_and_failures_leave_the_old_file_whole(tmp_path):
    with pytest.raises(OutputError, match="does not exist; create it first"):
        write([], tmp_path / "nowhere" / "a.jsonl")
    (tmp_path / "a.jsonl").write_text("old", encoding="utf-8")

    def failing():
        yield {"title": "A"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(failing(), tmp_path / "a.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == "old"


def test_sparse_corpora_have_no_rows(tmp_path):
    (tmp_path / "a.svm").write_text("1 1:1\n", encoding="utf-8")
    with pytest.raises(OutputError, match="a corpus of sparse features has no texts to write"):
        write_jsonl(read(tmp_path / "a.svm"), tmp_path / "a.jsonl")
    with pytest.raises(DataError, match="holds sparse features and no columns"):
        copy_rows(tmp_path / "a.svm", tmp_path / "a.jsonl", add={"split": ["train"]})


def test_rows_are_copied_to_the_letter_with_a_split(tmp_path):
    rows = ['{"EntryTitle": "A", "terms": "x; y", "n": null}', '{"terms": [], "EntryTitle": ["B"], "split": "old"}']
    (tmp_path / "a.jsonl").write_text("\n\n".join(rows), encoding="utf-8")
    assert copy_rows(tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz", add={"split": ["train", None]}) == 2
    with gzip.open(tmp_path / "b.jsonl.gz", "rt", encoding="utf-8") as file:
        assert [json.loads(line) for line in file] == [
            {"EntryTitle": "A", "terms": "x; y", "n": None, "split": "train"},
            {"terms": [], "EntryTitle": ["B"], "split": None},
        ]


def test_copying_a_table_into_other_formats(tmp_path):
    source = "titles,summaries,terms\nA,\"b, c\",\"['x', 'y']\"\nD,e,[]\n"
    (tmp_path / "a.csv").write_text(source, encoding="utf-8")
    for name in ("b.csv", "b.tsv", "b.jsonl.zst", "b.parquet"):
        copy_rows(tmp_path / "a.csv", tmp_path / name, add={"split": ["train", "test"]})
        corpus = read(tmp_path / name)
        assert corpus.fields == {"split": ("train", "test")}
        assert corpus.fingerprint() == read(tmp_path / "a.csv").fingerprint()
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").startswith("titles,summaries,terms,split\nA,")


def test_copying_folds_label_columns_into_a_list(tmp_path):
    pl.DataFrame({"id": ["a", "b"], "title": ["A", "B"], "X": [1, 0], "Y": [1, 0]}).write_parquet(
        tmp_path / "a.parquet"
    )
    choices = []
    corpus = read(tmp_path / "a.parquet", on_columns=choices.append)
    copy_rows(tmp_path / "a.parquet", tmp_path / "b.jsonl", add={"split": ["train", "test"]}, choice=choices[0])
    first = (tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(first) == {"id": "a", "title": "A", "labels": ["X", "Y"], "split": "train"}
    assert read(tmp_path / "b.jsonl").fingerprint() == corpus.fingerprint()


@pytest.mark.parametrize("n_values", [1, 3])
def test_copying_checks_the_number_of_rows(tmp_path, n_values):
    (tmp_path / "a.csv").write_text("title\nA\nB\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"a\.csv has not as many rows as there are values to add \({n_values}\)"):
        copy_rows(tmp_path / "a.csv", tmp_path / "b.csv", add={"split": ["train"] * n_values})
    assert not (tmp_path / "b.csv").exists()


def test_standard_input_cannot_be_copied(tmp_path):
    with pytest.raises(DataError, match="standard input can be read only once"):
        copy_rows("-", tmp_path / "b.csv", add={})
