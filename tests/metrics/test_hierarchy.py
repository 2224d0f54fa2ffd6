"""Hierarchical figures against references that walk the tree label by label."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.metrics import hierarchy
from headword.metrics.ancestry import RELATIONS, Ancestry
from headword.metrics.micro import micro_f1, micro_precision, micro_recall
from headword.metrics.samples import samples_f1

# 0 science; 1 oceans, 2 atmosphere below it; 3 tides, 4 waves below oceans; 5 aerosols below atmosphere;
# 6 sea spray below waves and aerosols; 7 art, another root; 8 painting.
PARENTS = [[], [0], [0], [1], [1], [2], [4, 5], [], [7]]
SCIENCE, OCEANS, ATMOSPHERE, TIDES, WAVES, AEROSOLS, SPRAY, ART, PAINTING = range(9)


def sets(*rows: tuple[int, ...], n: int = 9) -> sp.csr_matrix:
    dense = np.zeros((len(rows), n))
    for i, row in enumerate(rows):
        dense[i, list(row)] = 1
    return sp.csr_matrix(dense)


def above(parents: list[list[int]], node: int) -> dict[int, int]:
    """Least number of links from a node to itself and to all above it."""
    found, front = {node: 0}, [node]
    for steps in range(1, len(parents) + 1):
        front = [p for n in front for p in parents[n] if p not in found]
        found |= dict.fromkeys(front, steps)
    return found


def far(parents: list[list[int]], a: int, b: int) -> int:
    up, other = above(parents, a), above(parents, b)
    root = [min(s for n, s in ways.items() if not parents[n]) for ways in (up, other)]
    return min([up[n] + other[n] for n in up if n in other] + [sum(root) + 2])


def shares_of(found: dict[str, float], side: str) -> dict[str, float]:
    return {kind: round(found[f"{side}_{kind}"], 3) for kind in RELATIONS if found[f"{side}_{kind}"]}


@st.composite
def forests(draw: st.DrawFn) -> list[list[int]]:
    """Parents of up to 12 nodes; each node's parents come before it, so that there are no cycles."""
    n = draw(st.integers(1, 12))
    return [sorted(draw(st.sets(st.integers(0, i - 1), max_size=2))) if i else [] for i in range(n)]


@given(forests())
@settings(max_examples=40, deadline=None)
def test_distances_depths_and_relations_are_those_of_walking(parents: list[list[int]]) -> None:
    ancestry = Ancestry.of_parents(parents)
    n = len(parents)
    a, b = (grid.ravel() for grid in np.meshgrid(range(n), range(n), indexing="ij"))
    assert ancestry.distances(a, b).tolist() == [far(parents, i, j) for i, j in zip(a, b, strict=True)]
    want_depths = [min(s for m, s in above(parents, i).items() if not parents[m]) for i in range(n)]
    assert ancestry.depths.tolist() == want_depths
    for i, j, kind in zip(a.tolist(), b.tolist(), ancestry.relations(a, b).tolist(), strict=True):
        ours, theirs = above(parents, i), above(parents, j)
        facts = {
            "exact": i == j,
            "parent": i in parents[j],
            "child": j in parents[i],
            "ancestor": theirs.get(i, 0) > 1,
            "descendant": ours.get(j, 0) > 1,
            "sibling": bool(set(parents[i]) & set(parents[j])),
            "other": True,
        }
        assert RELATIONS[kind] == next(name for name in RELATIONS if facts[name])


def test_two_parents_count_the_shorter_way() -> None:
    ancestry = Ancestry.of_parents(PARENTS)
    pairs = [(SPRAY, WAVES), (SPRAY, AEROSOLS), (SPRAY, TIDES), (TIDES, AEROSOLS), (ART, SCIENCE), (PAINTING, TIDES)]
    assert ancestry.distances(*zip(*pairs, strict=True)).tolist() == [1, 1, 3, 4, 2, 5]


def test_links_within_a_cycle_are_left_out() -> None:
    ancestry = Ancestry.of_parents([[], [0, 2], [1], [2], [4]])
    assert ancestry.parents.toarray().tolist() == Ancestry.of_parents([[], [0], [], [2], []]).parents.toarray().tolist()
    assert ancestry.depths.tolist() == [0, 1, 0, 1, 0]


def test_an_empty_hierarchy_has_no_distances() -> None:
    assert Ancestry.of_parents([]).distances([], []).tolist() == []


def test_a_worked_example() -> None:
    ancestry = Ancestry.of_parents(PARENTS)
    y_true, y_pred = sets((TIDES,), (SPRAY, PAINTING)), sets((WAVES,), (AEROSOLS,))
    found = hierarchy.hierarchy_values(y_true, y_pred, ancestry)
    # {tides, oceans, science} beside {waves, oceans, science}; 7 true nodes beside 3 of them chosen.
    assert found["hierarchical_micro_precision"] == pytest.approx((2 + 3) / (3 + 3))
    assert found["hierarchical_micro_recall"] == pytest.approx((2 + 3) / (3 + 8))
    mean = (2 / 3 + 2 * 3 / (3 + 8)) / 2
    assert found["hierarchical_samples_f1"] == pytest.approx(mean)
    assert found["lca_distance_chosen"] == pytest.approx((2 + 1) / 2)
    assert found["lca_distance_true"] == pytest.approx((2 + 1 + 5) / 3)
    assert shares_of(found, "chosen") == {"parent": 0.5, "sibling": 0.5}
    assert shares_of(found, "true") == {"child": 0.333, "sibling": 0.333, "other": 0.333}


