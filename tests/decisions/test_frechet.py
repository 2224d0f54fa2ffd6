"""Fréchet means beside a search through all nodes, and what is never seen behind what is."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.errors import LabelSpaceError, RecipeError
from headword.core.labels import LabelSpace
from headword.decisions import frechet
from headword.decisions.frechet import Frechet
from headword.thesaurus.hierarchy import Hierarchy, hierarchy_of

from .test_backoff import suggested, thesaurus

PARENTS = {
    "earth": (), "sea": ("earth",), "air": ("earth",), "tides": ("sea",), "waves": ("sea",), "swell": ("waves",),
    "dust": ("air",), "smoke": ("air",), "art": (), "painting": ("art",), "dance": ("art",),
}  # fmt: skip
NAMES = list(PARENTS)


def ranker(labels: tuple[str, ...], support: tuple[int, ...] | None = None, **options: object) -> Frechet:
    hierarchy = hierarchy_of(LabelSpace(labels), thesaurus(PARENTS))
    given_ = np.array(support or [1] * len(labels))
    return Frechet(hierarchy, given_, **{"familiar": 0, **options})  # type: ignore[arg-type]


def names(found: Frechet, ranked: list[tuple[int, float]]) -> list[str]:
    return [found.hierarchy.thesaurus.name(node) for node, _ in ranked]


def links(parents: dict[str, tuple[str, ...]], start: str) -> dict[str, int]:
    """Least number of links to every node, roots joined by one above them; by breadth-first search."""
    beside: dict[str, set[str]] = {name: set() for name in (*parents, "")}
    for name, up in parents.items():
        for one in up or ("",):
            beside[name].add(one)
            beside[one].add(name)
    found, waiting = {start: 0}, deque([start])
    while waiting:
        name = waiting.popleft()
        for one in beside[name] - found.keys():
            found[one] = found[name] + 1
            waiting.append(one)
    return found


@st.composite
def forests(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    n = draw(st.integers(1, 10))
    return {
        f"n{i}": tuple(f"n{j}" for j in sorted(draw(st.sets(st.integers(0, i - 1), max_size=2)))) if i else ()
        for i in range(n)
    }


@given(forests(), st.data())
@settings(max_examples=60, deadline=None)
def test_one_mean_is_the_one_that_a_search_finds(parents: dict[str, tuple[str, ...]], data: st.DataObject) -> None:
    labels = sorted(data.draw(st.sets(st.sampled_from(sorted(parents)), min_size=1)))
    p = {name: data.draw(st.integers(1, 99)) / 100 for name in labels}
    hierarchy = hierarchy_of(LabelSpace(tuple(labels)), thesaurus(parents))
    found = Frechet(hierarchy, np.ones(len(labels), dtype=int), radius=255, familiar=0, n_labels=len(labels))
    order = sorted(labels, key=lambda name: -p[name])
    nodes = np.array([list(parents).index(name) for name in order])
    near = found.nearness(nodes, np.array([p[name] for name in order]))
    far = {name: links(parents, name) for name in labels}
    spread = np.array([sum(p[i] * far[i][y] ** 2 for i in labels) for y in parents]) / sum(p.values())
    certain = 1 - np.prod([1 - value for value in p.values()])
    assert near == pytest.approx(certain * np.exp(-spread / found.scale))
    assert spread[near.argmax()] == pytest.approx(spread.min())


def test_the_neighbourhood_of_what_is_probable_comes_first() -> None:
    found = ranker(("tides", "dust", "painting"))
    given_ = suggested(found.hierarchy.label_space, {"tides": 0.9, "dust": 0.2, "painting": 0.1})
    ranked = names(found, found.rank(given_, 20)[0])
    assert ranked[:3] == ["sea", "earth", "waves"]
    assert set(ranked) == set(NAMES) - {"tides", "dust", "painting"}
    assert ranked.index("air") < ranked.index("dance")


def test_every_subject_of_a_document_speaks_for_itself() -> None:
    labels = ("tides", "painting")
    given_ = suggested(LabelSpace(labels), {"tides": 0.9, "painting": 0.85})
    apart = ranker(labels)
    assert set(names(apart, apart.rank(given_, 2)[0])) == {"sea", "art"}
    together = ranker(labels, radius=255)
    assert "earth" in names(together, together.rank(given_, 3)[0])


def test_frequent_surroundings_and_names_in_the_text_count() -> None:
    labels = ("sea", "air", "swell")
    given_ = suggested(LabelSpace(labels), {"air": 0.6, "sea": 0.5, "swell": 0.05})
    plain = ranker(labels, (90, 3, 0), radius=0)
    assert names(plain, plain.rank(given_, 3)[0])[0] == "earth"
    assert names(plain, plain.rank(given_, 3)[0])[1:] == ["dust", "smoke"]
    familiar = ranker(labels, (90, 3, 0), radius=0, familiar=0.5)
    assert names(familiar, familiar.rank(given_, 3)[0])[1:] == ["tides", "waves"]
    named = ranker(labels, (90, 3, 0), radius=0, direct=100.0)
    without = names(plain, plain.rank(given_, 9)[0]).index("swell")
    assert names(named, named.rank(given_, 9)[0]).index("swell") < without


def test_what_has_no_documents_stands_behind_what_has_unless_asked() -> None:
    found = ranker(("tides", "dust"))
    given_ = suggested(found.hierarchy.label_space, {"tides": 0.9, "dust": 0.01}, {})
    behind = found.extend(given_, 2)
    assert [one.label for one in behind[0]] == ["tides", "dust", "sea", "earth"]
    assert [round(one.probability, 2) for one in behind[0]] == [0.9, 0.01, 0.01, 0.01]
    assert [one.chosen for one in behind[0]] == [True, False, False, False]
    assert behind[1] == []
    among = found.extend(given_, 2, outrank=True)
    assert [one.label for one in among[0]] == ["tides", "sea", "earth", "dust"]
    assert [one.score for one in among[0]] == sorted((one.score for one in among[0]), reverse=True)


def test_a_concept_that_is_suggested_already_keeps_its_place() -> None:
    found = ranker(("tides", "dust", "waves"), (5, 5, 0))
    given_ = suggested(found.hierarchy.label_space, {"tides": 0.9, "waves": 0.3, "dust": 0.1})
    extended = found.extend(given_, 3)
    assert [one.label for one in extended[0]] == ["tides", "waves", "dust", "sea", "earth", "air"]
    assert extended.label_space.names[:3] == ("tides", "dust", "waves")


def test_labels_that_are_no_concept_and_deprecated_concepts_stand_aside() -> None:
    found = ranker(("tides", "poems"))
    alone = suggested(found.hierarchy.label_space, {"poems": 0.9})
    assert found.rank(alone, 3) == [[]]
    assert not np.isin(found.unseen, [NAMES.index("tides"), len(NAMES)]).any()


@pytest.mark.parametrize("most", [2**28, 30, 1])
def test_distances_do_not_depend_on_what_was_asked_before(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frechet, "_MOST_BYTES", most)
    found, fresh = ranker(("tides",)), ranker(("tides",))
    found.distances(np.array([3, 5]))
    assert np.array_equal(found.distances(np.array([5, 0, 3])), fresh.distances(np.array([5, 0, 3])))
    assert found.distances(np.array([3])).dtype == np.uint8


def test_what_does_not_fit_is_refused() -> None:
    hierarchy: Hierarchy = hierarchy_of(LabelSpace(("tides",)), thesaurus(PARENTS))
    with pytest.raises(LabelSpaceError, match="does not fit 1 labels"):
        Frechet(hierarchy, np.ones(2, dtype=int))
    with pytest.raises(RecipeError, match="n_labels >= 1"):
        Frechet(hierarchy, np.ones(1, dtype=int), n_labels=0)
    with pytest.raises(LabelSpaceError, match="the hierarchy has other labels"):
        Frechet(hierarchy, np.ones(1, dtype=int)).rank(suggested(LabelSpace(("x",)), {"x": 0.5}))
