"""The given, hash, random and temporal splits, and the sizes of parts."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.splits import given as given_split
from headword.splits import hash as hash_split
from headword.splits import random as random_split
from headword.splits import temporal
from headword.splits.dates import parse_date
from headword.splits.parts import fold_sizes, part_sizes


def with_field(name: str, values: list[object]) -> Corpus:
    return Corpus.from_documents([Document(f"d{i}", fields={name: value}) for i, value in enumerate(values)])


@pytest.mark.parametrize(
    ("n_docs", "test", "valid", "sizes"),
    [(100, 0.1, 0.1, [80, 10, 10]), (15, 0.1, 0.1, [11, 2, 2]), (14, 0.1, 0.0, [13, 0, 1]), (7, 0, 0, [7, 0, 0])],
)
def test_part_sizes(n_docs: int, test: float, valid: float, sizes: list[int]) -> None:
    assert part_sizes(n_docs, test, valid).tolist() == sizes


@pytest.mark.parametrize(("test", "valid"), [(-0.1, 0), (1, 0), (0, 1.5), (0.5, 0.5), (0.9, 0.2)])
def test_fractions_out_of_range_are_errors(test: float, valid: float) -> None:
    with pytest.raises(RecipeError, match=r"fraction lies from 0|leave nothing to train on"):
        part_sizes(100, test, valid)


def test_impossible_sizes_are_errors_that_name_the_fix() -> None:
    with pytest.raises(DataError, match=r"test part would be empty: 4 documents.*use more documents"):
        part_sizes(4, 0.1, 0.0)
    with pytest.raises(DataError, match="ask for at most 2 folds"):
        fold_sizes(2, 3)
    with pytest.raises(RecipeError, match="at least 2 folds, found 1"):
        fold_sizes(10, 1)


def test_given_reads_every_usual_name() -> None:
    corpus = with_field(
        "split", ["train", "TRAINING", "val", "dev", "Validation", "test", "eval", None, "", "not-used"]
    )
    parts = given_split.split(corpus)
    assert [parts.train.tolist(), parts.valid.tolist(), parts.test.tolist()] == [[0, 1], [2, 3, 4], [5, 6]]


def test_given_names_what_it_does_not_understand() -> None:
    with pytest.raises(DataError, match=r"2 values that name no part: 'a', 'b' \(first in document 2, id 'd1'\)"):
        given_split.split(with_field("split", ["train", "b", "A"]))
    with pytest.raises(DataError, match=r"no field 'split' to split by \(fields: part\)"):
        given_split.split(with_field("part", ["train"]))
    with pytest.raises(DataError, match="puts no document into any part"):
        given_split.split(with_field("split", [None, ""]))


def test_hash_is_the_stated_rule() -> None:
    corpus = Corpus.from_documents([Document(f"id/{i}é") for i in range(500)])
    parts = hash_split.split(corpus)
    for i, doc_id in enumerate(corpus.ids):
        remainder = int(hashlib.md5(doc_id.encode()).hexdigest(), 16) % 10
        assert i in {0: parts.test, 1: parts.valid}.get(remainder, parts.train)


@pytest.mark.parametrize(("test", "valid"), [(0.2, 0.1), (0.15, 0.05), (0.001, 0.0), (0.3333, 0.0)])
def test_hash_takes_other_fractions(test: float, valid: float) -> None:
    corpus = Corpus.from_documents([Document(str(i)) for i in range(20_000)])
    parts = hash_split.split(corpus, test=test, valid=valid)
    assert len(parts.test) / 20_000 == pytest.approx(test, abs=0.01)
    assert len(parts.valid) / 20_000 == pytest.approx(valid, abs=0.01)


def test_hash_does_not_care_for_other_documents() -> None:
    ids = [str(i) for i in range(300)]
    whole = hash_split.split(Corpus.from_documents([Document(i) for i in ids]))
    half = hash_split.split(Corpus.from_documents([Document(i) for i in reversed(ids[:150])]))
    assert {ids[:150][149 - i] for i in half.test} == {ids[i] for i in whole.test if i < 150}


def test_hash_errors() -> None:
    with pytest.raises(RecipeError, match="at most four decimals"):
        hash_split.split(Corpus.from_documents([Document("1")]), test=0.00001)
    with pytest.raises(DataError, match="part would be empty"):
        hash_split.split(Corpus.from_documents([Document("1")]))
    with pytest.raises(DataError, match="folds by hash would be empty"):
        hash_split.folds(Corpus.from_documents([Document("1"), Document("1")]), 2)


def test_random_has_exact_sizes_and_no_preference() -> None:
    corpus = Corpus.from_documents([Document(str(i)) for i in range(40)])
    drawn = np.zeros(40)
    for seed in range(400):
        parts = random_split.split(corpus, seed=seed)
        assert (len(parts.train), len(parts.valid), len(parts.test)) == (32, 4, 4)
        drawn[parts.test] += 1
    assert drawn.min() > 15
    assert drawn.max() < 70


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2007-04-05", "2007-04-05"),
        ("2007-04-05T10:30:00Z", "2007-04-05T10:30:00"),
        ("2007-04-05 12:30:00+02:00", "2007-04-05T10:30:00"),
        ("20070405", "2007-04-05"),
        ("2007/4/5", "2007-04-05"),
        ("2007-04", "2007-04-01"),
        ("2007", "2007-01-01"),
        (2007, "2007-01-01"),
        (2007.0, "2007-01-01"),
        ("26-FEB-1987 15:02:20.00", "1987-02-26T15:02:20"),
        (" 5-APR-1987 12:02:21.29C G", "1987-04-05T12:02:21.290000"),
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("3-MAR-1987  13:04:18.47", "1987-03-03T13:04:18.470000"),
        ("5 April 2007", "2007-04-05"),
        ("Thu, 5 Apr 2007 10:30:00 GMT", "2007-04-05T10:30:00"),
        (np.datetime64("2007-04-05").item(), "2007-04-05"),
        (np.datetime64("2007-04-05T10:30:00").item(), "2007-04-05T10:30:00"),
    ],
)
def test_dates_are_read(text: object, iso: str) -> None:
    assert parse_date(text) == pytest.approx(np.datetime64(iso, "us").astype(float) / 1e6)


@pytest.mark.parametrize("text", ["", "soon", "2007-13-01", "31-FEB-1987", None, True, [2007], "5-XYZ-2007", "12", 1.5])
def test_what_is_no_date(text: object) -> None:
    assert parse_date(text) is None


def test_temporal_trains_on_the_oldest() -> None:
    parts = temporal.split(with_field("date", [str(2000 + (i * 7) % 20) for i in range(20)]), test=0.1, valid=0.2)
    year = [2000 + (i * 7) % 20 for i in range(20)]
    assert sorted(year[i] for i in parts.test) == [2018, 2019]
    assert sorted(year[i] for i in parts.valid) == [2014, 2015, 2016, 2017]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1990, 2005), min_size=4, max_size=40), st.randoms())
def test_temporal_never_cuts_a_tie_and_ignores_order(years: list[int], random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(years)))
    random.shuffle(order)
    try:
        parts = temporal.split(with_field("date", years), test=0.3, valid=0.0)
    except DataError:
        return
    assert max(years[i] for i in parts.train) < min(years[i] for i in parts.test)
    cut = min(years[i] for i in parts.test)
    off = [abs(sum(y >= year for y in years) - part_sizes(len(years), 0.3, 0)[2]) for year in sorted(set(years))[1:]]
    assert off[sorted(set(years))[1:].index(cut)] == min(off)
    shuffled = temporal.split(with_field("date", [years[i] for i in order]), test=0.3, valid=0.0)
    assert {order[i] for i in shuffled.test} == set(parts.test.tolist())


def test_temporal_folds_are_blocks_of_time() -> None:
    fold = temporal.folds(with_field("date", [2000, 2003, 2001, 2002, 2003, 2001]), 3)
    assert fold.tolist() == [0, 2, 0, 1, 2, 0] or fold.tolist() == [0, 2, 1, 1, 2, 1]


def test_temporal_errors_name_the_row() -> None:
    with pytest.raises(DataError, match=r"'date' of document 2 \(id 'd1'\) is no date: 'soon'; 2 have none"):
        temporal.split(with_field("date", ["2001", "soon", None]), test=0.3, valid=0.0)
    with pytest.raises(DataError, match="no field 'date' with dates; the fields are: when"):
        temporal.split(with_field("when", ["2001"] * 9))
    with pytest.raises(DataError, match="part would be empty"):
        temporal.split(with_field("date", ["2001"] * 20))
    with pytest.raises(DataError, match="too many equal dates"):
        temporal.folds(with_field("date", ["2001"] * 20), 2)
