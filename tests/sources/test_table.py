import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.sources.reader import read


def table(tmp_path, text, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_quotes_line_breaks_and_delimiters_in_cells(tmp_path):
    text = 'Titles,SUMMARIES,terms\r\n"A, ""b""","two\r\nlines","[\'x\', \'y\']"\r\n\r\nC,,\r\n'
    corpus = read(table(tmp_path, text))
    assert corpus.titles == ('A, "b"', "C")
    assert corpus.abstracts == ("two\r\nlines", "")
    assert corpus.label_sets() == [("x", "y"), None]
    assert corpus.ids == ("1", "2")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f"id{delimiter}title{delimiter}labels\n7{delimiter}A{delimiter}x\n"
    document = read(table(tmp_path, text)).document(0)
    assert (document.id, document.title, document.labels) == ("7", "A", ("x",))


def test_tsv_with_commas_in_its_header_stays_tsv(tmp_path):
    corpus = read(table(tmp_path, "title\ta,b,c,d\nA, B\tx\n", "a.tsv"))
    assert corpus.titles == ("A, B",)


def test_names_are_trimmed_and_blank_names_numbered(tmp_path):
    corpus = read(table(tmp_path, ", title ,Year\n0,A,1999\n"))
    assert corpus.fields == {"column_1": ("0",), "Year": ("1999",), "date": ("1999",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "title,abstract\na,b\nc\n",
            r"row 2 \(line 3\): 1 cells, but the header has 2 columns \('title', 'abstract'\)",
        ),
        ('title,abstract\n"a\nb",c\nd,e,f\n', r"row 2 \(line 4\): 3 cells, but the header has 2"),
        ('title,abstract\na,"b\nc,d\n', "line 2: a quoted cell that begins here is never closed"),
        ('title,abstract\na,"b"x\n', "line 2: .*double the quotes inside"),
        ("title,abstract\ra,b\r", "line 1: a bare carriage return"),
        ("title,title\na,b\n", "line 1: column names must be distinct; found more than once: 'title'"),
        ("title,abstract\n", "holds no documents"),
        ("\n\n", "holds no documents"),
        ("a,b\nc,d\n", "no column of titles or abstracts; there are: 'a', 'b'; name one with title="),
    ],
)
def test_bad_tables(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(table(tmp_path, text))


def test_a_cell_of_fifty_megabytes_and_the_process_wide_limit(tmp_path):
    limit = csv.field_size_limit()
    text = "word " * 10_000_000
    assert read(table(tmp_path, f"title\n{text}\n")).titles == (text,)
    assert csv.field_size_limit() == limit


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6), st.sampled_from([",", ";", "\t"]))
def test_agrees_with_the_writer_of_the_standard_library(tmp_path_factory, rows, delimiter):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("title", "abstract"), *rows])
    corpus = read(table(tmp_path_factory.mktemp("csv"), file.getvalue()))
    assert list(zip(corpus.titles, corpus.abstracts, strict=True)) == rows
