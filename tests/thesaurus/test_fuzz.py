"""Hostile and damaged files: a named error or a thesaurus, soon."""

import json
import random
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.thesaurus import FORMATS
from headword.thesaurus.check import check
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.label_table import read_matches, read_moves
from headword.thesaurus.reader import format_of
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import SAMPLES

FORMS = list(SAMPLES)
relaxed = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def survives(data: bytes, form: str | None = None) -> Thesaurus | None:
    """Read and examine `data`; only a DataError may come out, and within two seconds."""
    started = time.process_time()
    try:
        thesaurus = FORMATS.get(form or format_of(data, "fuzz"))(data, "fuzz")
    except DataError as error:
        assert str(error)
        thesaurus = None
    if thesaurus is not None:
        check(thesaurus)
        for row in range(min(len(thesaurus), 20)):
            thesaurus.path(row)
        thesaurus.index.lookup("Stars")
    assert time.process_time() - started < 2
    return thesaurus


@pytest.mark.parametrize("form", [*FORMS, None])
@given(data=st.binary(max_size=200))
@relaxed
def test_random_bytes(form, data):
    survives(data, form)


@pytest.mark.parametrize("form", FORMS)
@given(cut=st.floats(0, 1))
@relaxed
def test_cut_off_files(form, cut):
    data = SAMPLES[form].encode()
    survives(data[: int(cut * len(data))], form)


@pytest.mark.parametrize("form", FORMS)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 6))
@relaxed
def test_changed_bytes(form, seed, n):
    """Bytes overwritten, removed and doubled, single ones and stretches."""
    draw = random.Random(seed)
    data = bytearray(SAMPLES[form].encode())
    for _ in range(n):
        at, length = draw.randrange(len(data)), draw.choice((1, 1, 3, 30))
        piece = bytes(data[at : at + length])
        data[at : at + length] = draw.choice(
            (b"", piece * 2, bytes([draw.randrange(256)]), b'"', b"<", b"{", b"\n", b"\0", b"\xff")
        )
        data = data or bytearray(b" ")
    survives(bytes(data), form)
    survives(bytes(data))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_one_format_read_as_another(form, other):
    survives(SAMPLES[form].encode(), other)


TABLE = 'label,n_docs,kind,concepts,images\nStars,3,none,t:1,Suns\n"a | b",1,,"[""x"", ""y""]",\n'


@given(data=st.one_of(st.binary(max_size=80), st.integers(0, 2**32)), form=st.sampled_from(["csv", "jsonl"]))
@settings(max_examples=150, deadline=None)
def test_edited_tables(data, form, tmp_path_factory):
    text = TABLE if form == "csv" else '{"label": "a", "concepts": ["t:1"], "images": "b"}\n' * 2
    whole = bytearray(text.encode())
    if isinstance(data, int):
        draw = random.Random(data)
        for _ in range(3):
            at = draw.randrange(len(whole))
            whole[at : at + draw.choice((0, 1, 9))] = draw.choice((b"", b'"', b"\n", b"|", b"[", b"\0", b"\xff", b";"))
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(bytes(whole) if isinstance(data, int) else data)
    thesaurus = Thesaurus((Concept("t:1", (Name("Stars"),)), Concept("x", (Name("Suns"),))))
    for read in (lambda: read_matches(path, thesaurus), lambda: read_moves(path)):
        with suppress(DataError):
            read()


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["id", "name", "alt", "hidden", "broader", "narrower", "children", "related", "definition", "deprecated", "top",
     "replaced_by", "exactMatch", "notation", "types", "@id", "@graph", "@context", "x"]
)  # fmt: skip


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5), min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_any_json(records):
    for form in ("jsonl", "uat-json", "json-ld"):
        data = "\n".join(map(json.dumps, records)) if form == "jsonl" else json.dumps(records)
        survives(data.encode(), form)
        survives(data.encode())


@given(
    st.lists(
        st.lists(st.sampled_from(["", "A", "B", "C", "u1", "u2", '"', "Keyword Version: 1"]), max_size=9), max_size=8
    )
)
@settings(max_examples=100, deadline=None)
def test_any_table(rows):
    headers = (
        "Category,Topic,Term,UUID",
        "level 1,level 2",
        "uri,label_en,notation",
        "UUID",
        "Long_Name,Data_Center_URL",
    )
    for header in headers:
        data = "\n".join([header, *(",".join(row) for row in rows)]).encode()
        for form in ("gcmd-csv", "uat-csv", "annif-csv", "annif-tsv"):
            survives(data, form)
