"""What is written is read back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.errors import OutputError
from headword.thesaurus.concept import MATCH_KINDS, NAME_KINDS, NOTE_KINDS, Concept, Match, Name, Note
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.thesaurus import Thesaurus
from headword.thesaurus.writer import write_thesaurus

from .conftest import shared


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.ttl", "a.ttl.zst"])
def test_nothing_is_lost(name, small, tmp_path):
    write_thesaurus(small, tmp_path / name)
    read = read_thesaurus(tmp_path / name)
    assert read.fingerprint == small.fingerprint
    assert not read.defects
    if ".ttl" in name:
        assert (read.title, read.version) == (small.title, small.version)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=8)
LANGUAGE = st.sampled_from(["", "en", "de", "en-gb"])
IDS = st.one_of(st.sampled_from(["a", "http://x.org/b", "urn:headword:c", "A > B", "é ü"]), TEXT)


NAMES = st.lists(st.builds(Name, TEXT, st.sampled_from(NAME_KINDS), LANGUAGE), max_size=4, unique=True).map(tuple)
NOTES = st.lists(st.builds(Note, TEXT, st.sampled_from(NOTE_KINDS), LANGUAGE), max_size=2, unique=True).map(tuple)
MATCHES = st.builds(Match, st.sampled_from(["http://o.org/1", "http://o.org/2"]), st.sampled_from(MATCH_KINDS))


@st.composite
def thesauri(draw):
    ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    some = st.lists(st.sampled_from(ids), max_size=2, unique=True).map(tuple)
    concepts = st.builds(
        Concept,
        names=NAMES.map(lambda names: (Name("Always", "preferred", "en"), *names)),
        broader=some,
        related=some,
        notations=st.lists(TEXT, max_size=2, unique=True).map(tuple),
        notes=NOTES,
        matches=st.lists(MATCHES, max_size=2, unique=True).map(tuple),
        replaced_by=some,
        deprecated=st.booleans(),
        top=st.booleans(),
        id=st.just(""),
    )
    return Thesaurus(tuple(replace(draw(concepts), id=one) for one in ids))


def content(thesaurus: Thesaurus) -> dict[str, tuple[object, ...]]:
    """Each concept without the order of what it holds, which RDF does not keep."""
    return {
        c.id: (
            frozenset(c.names), frozenset(c.broader), frozenset(c.related), frozenset(c.notations), frozenset(c.notes),
            frozenset(c.matches), frozenset(c.types), frozenset(c.replaced_by), c.deprecated, c.top,
        )
        for c in thesaurus
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a.jsonl", "a.ttl"])
@given(thesaurus=thesauri())
@settings(max_examples=25, deadline=None)
def test_any_thesaurus_comes_back(name, thesaurus, tmp_path_factory):
    path = tmp_path_factory.mktemp("w") / name
    write_thesaurus(thesaurus, path)
    assert content(read_thesaurus(path)) == content(thesaurus)


def test_annif_lists_what_is_in_use(small, tmp_path):
    write_thesaurus(small.in_language("de"), tmp_path / "a.tsv")
    lines = (tmp_path / "a.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "<http://example.org/t/1>\tSterne\tS"
    assert len(lines) == 4
    assert len(read_thesaurus(tmp_path / "a.tsv")) == 4


def test_the_same_thesaurus_gives_the_same_bytes(small, tmp_path):
    for name in ("a.jsonl.gz", "a.ttl", "a.tsv"):
        write_thesaurus(small, tmp_path / name)
        first = (tmp_path / name).read_bytes()
        write_thesaurus(small, tmp_path / name)
        assert (tmp_path / name).read_bytes() == first


def test_other_endings_are_refused(small, tmp_path):
    with pytest.raises(OutputError, match=r"use \.jsonl, \.ttl, \.tsv"):
        write_thesaurus(small, tmp_path / "a.rdf")


def test_half_a_surrogate_pair_is_escaped(tmp_path):
    odd = Thesaurus((Concept("a", (Name("x\ud800"),)),))
    write_thesaurus(odd, tmp_path / "a.jsonl")
    assert read_thesaurus(tmp_path / "a.jsonl")["a"].name() == "x\ud800"


@pytest.mark.parametrize("file", [("uat", "UAT.rdf"), ("gcmd-keywords", "sciencekeywords.csv")], ids="/".join)
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.ttl"])
def test_real_thesauri_come_back(file, name, tmp_path):
    thesaurus = read_thesaurus(shared(*file))
    write_thesaurus(thesaurus, tmp_path / name)
    assert content(read_thesaurus(tmp_path / name)) == content(thesaurus)
