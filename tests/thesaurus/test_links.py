"""Links against a plain reference, on random graphs with and without cycles."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.thesaurus.links import Links

GRAPHS = st.integers(1, 9).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20))
)


def reach(pairs: set[tuple[int, int]], row: int) -> set[int]:
    found: set[int] = set()
    while more := {t for s, t in pairs if s == row or s in found} - found:
        found |= more
    return found - {row}


@given(GRAPHS)
@settings(max_examples=150, deadline=None)
def test_what_is_reached_and_cycles_are_what_a_plain_search_says(graph):
    n, pairs = graph
    links = Links.from_pairs(pairs, n)
    plain = {(s, t) for s, t in pairs if s != t}
    for row in range(n):
        assert set(links[row].tolist()) == {t for s, t in plain if s == row}
        assert links.reachable(row).tolist() == sorted(reach(plain, row))
    together = [{r for r in range(n) if r in reach(plain, row) and row in reach(plain, r)} | {row} for row in range(n)]
    circles = {tuple(sorted(one)) for one in together if len(one) > 1}
    assert {tuple(rows.tolist()) for rows in links.cycles()} == circles


@given(GRAPHS)
@settings(max_examples=100, deadline=None)
def test_turning_round_twice_changes_nothing(graph):
    n, pairs = graph
    links = Links.from_pairs(pairs, n)
    back = links.reversed().reversed()
    assert np.array_equal(back.indptr, links.indptr)
    assert np.array_equal(back.indices, links.indices)
    assert (links.indptr.dtype, links.indices.dtype) == (np.int64, np.int32)
    both = links.both_ways().matrix().toarray()
    assert np.array_equal(both, np.maximum(links.matrix().toarray(), links.matrix().toarray().T))


@given(GRAPHS)
@settings(max_examples=100, deadline=None)
def test_walks_end_where_nothing_leads_on(graph):
    n, pairs = graph
    links = Links.from_pairs(pairs, n)
    for row in range(n):
        walks = links.walks(row)
        assert len(set(walks)) == len(walks) >= 1
        for walk in walks:
            assert walk[0] == row
            assert len(set(walk)) == len(walk)
            assert all(t in links[s] for s, t in pairwise(walk))
            assert not len(links[walk[-1]]) or walks == [(row,)]


def test_distances_are_the_fewest_steps():
    links = Links.from_pairs([(0, 1), (1, 2), (0, 2), (3, 3)], 5)
    assert links.distances([0]).tolist() == [0, 1, 1, -1, -1]
    assert links.distances([0, 4]).tolist() == [0, 1, 1, -1, 0]


def test_no_rows_and_no_links():
    for n in (0, 3):
        links = Links.from_pairs([], n)
        assert len(links) == n
        assert links.indices.tolist() == []
        assert links.cycles() == []
        assert links.matrix().shape == (n, n)


@pytest.mark.parametrize("shape", ["tangle", "ladder", "chain"])
def test_a_tangle_does_not_take_for_ever(shape):
    pairs = {
        "tangle": [(i, j) for i in range(40) for j in range(40)],
        "ladder": [(2 * i + a, 2 * i + 2 + b) for i in range(200) for a in (0, 1) for b in (0, 1)],
        "chain": [(i, i + 1) for i in range(2000)],
    }[shape]
    links = Links.from_pairs(pairs, 1 + max(map(max, pairs)))
    started = time.process_time()
    walks = links.walks(0, 20)
    assert time.process_time() - started < 1
    assert len(walks) <= 20
    assert walks[0][0] == 0
