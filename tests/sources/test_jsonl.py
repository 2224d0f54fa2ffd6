import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.sources.reader import read

ROW = '{"id": 1, "title": "A", "abstract": "b", "labels": ["x"]}\n'


def write(path, text):
    path.write_bytes(text.encode())
    return path


def test_a_worked_example(tmp_path):
    corpus = read(write(tmp_path / "a.jsonl", ROW + "\n  \n" + '{"id": "2", "abstract": "c\\nd", "year": 1999}\r\n'))
    first, second = corpus
    assert (first.id, first.title, first.abstract, first.labels) == ("1", "A", "b", ("x",))
    assert (second.id, second.title, second.abstract, second.labels) == ("2", "", "c\nd", None)
    assert second.fields == {"year": 1999, "date": 1999}
    assert corpus.label_space.names == ("x",)


@pytest.mark.parametrize("text", ["[{},{}]", "\ufeff [\n{},\n{}\n]\n"])
def test_a_file_that_is_one_array(tmp_path, text):
    assert read(write(tmp_path / "a.json", text.replace("{}", ROW.strip()).replace("1", "2", 1))).ids == ("2", "1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{'title': 1}", "line 2: not JSON: Expecting property name .* at character 2, near \"{'title': 1}\""),
        ('{"title": "a" "b"}', "line 2: not JSON: Expecting ',' delimiter at character 15"),
        ("{", "line 2: not JSON: .*; JSON lines hold a whole object on every line"),
        ('{"title": "a"} {"title": "b"}', "line 2: more text after the JSON value, at character 15"),
        ('["a"]', r"line 2: expected a JSON object, found a list \(\['a'\]\)"),
        ("null", "line 2: expected a JSON object, found null"),
        ("true", "line 2: expected a JSON object, found true or false"),
        ('{"title": ' + "[" * 200_000, "line 2: the JSON value is nested too deeply"),
        ('{"title": ' + "9" * 5000 + "}", "line 2: not usable JSON: Exceeds the limit"),
    ],
)
def test_broken_lines_are_told_by_line(tmp_path, text, message):
    with pytest.raises(DataError, match=r"a\.jsonl, " + message):
        read(write(tmp_path / "a.jsonl", ROW + text + "\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"title": "a"}, 5]', r"element 2: expected a JSON object, found a number \(5\)"),
        ('[{"title": "a"},\n{"title" "b"}]', "line 2: not JSON: Expecting ':' delimiter at character 10"),
        ('[{"title": "a"},\n', "not JSON: Expecting value"),
        ("[]", "holds no documents"),
    ],
)
def test_broken_arrays(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(write(tmp_path / "a.json", text))


def test_an_array_in_another_encoding_is_told_by_line(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes('[{"title": "a"},\n{"title": "é"}]'.encode("latin-1"))
    with pytest.raises(DataError, match="line 2: byte 12 of the line is 0xe9"):
        read(path)


def test_blank_lines_only(tmp_path):
    with pytest.raises(DataError, match="holds no documents"):
        read(write(tmp_path / "a.jsonl", "\n\n"))


def test_a_line_of_fifty_megabytes_simply_works(tmp_path):
    text = "word " * 10_000_000
    assert read(write(tmp_path / "a.jsonl", json.dumps({"title": text}) + "\n")).titles == (text,)


def test_fifty_megabytes_of_junk_are_a_short_error(tmp_path):
    with pytest.raises(DataError, match="line 1: not JSON") as caught:
        read(write(tmp_path / "a.jsonl", "x" * 50_000_000))
    assert len(str(caught.value)) < 500


keys = st.text(min_size=1, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(keys.filter(lambda k: k.casefold()[:1] == "x"), values), min_size=1, max_size=5))
def test_other_columns_are_kept_with_their_types(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    write(path, "".join(json.dumps({"title": "t", **record}) + "\n" for record in records))
    for document, record in zip(read(path), records, strict=True):
        assert document.fields == {name: value for name, value in record.items() if value is not None}
