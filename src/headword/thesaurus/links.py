"""Links: which concepts lead to which others, as arrays, and what follows from them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse as sp

# A tangle of cycles has more ways through it than anybody could wait for.
_MOST_STEPS = 200_000


@dataclass(frozen=True, eq=False)
class Links:
    """Directed links between rows, in compressed sparse row form, without repeats and self-links, targets sorted.

    Attributes
    ----------
    indptr
        int64 (n_rows + 1,).
    indices
        int32 (n_links,): the rows that row i leads to are `indices[indptr[i]:indptr[i + 1]]`.

    Examples
    --------
    >>> links = Links.from_pairs([(1, 0), (2, 0), (3, 1), (3, 2)], 4)
    >>> links[3].tolist(), links.reversed()[0].tolist(), links.reachable(3).tolist()
    ([1, 2], [1, 2], [0, 1, 2])
    """

    indptr: np.ndarray
    indices: np.ndarray

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[int, int]], n_rows: int) -> "Links":
        """Build the links of (from, to) pairs; repeats and self-links are left out."""
        table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        return cls._from_columns(table[:, 0], table[:, 1], n_rows)

    @classmethod
    def _from_columns(cls, sources: np.ndarray, targets: np.ndarray, n_rows: int) -> "Links":
        apart = sources != targets
        codes = np.sort(sources[apart] * max(n_rows, 1) + targets[apart])
        codes = codes[np.diff(codes, prepend=-1) > 0]  # np.unique would load numpy.ma
        sources, targets = np.divmod(codes, max(n_rows, 1))
        indptr = np.searchsorted(sources, np.arange(n_rows + 1)).astype(np.int64)
        return cls(indptr, targets.astype(np.int32))

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    @cached_property
    def counts(self) -> np.ndarray:
        """int64 (n_rows,): links of each row."""
        return np.diff(self.indptr)

    def reversed(self) -> "Links":
        """Return the links turned round."""
        return self._from_columns(self.indices.astype(np.int64), self._sources, len(self))

    def both_ways(self) -> "Links":
        """Return the links and the same turned round."""
        targets = self.indices.astype(np.int64)
        return self._from_columns(
            np.concatenate([self._sources, targets]), np.concatenate([targets, self._sources]), len(self)
        )

    @property
    def _sources(self) -> np.ndarray:
        return np.repeat(np.arange(len(self), dtype=np.int64), self.counts)

    def matrix(self) -> "sp.csr_matrix":
        """Return the links as a CSR matrix (n_rows, n_rows) of float32 ones."""
        import scipy.sparse as sp

        data = np.ones(len(self.indices), dtype=np.float32)
        return sp.csr_matrix((data, self.indices, self.indptr), shape=(len(self), len(self)))

    def reachable(self, row: int) -> np.ndarray:
        """Return every row that can be reached from `row`, itself not among them; int32, sorted."""
        seen = {row}
        waiting = [row]
        while waiting:
            for target in self[waiting.pop()].tolist():
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        seen.discard(row)
        return np.array(sorted(seen), dtype=np.int32)

    def _targets_first(self) -> Iterator[int]:
        """Iterate the rows so that each comes after all its targets; rows that lead into a cycle are left out."""
        back = self.reversed()
        missing = self.counts.copy()
        waiting = np.flatnonzero(missing == 0).tolist()
        while waiting:
            row = waiting.pop()
            yield row
            for source in back[row].tolist():
                missing[source] -= 1
                if not missing[source]:
                    waiting.append(source)

    def longest(self) -> np.ndarray:
        """Return the most links that a way from each row to one that leads nowhere can have; int32.

        Rows that lead into a cycle have -1.
        """
        found = np.full(len(self), -1, dtype=np.int32)
        for row in self._targets_first():
            found[row] = 1 + found[self[row]].max(initial=-1)
        return found

    def distances(self, starts: Iterable[int]) -> np.ndarray:
        """Return the least number of links from any of `starts` to each row, -1 where no way leads; int32."""
        found = np.full(len(self), -1, dtype=np.int32)
        front = list(starts)
        found[front] = 0
        step = 0
        while front:
            step += 1
            reached = {t for row in front for t in self[row].tolist() if found[t] < 0}
            front = list(reached)
            found[front] = step
        return found

    def cycles(self) -> list[np.ndarray]:
        """Return the sets of rows that lead round in a circle, each sorted, in the order of their first rows."""
        from scipy.sparse.csgraph import connected_components

        if not len(self.indices):
            return []
        _, component = connected_components(self.matrix(), directed=True, connection="strong")
        sizes = np.bincount(component)
        circles = [np.flatnonzero(component == one) for one in np.flatnonzero(sizes > 1)]
        return sorted(circles, key=lambda rows: int(rows[0]))

    def walks(self, row: int, most: int = 100) -> list[tuple[int, ...]]:
        """Return the ways from `row` to rows that lead nowhere, each beginning with `row`; at most `most` of them.

        No way goes through a row twice; where every way runs into a cycle, `row` alone is returned.
        """
        ways: list[tuple[int, ...]] = []
        way, on_way = [row], {row}
        onward = [iter(self[row].tolist())]
        for _ in range(_MOST_STEPS):
            step = next(onward[-1], None)
            if step is None:
                if not len(self[way[-1]]):
                    ways.append(tuple(way))
                onward.pop()
                on_way.discard(way.pop())
                if not way or len(ways) == most:
                    break
            elif step not in on_way:
                way.append(step)
                on_way.add(step)
                onward.append(iter(self[step].tolist()))
        return ways or [(row,)]
