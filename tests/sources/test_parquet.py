import datetime
import io
import sys
from decimal import Decimal

import polars as pl
import pytest

from headword.core.errors import DataError
from headword.sources.reader import read, read_batches


def test_lists_dates_and_numbers(tmp_path):
    frame = pl.DataFrame(
        {
            "paper_id": [1, 2],
            "title": ["A", None],
            "abstract": ["b", "c"],
            "tasks": [["x", "y"], None],
            "published": [datetime.date(2020, 1, 2), None],
            "price": [Decimal("1.5"), Decimal("2")],
            "open": [True, False],
            "raw": [b"r", b"\xff"],
            "kind": pl.Series(["p", "q"], dtype=pl.Categorical),
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    corpus = read(tmp_path / "a.parquet")
    assert corpus.ids == ("1", "2")
    assert corpus.titles == ("A", "")
    assert corpus.label_sets() == [("x", "y"), None]
    assert corpus.fields == {
        "published": ("2020-01-02", None),
        "date": ("2020-01-02", None),
        "price": (1.5, 2.0),
        "open": (True, False),
        "raw": ("r", "\\xff"),
        "kind": ("p", "q"),
    }


@pytest.mark.parametrize("kind", [pl.Int64, pl.Boolean, pl.Float64])
def test_one_column_a_label_as_in_the_science_keywords_of_nasa(tmp_path, kind):
    names = [f"EARTH SCIENCE > TOPIC > TERM {i} | x" for i in range(40)]
    ones = {name: pl.Series([i % 3 == 0, i % 2 == 0, False]).cast(kind) for i, name in enumerate(names)}
    frame = pl.DataFrame({"concept-id": ["a", "b", "c"], "provider-id": ["P", "P", "Q"], "Abstract": ["t"] * 3, **ones})
    frame.write_parquet(tmp_path / "a.parquet")
    choices = []
    corpus = read(tmp_path / "a.parquet", on_columns=choices.append)
    assert corpus.label_sets()[0] == tuple(sorted(names[::3]))
    assert corpus.label_sets()[2] == ()
    assert corpus.fields == {"provider-id": ("P", "P", "Q"), "provider": ("P", "P", "Q")}
    assert choices[0].label_columns == tuple(names)
    assert "labels = 40 columns of 0 and 1" in str(choices[0])


def test_batches_and_standard_input(tmp_path, monkeypatch):
    frame = pl.DataFrame({"title": [str(i) for i in range(10)]})
    frame.write_parquet(tmp_path / "a.parquet")
    assert [len(batch) for batch in read_batches(tmp_path / "a.parquet", batch_size=4)] == [4, 4, 2]
    packed = io.BytesIO((tmp_path / "a.parquet").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(packed))
    assert read("-").titles == tuple("0123456789")


@pytest.mark.parametrize("data", [b"PAR1 and no more PAR1", b"no parquet at all"])
def test_damaged_files(tmp_path, data):
    (tmp_path / "a.parquet").write_bytes(data)
    with pytest.raises(DataError, match=r"a\.parquet is not a whole Parquet file"):
        read(tmp_path / "a.parquet")


def test_an_empty_table(tmp_path):
    pl.DataFrame({"title": pl.Series([], dtype=pl.String)}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="holds no documents"):
        read(tmp_path / "a.parquet")
