import pytest

from headword.core.errors import DataError, RecipeError
from headword.sources import SOURCES
from headword.sources.detect import source
from headword.sources.reader import read


def form(path, data):
    path.write_bytes(data)
    with source(path) as (_, found):
        return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"),
        ("a.JSON.GZ", "jsonl"),
        ("a.b.csv.zst", "csv"),
        ("a.tab", "tsv"),
        ("a.pq", "parquet"),
        ("train.xmc.txt.gz", "xmc"),
        ("a.svm", "xmc"),
    ],
)
def test_by_extension(tmp_path, name, expected):
    assert form(tmp_path / name, b"anything") == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"title": 1}\n', "jsonl"),
        (b'\xef\xbb\xbf  [{"title": 1}]', "jsonl"),
        (b"PAR1....", "parquet"),
        (b"10 20 30\n1,2 3:4\n", "xmc"),
        (b"1,2 3:4 5:6.5e-3\n", "xmc"),
        (b" 3:4\n", "xmc"),
        (b"1 " + b" ".join(b"%d:1" % i for i in range(200_000)), "xmc"),
        (b"title\tabstract\n", "tsv"),
        (b"title,abstract\n", "csv"),
        (b"A text\t<http://a.b/c> <http://a.b/d>\n", "annif-tsv"),
        (b"A text\thttp://a.b/c\r\n", "annif-tsv"),
        (b'{"text": "a", "metadata": {}}\n', "annif-jsonl"),
    ],
)
def test_by_content(tmp_path, data, expected):
    assert form(tmp_path / "data.txt", data) == expected
    assert expected in SOURCES


def test_what_cannot_be_told(tmp_path):
    with pytest.raises(DataError, match=r"cannot tell the format of .*a\.txt, which begins b'hello'; give it a known"):
        form(tmp_path / "a.txt", b"hello\n")
    with pytest.raises(RecipeError, match="there is no format 'xml'; there are: annif"):
        read(tmp_path / "a.txt", format="xml")


def test_a_named_format_beats_the_extension(tmp_path):
    (tmp_path / "a.txt").write_text("title;x\nA;B\n", encoding="utf-8")
    assert read(tmp_path / "a.txt", format="csv").titles == ("A",)


def test_a_folder_is_its_one_table_or_its_documents(tmp_path):
    with pytest.raises(DataError, match=r"holds nothing to read: neither a table \(\.jsonl"):
        read(tmp_path)
    (tmp_path / "a.csv").write_text("title\nA\n", encoding="utf-8")
    (tmp_path / "SOURCE.md").write_text("about", encoding="utf-8")
    assert read(tmp_path).titles == ("A",)
    (tmp_path / "labels.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"holds 2 tables \('a\.csv', 'labels\.jsonl'\); name one of them"):
        read(tmp_path)
    (tmp_path / "features.txt").write_text("word", encoding="utf-8")
    (tmp_path / "documents.jsonl").write_text('{"title": "D"}', encoding="utf-8")
    assert read(tmp_path).titles == ("D",)


def test_every_row_of_the_table_can_be_imported():
    assert all(callable(SOURCES.get(name)) for name in SOURCES)
