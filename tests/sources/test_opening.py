import gzip
import io
import os
import pickle
import sys

import pytest
import zstandard

from headword.core.errors import DataError
from headword.core.opening import listed, opened, short
from headword.sources.reader import read

ROWS = b"".join(b'{"id": "%d", "title": "title %d"}\n' % (i, i) for i in range(300))


def content(path):
    with opened(path) as stream:
        return b"".join(stream.lines())


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_compression_is_recognised_by_content_and_not_by_name(tmp_path, pack):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(pack(ROWS))
    assert content(path) == ROWS
    assert len(read(path)) == 300


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_members_and_frames_one_after_another_are_read_to_the_last(tmp_path, pack):
    path = tmp_path / "rows"
    path.write_bytes(pack(ROWS) + pack(b"") + pack(b"more\n"))
    assert content(path) == ROWS + b"more\n"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("lost", [1, 9, 500])
def test_cut_data_are_an_error_and_never_the_end_of_the_file(tmp_path, pack, lost):
    path = tmp_path / "rows.jsonl"
    noise = b"".join(b'{"title": "%s"}\n' % os.urandom(40).hex().encode() for _ in range(500))
    path.write_bytes(pack(noise)[:-lost])
    with pytest.raises(DataError, match=r"rows\.jsonl: the compressed data end too early; the file is cut off"):
        read(path)


def test_damaged_data_are_an_error(tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(ROWS)[:-8] + bytes(8))
    with pytest.raises(DataError, match="it may be damaged: CRC check failed"):
        read(path)
    path.write_bytes(b"\x28\xb5\x2f\xfd" + b"no frame at all")
    with pytest.raises(DataError, match="it may be damaged: zstd"):
        read(path)


def test_a_byte_order_mark_is_dropped(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbftitle,abstract\na,b\n")
    assert read(path).titles == ("a",)


def test_a_missing_file_is_told_with_those_that_are_alike(tmp_path):
    (tmp_path / "documents.jsonl").write_bytes(ROWS)
    with pytest.raises(DataError, match=r"there is no file .*document\.jsonl; did you mean documents\.jsonl\?"):
        read(tmp_path / "document.jsonl")
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        read(tmp_path / "nowhere" / "documents.jsonl")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"is empty$"),
        (gzip.compress(b""), r"is empty$"),
        (pickle.dumps({"title": "x"}), "is a pickle, which headword never loads"),
        (b"PK\x03\x04...", "zip archive"),
        ("title,abstract\n".encode("utf-16"), r"UTF-16 text \(convert it: iconv"),
        (b"%PDF-1.4", "PDF"),
        (bytes(257) + b"ustar" + bytes(200), "tar archive"),
    ],
)
def test_what_holds_no_table_is_named(tmp_path, data, message):
    path = tmp_path / "rows.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        read(path)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.tsv"])
def test_other_encodings_are_told_by_line_and_byte(tmp_path, name):
    rows = {
        "rows.jsonl": '{"title": "a"}\n{"title": "é"}\n',
        "rows.csv": "title,abstract\n1234567890,é\n",
        "rows.tsv": "title\tabstract\n1234567890\té\n",
    }
    path = tmp_path / name
    path.write_bytes(rows[name].encode("latin-1"))
    with pytest.raises(DataError, match=rf"{name}, line 2: byte 12 of the line is 0xe9, which is not UTF-8.*convert"):
        read(path)


@pytest.mark.parametrize(
    ("name", "data"), [("rows.jsonl", b'{"title": "a"}\n{"title":"\0"}\n'), ("rows.csv", b"title,b\n.......,..\0\n")]
)
def test_nul_bytes_are_told_by_line_and_byte(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"{name}, line 2: NUL byte at byte 11 of the line"):
        read(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_read_and_stays_open(monkeypatch, pack):
    stdin = io.TextIOWrapper(io.BytesIO(pack(ROWS)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert len(read("-")) == 300
    assert not stdin.buffer.closed


def test_an_empty_standard_input_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(DataError, match="standard input is empty"):
        read("-")


def test_messages_stay_short():
    assert len(short("x" * 10_000_000)) < 70
    assert len(short(list(range(10_000)))) < 70
    assert listed("abc", 2) == "'a', 'b' and 1 more"
    assert listed([]) == "none"
