"""Two versions side by side."""

import pytest

from headword.thesaurus.concept import Concept, Match, Name
from headword.thesaurus.diff import CHANGE_KINDS, diff
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import BASE, concept, shared, versions


def told(old: Thesaurus, new: Thesaurus) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for change in diff(old, new).changes:
        found.setdefault(change.kind, []).append((change.name, change.before, change.after))
    return found


def test_everything_that_can_happen():
    assert told(*versions()) == {
        "removed": [("Plates", "Plates", "")],
        "deprecated": [("Darkrooms", "Darkrooms", "")],
        "split": [("Active regions", "Active regions", "Solar active regions | Stellar active regions")],
        "merged": [("Minor planets", "Minor planets", "Asteroids")],
        "replaced": [("Exobiology", "Exobiology", "Astrobiology")],
        "added": [
            ("Time domain", "", "Stars > Time domain"),
            ("Solar active regions", "", "Stars > Solar active regions"),
            ("Stellar active regions", "", "Stars > Stellar active regions"),
            ("Astrobiology", "", "Astrobiology"),
        ],
        "revived": [("Phlogiston", "", "")],
        "renamed": [("Comas", "Comas", "Comae"), ("X-ray stars", "X-ray stars", "X-Ray stars")],
        "moved": [("Variable stars", "Stars", "Time domain"), ("Phlogiston", "", "Stars")],
        "redefined": [("Giants", "Big.", "Bright.")],
        "other names": [("Comas", "", "Comas"), ("Asteroids", "", "Minor planets")],
        "other codes": [("Giants", "G", "G1")],
    }


def test_targets_and_what_they_rest_on():
    changes = {(c.kind, c.name): c for c in diff(*versions()).changes}
    assert changes["split", "Active regions"].targets == (f"{BASE}21", f"{BASE}22")
    assert changes["split", "Active regions"].note == "deprecated; the new version says so"
    assert changes["merged", "Minor planets"].note == "deprecated; it has this name"
    assert changes["replaced", "Exobiology"].note == "no longer there; it has this name"
    assert changes["removed", "Plates"].targets == ()
    assert diff(*versions()).counts()["added"] == 4


def test_nothing_changes_between_a_version_and_itself():
    for one in versions():
        assert diff(one, one).changes == ()


def test_kinds_are_a_closed_list():
    assert {change.kind for change in diff(*versions()).changes} <= set(CHANGE_KINDS)


def test_two_that_become_one_new_concept_are_merged():
    old = Thesaurus((concept(1, "A"), concept(2, "B"), concept(4, "D")))
    new = Thesaurus((concept(3, "C", "A", "B"), concept(4, "D")))
    assert [c.kind for c in diff(old, new).changes] == ["merged", "merged", "added"]


def test_a_narrower_concept_is_not_moved_by_a_merger_above_it():
    old = Thesaurus((concept(1, "A"), concept(2, "B"), concept(3, "C", broader=(1,))))
    new = Thesaurus((concept(2, "B", "A"), concept(3, "C", broader=(2,))))
    assert {c.kind for c in diff(old, new).changes} == {"merged", "other names"}


@pytest.mark.parametrize("said_by", ["old", "new"])
def test_an_exact_match_shows_the_way(said_by):
    def matches(version: str, other: str) -> tuple[Match, ...]:
        return (Match(other, "exact"),) if version == said_by else ()

    old = Thesaurus((Concept("a", (Name("A"),), matches=matches("old", "b")), Concept("c", (Name("C"),))))
    new = Thesaurus((Concept("b", (Name("B"),), matches=matches("new", "a")), Concept("c", (Name("C"),))))
    (change,) = [c for c in diff(old, new).changes if c.kind == "replaced"]
    assert change.targets == ("b",)


def test_versions_without_common_ids_are_compared_by_path_and_name():
    old = thesaurus_of_labels(["A", "A > X", "B", "B > X", "C"])
    new = Thesaurus(
        (
            Concept("1", (Name("A"),)),
            Concept("2", (Name("B"),)),
            Concept("3", (Name("X"),), broader=("1",)),
            Concept("4", (Name("X"),), broader=("2",)),
            Concept("5", (Name("C"),), broader=("2",)),
        )
    )
    assert told(old, new) == {"moved": [("C", "", "B")]}


@pytest.mark.parametrize("which", [("uat", "UAT.rdf"), ("gcmd-keywords", "sciencekeywords.csv")], ids="/".join)
def test_a_real_thesaurus_and_the_same_shuffled_do_not_differ(which):
    thesaurus = read_thesaurus(shared(*which))
    assert diff(thesaurus, Thesaurus(thesaurus.concepts[::-1])).changes == ()


def test_the_formats_of_the_unified_astronomy_thesaurus_agree():
    """The table has neither URIs nor other names; names and hierarchy are all there is to compare."""
    counts = diff(read_thesaurus(shared("uat", "UAT.csv")), read_thesaurus(shared("uat", "UAT.rdf"))).counts()
    assert set(counts) <= {"other names", "redefined", "other notes", "renamed"}


def test_what_was_deprecated_and_is_now_removed_follows_what_the_old_version_said():
    old = Thesaurus(
        (concept(1, "Stars"), concept(2, "Suns", deprecated=True, replaced_by=(f"{BASE}1",)), concept(3, "X"))
    )
    versions = diff(old, Thesaurus((concept(1, "Stars"), concept(3, "Y"))))
    (gone, renamed) = versions.changes
    assert (gone.kind, gone.targets) == ("merged", (f"{BASE}1",))
    assert gone.note == "deprecated before, no longer there; the old version says so"
    assert renamed.kind == "renamed"
    assert versions.n_unchanged == 1
