"""What every row of the table of formats promises."""

import polars as pl
import pytest

from headword.core.errors import DataError
from headword.sources import SOURCES
from headword.sources.detect import source
from headword.sources.reader import read, read_batches

JSON = '{"document_id": "%d", "text": "text %d", "subjects": [{"uri": "http://e.org/%d"}], "metadata": {}}\n'
SAMPLES = {
    "jsonl": ("a.jsonl", "".join(f'{{"id": {i}, "title": "t{i}", "labels": ["x"]}}\n' for i in range(5))),
    "csv": ("a.csv", "id,title,labels\n" + "".join(f"{i},t{i},x\n" for i in range(5))),
    "tsv": ("a.tsv", "id\ttitle\tlabels\n" + "".join(f"{i}\tt{i}\tx\n" for i in range(5))),
    "xmc": ("a.xmc", "5 3 2\n" + "".join(f"{i % 2} {i % 3}:1\n" for i in range(5))),
    "annif-tsv": ("a.tsv", "".join(f"text {i}\t<http://e.org/{i}>\n" for i in range(5))),
    "annif-csv": ("a.csv", "text,subject_uris\n" + "".join(f"text {i},<http://e.org/{i}>\n" for i in range(5))),
    "annif-jsonl": ("a.jsonl", "".join(JSON % (i, i, i) for i in range(5))),
}


@pytest.fixture(params=list(SOURCES))
def sample(request, tmp_path):
    form = request.param
    if form == "parquet":
        frame = pl.DataFrame({"title": [f"t{i}" for i in range(5)], "labels": [["x"]] * 5})
        frame.write_parquet(tmp_path / "a.parquet")
        return form, tmp_path / "a.parquet"
    if form == "annif":
        for i in range(5):
            (tmp_path / f"{i}.txt").write_text(f"text {i}", encoding="utf-8")
            (tmp_path / f"{i}.key").write_text("x\n", encoding="utf-8")
        return form, tmp_path
    name, text = SAMPLES[form]
    (tmp_path / name).write_text(text, encoding="utf-8")
    return form, tmp_path / name


def test_is_recognised_without_being_named(sample):
    form, path = sample
    with source(path) as (_, found):
        assert SOURCES.rows[found] == SOURCES.rows[form]
    assert read(path).fingerprint() == read(path, format=form).fingerprint()


def test_five_labelled_documents(sample):
    corpus = read(sample[1])
    assert len(corpus) == 5
    assert corpus.annotated.all()
    assert len(set(corpus.ids)) == 5
    assert corpus.targets.nnz == 5


@pytest.mark.parametrize("batch_size", [1, 2, 5, 9])
def test_batches_are_the_whole_in_pieces(sample, batch_size):
    batches = list(read_batches(sample[1], batch_size=batch_size))
    assert all(0 < len(batch) <= batch_size for batch in batches)
    assert [document for batch in batches for document in batch] == list(read(sample[1]))


def test_rows_know_their_places(sample):
    form, path = sample
    with source(path, form) as (stream, found):
        places = [rows.where(i) for rows in SOURCES.get(found)(stream, 2) for i in range(rows.n_rows)]
    assert len(set(places)) == 5


def test_two_files_are_joined(sample):
    corpus = read([sample[1], sample[1]], duplicate_ids="number")
    assert len(corpus) == 10
    assert len(set(corpus.ids)) == 10


def test_an_empty_file_is_an_error(sample, tmp_path):
    form, path = sample
    if form == "annif":
        for child in path.iterdir():
            child.unlink()
    else:
        path.write_bytes(b"")
    with pytest.raises(DataError, match=r"is empty|holds nothing to read"):
        read(path)
