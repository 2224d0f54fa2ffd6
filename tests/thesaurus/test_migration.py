"""Labels from one version to the next: nothing is dropped silently."""

import pytest

from headword.core.corpus import Corpus, Document
from headword.thesaurus.align import align_corpus, align_labels
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.diff import diff
from headword.thesaurus.migration import LabelMove, kept_apart, plan_migration
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.relabel import relabel
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import BASE, concept, shared, versions


def moves(labels: list[str], old: Thesaurus, new: Thesaurus, **more: str):
    return {move.label: move for move in plan_migration(diff(old, new), align_labels(labels, old), **more)}


@pytest.mark.parametrize(
    ("label", "kind", "images"),
    [
        ("Stars", "kept", ("Stars",)),
        ("stars", "kept", ("stars",)),
        ("Variables", "kept", ("Variables",)),
        ("Comas", "renamed", ("Comae",)),
        ("comas", "renamed", ("comae",)),
        ("COMAS", "renamed", ("COMAE",)),
        ("Coma", "kept", ("Coma",)),
        ("X-ray stars", "renamed", ("X-Ray stars",)),
        ("x-ray stars", "kept", ("x-ray stars",)),
        ("Minor planets", "merged", ("Asteroids",)),
        ("Active regions", "split", ()),
        ("Darkrooms", "no image", ()),
        ("Plates", "no image", ()),
        ("Exobiology", "merged", ("Astrobiology",)),
        (f"{BASE}4", "merged", (f"{BASE}5",)),
        (f"<{BASE}4>", "merged", (f"<{BASE}5>",)),
        (f"{BASE}3", "kept", (f"{BASE}3",)),
        ("G", "renamed", ("G1",)),
        ("Stars > Variable stars", "renamed", ("Stars > Time domain > Variable stars",)),
        ("STARS>GIANTS", "kept", ("STARS>GIANTS",)),
        ("Solar system > Comas", "renamed", ("Solar system > Comae",)),
        ("Frogs", "unknown", ()),
    ],
)
def test_a_label_is_written_as_it_was(label, kind, images):
    (move,) = moves([label], *versions()).values()
    assert (move.kind, move.images) == (kind, images)


def test_a_new_number_is_a_new_name():
    old, new = Thesaurus((concept(1, "Oceans", "Seas"),)), Thesaurus((concept(1, "Ocean", "Sea"),))
    found = moves(["oceans", "Oceans", "ocean", "seas", "sea"], old, new)
    assert {label: move.images for label, move in found.items()} == {
        "oceans": ("ocean",), "Oceans": ("Ocean",), "ocean": ("ocean",), "seas": ("ocean",), "sea": ("sea",),
    }  # fmt: skip


def test_who_has_to_decide_is_helped():
    found = moves(["Active regions", "Darkrooms", "Asteroid", "Frogs"], *versions())
    assert [p.id for p in found["Active regions"].proposals] == [f"{BASE}21", f"{BASE}22"]
    assert found["Active regions"].note == "now 'Solar active regions', 'Stellar active regions'"
    assert [p.id for p in found["Darkrooms"].proposals] == [f"{BASE}1"]
    assert found["Darkrooms"].note == "'Darkrooms' is deprecated without a replacement"
    assert found["Asteroid"].kind == "kept"


def test_a_note_tells_only_what_the_label_does_not():
    found = moves(["comas", "G", "Solar system > Comas"], *versions())
    assert {label: move.note for label, move in found.items()} == {
        "comas": "", "G": "", "Solar system > Comas": "was 'Comas', is 'Comae'"
    }  # fmt: skip


def test_splits_are_followed_when_told():
    found = moves(["active regions"], *versions(), splits="all")["active regions"]
    assert found.images == ("solar active regions", "stellar active regions")


def test_several_codes_in_one_label():
    old = Thesaurus((Concept("I.2", (Name("AI"),)), Concept("I.3", (Name("Graphics"),)), Concept("x", (Name("X"),))))
    new = Thesaurus((Concept("I.2", (Name("AI"),)), Concept("I.9", (Name("Graphics"),)), Concept("x", (Name("X"),))))
    found = moves(["I.2; I.3", "I.2; I.7", "I.2", "I.2 (Primary)"], old, new)
    assert (found["I.2; I.3"].kind, found["I.2; I.3"].images) == ("merged", ("I.2", "I.9"))
    assert (found["I.2; I.7"].kind, found["I.2; I.7"].images) == ("kept", ("I.2; I.7",))
    assert found["I.2 (Primary)"].images == ("I.2 (Primary)",)


def corpus() -> Corpus:
    rows = [("Comas", "Minor planets"), ("Asteroids", "Minor planets"), ("Darkrooms",), ("Active regions", "Frogs"), ()]
    return Corpus.from_documents(
        [Document(f"d{i}", f"title {i}", labels=labels) for i, labels in enumerate(rows)] + [Document("d9", "none")]
    )


