import pytest

from headword.core.errors import DataError
from headword.sources.columns import USUAL_NAMES, ColumnChoice, choose_columns
from headword.sources.rows import Rows


def choose(columns, **named):
    table = {name: ["x"] for name in columns} if isinstance(columns, str | list) else columns
    n_rows = len(next(iter(table.values())))
    return choose_columns(Rows(table, n_rows, str), "file", named)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["titles", "summaries", "terms"], {"title": "titles", "abstract": "summaries", "labels": "terms"}),
        (["EntryTitle", "Abstract", "ScienceKeywords"], {"title": "EntryTitle", "labels": "ScienceKeywords"}),
        (["bibcode", "title", "verified_uat_ids", "verified_uat_labels"], {"labels": "verified_uat_labels"}),
        (["bibcode", "title"], {"id": "bibcode"}),
        (["paper-id", "Title"], {"id": "paper-id"}),
        (["concept-id", "provider-id", "Abstract"], {"id": "concept-id", "provider": "provider-id"}),
        (["document_id", "text", "subject_uris"], {"abstract": "text", "labels": "subject_uris"}),
        (["title", "tasks", "Publication Date"], {"labels": "tasks", "date": "Publication Date"}),
        (["title", "year", "date"], {"date": "date"}),
        (["Title", "title"], {"title": "title"}),
        (["ID", "TITLE", "ABSTRACT"], {"id": "ID", "title": "TITLE", "abstract": "ABSTRACT"}),
        (["text", "abstract"], {"abstract": "abstract"}),
        (["title"], {"abstract": None, "labels": None, "id": None, "split": None}),
    ],
)
def test_usual_names(columns, expected):
    choice = choose(columns)
    assert {role: getattr(choice, role) for role in expected} == expected


def test_no_usual_name_serves_two_roles():
    names = [name for usual in USUAL_NAMES.values() for name in usual]
    assert len(set(names)) == len(names)
    assert all(name == name.casefold() and name.isalpha() for name in names)


def test_overrides_and_what_was_passed_over():
    choice = choose(["title", "text", "abstract", "keywords", "labels", "x"], labels="x", title="Text")
    assert (choice.title, choice.abstract, choice.labels) == ("text", "abstract", "x")
    assert choice.passed_over == {"title": ("title",), "labels": ("labels", "keywords")}


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (
            {"title": "titel"},
            "file: there is no column 'titel' for the title; there are: 'title', 'b'; did you mean 'title",
        ),
        ({"labels": "zzz"}, "no column 'zzz' for the labels; there are: 'title', 'b'$"),
        ({"title": "b", "abstract": "b"}, "one column is named for two of title, abstract"),
    ],
)
def test_bad_overrides(named, message):
    with pytest.raises(DataError, match=message):
        choose(["title", "b"], **named)


def test_neither_title_nor_abstract():
    with pytest.raises(DataError, match="no column of titles or abstracts; there are: 'foo', 'labels'; name one with"):
        choose(["foo", "labels"])
    assert choose(["foo", "labels"], abstract="foo").title is None


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"title": ["a", "b"], "X": [0, 1], "Y": ["1", ""]}, ("X", "Y")),
        ({"title": ["a", "b"], "X": [0.0, 1.0], "Y": [True, False], "n": [5, 6]}, ("X", "Y")),
        ({"title": ["a", "b"], "X": [0, 1]}, ()),
        ({"title": ["a", "b"], "X": [0, 1], "Y": [0, 2]}, ()),
        ({"title": ["a", "b"], "X": [0, 1], "Y": [0, 1], "a": ["x", "y"], "b": [[1], [0]]}, ()),
        ({"title": ["a", "b"], "X": [0, 1], "Y": [0, 1], "labels": [None, None]}, ()),
        ({"title": ["a", "b"], "X": [None, None], "Y": ["", None]}, ()),
    ],
)
def test_columns_of_zeros_and_ones(columns, expected):
    assert choose(columns).label_columns == expected


def test_the_choice_is_told_in_one_line():
    choice = ColumnChoice(
        "a.csv", title="t", labels="terms", label_cells="lists", passed_over={"labels": ("keywords", "tags")}
    )
    told = "a.csv: title = t; labels = terms (lists); no id column: rows are numbered; "
    assert str(choice) == told + "passed over: keywords, tags (for labels)"
    assert str(ColumnChoice("b", abstract="x", id="id")) == "b: abstract = x; id = id; no labels"
    assert str(ColumnChoice("c", label_cells="numbers")) == "c: sparse features and label numbers, no texts"