def test_a_wrong_label_is_compared_with_the_most_specific_true_ones() -> None:
    ancestry = Ancestry.of_parents(PARENTS)
    y_true, y_pred = sets((SCIENCE, OCEANS, TIDES)), sets((SCIENCE, OCEANS, WAVES))
    found = hierarchy.hierarchy_values(y_true, y_pred, ancestry)
    assert shares_of(found, "chosen") == {"exact": 0.667, "sibling": 0.333}
    assert found["lca_distance_chosen"] == pytest.approx(2 / 3)


def test_documents_without_true_or_chosen_labels() -> None:
    ancestry = Ancestry.of_parents(PARENTS)
    y_true, y_pred = sets((), (TIDES,), (), (TIDES,)), sets((), (), (WAVES,), (TIDES,))
    ratios = hierarchy.hierarchy_ratios(y_true, y_pred, ancestry)
    assert ratios["hierarchical_micro_precision"].value == pytest.approx(3 / 6)
    assert ratios["hierarchical_samples_f1"].value == pytest.approx(1 / 4)
    assert ratios["lca_distance_chosen"].value == 0 and ratios["chosen_exact"].value == 1
    only_empty = hierarchy.hierarchy_ratios(sets(()), sets((TIDES,)), ancestry)
    assert np.isnan(only_empty["lca_distance_chosen"].value) and np.isnan(only_empty["true_exact"].value)


def random_sets(seed: int) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    rng = np.random.default_rng(seed)
    return sp.csr_matrix(rng.random((20, 9)) < 0.25, dtype=float), sp.csr_matrix(
        rng.random((20, 9)) < 0.25, dtype=float
    )


@pytest.mark.parametrize("seed", range(5))
def test_without_links_they_are_the_strict_figures(seed: int) -> None:
    y_true, y_pred = random_sets(seed)
    ratios = hierarchy.hierarchy_ratios(y_true, y_pred, Ancestry.of_parents([[]] * 9))
    assert ratios["hierarchical_micro_precision"].value == micro_precision(y_true, y_pred)
    assert ratios["hierarchical_micro_recall"].value == micro_recall(y_true, y_pred)
    assert ratios["hierarchical_micro_f1"].value == micro_f1(y_true, y_pred)
    assert ratios["hierarchical_samples_f1"].value == samples_f1(y_true, y_pred)
    assert ratios["chosen_exact"].value + ratios["chosen_other"].value == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_kinds_sum_to_one_whatever_the_blocks_and_sides_mirror(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    y_true, y_pred = random_sets(seed)
    ancestry = Ancestry.of_parents(PARENTS)
    ratios = hierarchy.hierarchy_ratios(y_true, y_pred, ancestry)
    for side in hierarchy.SIDES:
        assert sum(ratios[f"{side}_{kind}"].value for kind in RELATIONS) == pytest.approx(1)
    assert ratios["chosen_exact"].numerator.tolist() == ratios["true_exact"].numerator.tolist()
    turned = hierarchy.hierarchy_ratios(y_pred, y_true, ancestry)
    monkeypatch.setattr(hierarchy, "_BLOCK", 7)
    in_blocks = hierarchy.hierarchy_ratios(y_true, y_pred, ancestry)
    for name, ratio in ratios.items():
        assert in_blocks[name].value == ratio.value, name
    assert turned["lca_distance_true"].value == ratios["lca_distance_chosen"].value
    assert turned["true_sibling"].value == ratios["chosen_sibling"].value


def test_all_right_is_perfect() -> None:
    y_true, _ = random_sets(0)
    ratios = hierarchy.hierarchy_ratios(y_true, y_true, Ancestry.of_parents(PARENTS))
    assert ratios["hierarchical_micro_f1"].value == ratios["chosen_exact"].value == ratios["true_exact"].value == 1
    assert ratios["lca_distance_chosen"].value == 0


def test_names_cover_what_is_measured() -> None:
    y_true, y_pred = random_sets(0)
    assert (*hierarchy.hierarchy_values(y_true, y_pred, Ancestry.of_parents(PARENTS)),) == hierarchy.HIERARCHY_NAMES


def test_what_does_not_fit_is_refused() -> None:
    ancestry = Ancestry.of_parents(PARENTS)
    with pytest.raises(DataError, match="4 columns, but the hierarchy has 9 nodes"):
        hierarchy.hierarchy_values(sets((1,), n=4), sets((1,), n=4), ancestry)
    with pytest.raises(DataError, match="y_pred"):
        hierarchy.hierarchy_values(sets((1,)), sets((1,), (2,)), ancestry)
    with pytest.raises(DataError, match="square matrix"):
        Ancestry.of(sp.csr_matrix((2, 3)))