def test_a_corpus_is_relabelled_and_every_label_accounted_for():
    before = corpus()
    plan = plan_migration(diff(*versions()), align_corpus(before, versions()[0]))
    after, account = relabel(before, {move.label: move.images for move in plan})
    assert after.label_sets() == [
        ("Asteroids", "Comae"),
        ("Asteroids",),
        ("Darkrooms",),
        ("Active regions", "Frogs"),
        (),
        None,
    ]
    assert {one.label: (one.images, one.n_docs) for one in account} == {
        "Active regions": (("Active regions",), 1),
        "Asteroids": (("Asteroids",), 1),
        "Comas": (("Comae",), 1),
        "Darkrooms": (("Darkrooms",), 1),
        "Frogs": (("Frogs",), 1),
        "Minor planets": (("Asteroids",), 2),
    }
    assert next(one for one in account if one.label == "Minor planets").examples == ("d0", "d1")


def test_migrating_to_the_same_version_changes_nothing():
    for one in versions():
        labels = [name.text for c in one for name in c.names] + [c.id for c in one if not c.deprecated]
        found = moves(labels, one, one)
        assert all(move.images == (label,) for label, move in found.items() if move.kind == "kept")
        assert {move.kind for move in found.values()} <= {"kept", "no image", "merged", "split"}


@pytest.mark.parametrize("splits", ["keep", "all"])
def test_no_document_loses_all_its_labels(splits):
    before = corpus()
    plan = plan_migration(diff(*versions()), align_corpus(before, versions()[0]), splits=splits)
    after, _ = relabel(before, {move.label: move.images for move in plan})
    for old, new in zip(before.label_sets(), after.label_sets(), strict=True):
        assert (old is None) == (new is None)
        assert bool(old) == bool(new)


def test_path_labels_of_gcmd_follow_a_move():
    old = thesaurus_of_labels(
        ["EARTH SCIENCE > OCEANS > SEA ICE", "EARTH SCIENCE > OCEANS > TIDES", "EARTH SCIENCE > CRYOSPHERE"]
    )
    ids = {"EARTH SCIENCE": "e", "EARTH SCIENCE > OCEANS": "o", "EARTH SCIENCE > OCEANS > SEA ICE": "s"}
    given = Thesaurus(
        tuple(Concept(ids.get(c.id, c.id), c.names, tuple(ids.get(b, b) for b in c.broader)) for c in old)
    )
    moved = Thesaurus(
        tuple(Concept(c.id, c.names, ("EARTH SCIENCE > CRYOSPHERE",) if c.id == "s" else c.broader) for c in given)
    )
    found = moves(
        ["Earth Science > Oceans > Sea Ice", "OCEANS > SEA ICE", "EARTH SCIENCE > OCEANS > TIDES"], given, moved
    )
    assert found["Earth Science > Oceans > Sea Ice"].images == ("Earth Science > Cryosphere > Sea Ice",)
    assert found["OCEANS > SEA ICE"].images == ("CRYOSPHERE > SEA ICE",)
    assert found["EARTH SCIENCE > OCEANS > TIDES"].kind == "kept"


def test_of_several_ways_down_the_one_most_like_the_old_is_written():
    old = Thesaurus((concept(1, "A"), concept(2, "C", broader=(1,))))
    new = Thesaurus(
        (concept(1, "A"), concept(2, "D", "C", broader=(3, 4)), concept(3, "B"), concept(4, "M > N", broader=(1,)))
    )
    assert moves(["A > C"], old, new)["A > C"].images == ("A > M > N > D",)


def test_the_names_of_real_deprecated_concepts_lead_on():
    """28 of the 97 deprecated concepts live on as alternative names, though the thesaurus names no replacement."""
    new = read_thesaurus(shared("uat", "UAT.rdf"))
    old = Thesaurus(tuple(Concept(c.id, c.names, c.broader) for c in new))
    plan = moves([c.name("en") for c in new if c.deprecated], old, new)
    kinds = [move.kind for move in plan.values()]
    assert kinds.count("merged") >= 25
    assert kinds.count("merged") + kinds.count("no image") == 97
    assert plan["Exobiology"].images == ("Astrobiology",)
    assert plan["Minor planets"].images == ("Asteroids",)


def test_labels_of_a_model_are_kept_apart():
    def kept(*moves: tuple[str, int, str]) -> dict[str, tuple[str, ...]]:
        given = [LabelMove(label, n, "merged", (image,)) for label, n, image in moves]
        return {move.label: move.images for move in kept_apart(given) if move.kind == "not joined"}

    assert kept(("a", 1, "x"), ("b", 1, "y")) == {}
    assert kept(("a", 9, "b"), ("b", 1, "b")) == {"a": ()}
    assert kept(("a", 1, "x"), ("b", 2, "x"), ("c", 2, "x")) == {"a": (), "c": ()}
    # Where one has to stay, its own name is taken, too.
    assert kept(("a", 5, "b"), ("b", 1, "c"), ("c", 0, "c")) == {"a": (), "b": ()}
    # A name that is given up is free.
    assert kept(("a", 1, "b"), ("b", 1, "c")) == {}
    (split,) = kept_apart([LabelMove("a", 1, "split", ("x", "y"))])
    assert split.images == ()
