"""Ancestry: which nodes of a hierarchy lie above which, and how far apart any two are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError

RELATIONS = ("exact", "parent", "child", "ancestor", "descendant", "sibling", "other")
"""What one node is to another, the closest first; "ancestor" and "descendant": farther than parent and child."""

_EXACT, _PARENT, _CHILD, _ANCESTOR, _DESCENDANT, _SIBLING, _OTHER = range(len(RELATIONS))
_BLOCK = 200_000


@dataclass(frozen=True, eq=False)
class Ancestry:
    """A hierarchy of nodes, each with any number of parents; several roots, and no cycles.

    Attributes
    ----------
    parents
        CSR (n_nodes, n_nodes) of float32 ones: from each node to those directly broader.
    up
        CSR (n_nodes, n_nodes), int32: 1 + the least number of links from each node to itself and to all above it.

    Examples
    --------
    >>> science, oceans, ice, tides = range(4)
    >>> ancestry = Ancestry.of_parents([[], [science], [science], [oceans]])
    >>> ancestry.depths.tolist(), ancestry.distances([tides], [ice]).tolist()
    ([0, 1, 1, 2], [3])
    """

    parents: sp.csr_matrix
    up: sp.csr_matrix

    @classmethod
    def of(cls, broader: sp.csr_matrix) -> "Ancestry":
        """Build it from links to broader nodes, a sparse matrix (n_nodes, n_nodes) whose entries that are not 0 count.

        A link within a cycle is left out, so that the nodes of a cycle are each beside, and none above the others.

        Raises
        ------
        DataError
            If the matrix is not square.
        """
        if broader.shape[0] != broader.shape[1]:
            raise DataError(f"links to broader nodes are a square matrix, found {broader.shape}")
        parents = _without_cycles(broader)
        n_nodes = parents.shape[0]
        up = sp.identity(n_nodes, dtype=np.int32, format="csr")
        front, steps = sp.identity(n_nodes, dtype=np.float32, format="csr"), 1
        while front.nnz:
            steps += 1
            front = front @ parents
            front.data[:] = 1
            known = sp.csr_matrix((np.ones(up.nnz, np.float32), up.indices, up.indptr), shape=up.shape)
            front = sp.csr_matrix(front - front.multiply(known))
            front.eliminate_zeros()
            up = up + steps * front.astype(np.int32)
        up = sp.csr_matrix(up)
        up.sort_indices()
        return cls(parents, up)

    @classmethod
    def of_parents(cls, parents: Sequence[Sequence[int]]) -> "Ancestry":
        """Build it from the list of parents of each node."""
        indptr = np.concatenate([[0], np.cumsum([len(row) for row in parents])]).astype(np.int64)
        indices = np.array([parent for row in parents for parent in row], dtype=np.int32)
        shape = (len(parents), len(parents))
        return cls.of(sp.csr_matrix((np.ones(len(indices), dtype=np.float32), indices, indptr), shape=shape))

    def __len__(self) -> int:
        return int(self.parents.shape[0])

    @cached_property
    def closure(self) -> sp.csr_matrix:
        """CSR (n_nodes, n_nodes) of float64 ones: from each node to itself and all above it."""
        return sp.csr_matrix((np.ones(self.up.nnz), self.up.indices, self.up.indptr), shape=self.up.shape)

    @cached_property
    def depths(self) -> np.ndarray:
        """int64 (n_nodes,): least number of links to a root."""
        is_root = np.diff(self.parents.indptr) == 0
        to_root = np.where(is_root[self.up.indices], self.up.data, np.iinfo(np.int32).max)
        # Every node has an entry for itself, and without cycles a root above it.
        found: np.ndarray = np.minimum.reduceat(to_root, self.up.indptr[:-1]) if len(self) else to_root
        return found.astype(np.int64) - 1

    def distances(self, first: Sequence[int] | np.ndarray, second: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the links from one node up to the lowest common ancestor and down to the other; int64 (n_pairs,).

        The lowest is the one with the fewest links in all. Nodes without a common ancestor are joined by a root above
        all roots.
        """
        a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
        blocks = range(0, len(a), _BLOCK)
        parts = [self._distances(a[i : i + _BLOCK], b[i : i + _BLOCK]) for i in blocks]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def relations(self, first: Sequence[int] | np.ndarray, second: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return what each of `first` is to its `second`, as positions in RELATIONS; int64 (n_pairs,).

        Siblings have a parent in common; roots have none.
        """
        a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
        blocks = range(0, len(a), _BLOCK)
        parts = [self._relations(a[i : i + _BLOCK], b[i : i + _BLOCK]) for i in blocks]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def _distances(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        by_way_of_all = self.depths[a] + self.depths[b] + 2
        pair, above, steps = _expanded(self.up, a)
        other = _looked_up(self._up_keys, self.up.data, b[pair] * len(self) + above)
        through = np.where(other > 0, steps.astype(np.int64) + other - 2, np.iinfo(np.int64).max)
        starts = np.searchsorted(pair, np.arange(len(a)))
        nearest = np.minimum.reduceat(through, starts) if len(a) else through
        return np.asarray(np.minimum(nearest, by_way_of_all))

    def _relations(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        # 0: not above at all, 1: the same, 2: a parent, more: farther above.
        a_above = _looked_up(self._up_keys, self.up.data, b * len(self) + a)
        b_above = _looked_up(self._up_keys, self.up.data, a * len(self) + b)
        pair, parent, _ = _expanded(self.parents, a)
        shared = _looked_up(self._parent_keys, self.parents.data, b[pair] * len(self) + parent) > 0
        sibling = np.bincount(pair[shared], minlength=len(a)) > 0
        cases = [a_above == 1, a_above == 2, b_above == 2, a_above > 2, b_above > 2, sibling]
        return np.select(cases, [_EXACT, _PARENT, _CHILD, _ANCESTOR, _DESCENDANT, _SIBLING], _OTHER).astype(np.int64)

    @cached_property
    def _up_keys(self) -> np.ndarray:
        return _keys(self.up)

    @cached_property
    def _parent_keys(self) -> np.ndarray:
        return _keys(self.parents)


def _without_cycles(broader: sp.csr_matrix) -> sp.csr_matrix:
    """Return the links that are in no cycle as float32 ones, without repeats, sorted."""
    links = sp.csr_matrix(broader, dtype=np.float32).copy()
    links.sum_duplicates()
    _, component = sp.csgraph.connected_components(links, directed=True, connection="strong")
    rows = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    apart = component[rows] != component[links.indices]
    links.data = ((links.data != 0) & apart).astype(np.float32)
    links.eliminate_zeros()
    return links


def _keys(matrix: sp.csr_matrix) -> np.ndarray:
    """Return row * n_columns + column of each entry; int64, sorted."""
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return np.asarray(rows * matrix.shape[1] + matrix.indices)


def _looked_up(keys: np.ndarray, data: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the value of each wanted key as int64, 0 where there is none."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, data[place], 0).astype(np.int64)


def _expanded(matrix: sp.csr_matrix, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the entries of some rows, one row after the other: position in `rows`, column, value."""
    counts = np.diff(matrix.indptr)[rows]
    pair = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    entries = matrix.indptr[rows][pair] + within
    return pair, matrix.indices[entries].astype(np.int64), matrix.data[entries]
