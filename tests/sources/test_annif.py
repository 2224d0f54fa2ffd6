import json

import pytest

from headword.core.errors import DataError
from headword.sources.detect import source
from headword.sources.reader import read, read_batches

A, B = "http://example.org/a", "http://example.org/b"


@pytest.fixture
def folder(tmp_path):
    texts = {
        "one.txt": "First text\nof two lines",
        "one.tsv": f"<{A}>\tAlpha\t0.9\n\n<{B}>\n",
        "one.key": "passed over\n",
        "two.txt": "\ufeffSecond",
        "two.key": "beta\nBeta two\n",
        "three.txt": "",
        "four.json": json.dumps(
            {"text": "Fourth", "metadata": {"title": "T"}, "subjects": [{"uri": A}, {"label": "l"}]}
        ),
        "notes.md": "passed over",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder(folder):
    corpus = read(folder)
    assert corpus.ids == ("one", "three", "two", "four")
    assert corpus.abstracts == ("First text\nof two lines", "", "Second", "Fourth")
    assert corpus.titles == ("", "", "", "T")
    assert corpus.label_sets() == [(A, B), None, ("Beta two", "beta"), (A, "l")]
    assert [batch.ids for batch in read_batches(folder, batch_size=3)] == [("one", "three", "two"), ("four",)]


def test_bad_folders(folder):
    (folder / "two.key").write_bytes(b"\xe9")
    with pytest.raises(DataError, match=r"two\.key, line 1: byte 1 of the line is 0xe9"):
        read(folder)
    (folder / "two.key").unlink()
    (folder / "four.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"four\.json: not JSON"):
        read(folder)
    (folder / "four.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(DataError, match=r"four\.json: expected a JSON object, found \[1\]"):
        read(folder)
    with pytest.raises(DataError, match="is not a folder, as format 'annif' needs"):
        read(folder / "one.txt", format="annif")


def test_tsv_without_header(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text(f'A "text"\t<{A}> <{B}>\nno subjects\nAnother\t{B}\nempty\t\n', encoding="utf-8")
    corpus = read(path)
    assert corpus.abstracts == ('A "text"', "no subjects", "Another", "empty")
    assert corpus.label_sets() == [(A, B), None, (B,), ()]


def test_csv(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"document_id,text,subject_uris,lang\nd1,Text,<{A}> <{B}>,en\nd2,More,{A},fi\n", encoding="utf-8")
    corpus = read(path)
    assert corpus.ids == ("d1", "d2")
    assert corpus.label_sets() == [(A, B), (A,)]
    assert corpus.fields == {"lang": ("en", "fi")}


def test_json_lines_with_metadata(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [
        {"document_id": "d1", "text": "x", "metadata": {"title": "T", "year": "2001"}, "subjects": [{"uri": A}]},
        {"document_id": "d2", "text": "y", "subjects": [{"label": "l"}]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with source(path) as (_, form):
        assert form == "annif-jsonl"
    corpus = read(path)
    assert corpus.titles == ("T", "")
    assert corpus.label_sets() == [(A,), ("l",)]
    assert corpus.fields["date"] == ("2001", None)
