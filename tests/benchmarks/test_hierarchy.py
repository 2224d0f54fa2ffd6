"""The measurements of the hierarchy, on a corpus made for them."""

import numpy as np
import pytest

from benchmarks import hierarchy
from benchmarks.hierarchy_unseen import NameMatches, World, unseen
from headword.core.corpus import Corpus, Document
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.thesaurus import Thesaurus


@pytest.fixture(scope="module")
def world() -> World:
    """Six subjects of five headings each; a document has two headings of a subject, and words of it and of theirs."""
    concepts = [Concept("top", (Name("Top"),))]
    for s in range(6):
        concepts.append(Concept(f"s{s}", (Name(f"Subject{s}"),), ("top",)))
        concepts += [Concept(f"s{s}h{h}", (Name(f"Heading{s}{h}"),), (f"s{s}",)) for h in range(5)]
    rng = np.random.default_rng(0)

    def documents(n: int, part: str) -> Corpus:
        found = []
        for i in range(n):
            s = i % 6
            own = rng.permutation(5)[:2].tolist()
            words = [f"common{s}x{rng.integers(8)}" for _ in range(6)] + [f"own{s}x{h}" for h in own]
            labels = tuple(f"s{s}h{h}" for h in own)
            found.append(Document(f"{part}{i}", f"{words[0]} {words[-1]}", " ".join(words), labels))
        return Corpus.of(found)

    return World(documents(240, "train"), documents(120, "valid"), Thesaurus(tuple(concepts)))


def test_leaves_without_documents_stand_near_their_siblings(world: World) -> None:
    found = unseen(world, "fast", 0)
    assert found["n_held_labels"] == 6 and found["n_pairs"] > 20
    figures = found["figures"]
    default = figures["… and frequency (default)"]
    for baseline in ("random", "frequency of the parent", "name in the text"):
        assert default["mrr"] > figures[baseline]["mrr"]
        assert default["mean_percentile"] < figures[baseline]["mean_percentile"]
    assert "| Fréchet means of clusters |" in hierarchy.table("made", found)


def test_back_off_is_held_against_the_truth(world: World) -> None:
    found = hierarchy.back_off(world, "fast", 0)
    rows = found["figures"]["learnt"]
    assert [row["threshold"] for row in rows] == list(hierarchy.THRESHOLDS)
    for row in rows:
        assert row["documents_with_any"] >= row["documents_with_label"]
        assert row["met_by_any"] >= row["met_by_labels"]
        assert (row["right"] is None) == (row["n_backed_off"] == 0)
    assert "| learnt | 0.5 |" in hierarchy.table("made", found)


def test_names_are_counted_word_by_word() -> None:
    thesaurus = Thesaurus(
        (Concept("1", (Name("Sea ice"), Name("pack ice", "alternative"))), Concept("2", (Name("Ices"),)), Concept("3"))
    )
    counts = NameMatches(thesaurus, np.arange(3)).counts("Pack-ice and SEA ICE; seaice, ices")
    assert counts.tolist() == [2, 3, 0]
