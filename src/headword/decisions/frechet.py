"""Concepts that no training document has, ranked by how near they lie to what was suggested.

A label that is probable speaks for the concepts around it, also for those that no scorer knows. For probabilities p
over some nodes of a hierarchy, their Fréchet mean is the node y with the least sum of p_i d(y, i)^2, where d counts the
links between two nodes. A document has several subjects and so no single mean: its labels are gathered into clusters,
and each speaks for itself.

References
----------
Roberts, Li, Adila, Cromp, Huang, Zhao and Sala, Geometry-aware adaptation for pretrained models (Loki), NeurIPS 2023,
arXiv 2307.12226 (one mean over the whole label space; clusters and blending are ours).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.errors import LabelSpaceError, RecipeError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.thesaurus.hierarchy import Hierarchy

_BLOCK = 64
_FARTHEST = 255
_MOST_BYTES = 2**28
_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class Frechet:
    """Ranks the concepts of a thesaurus that no training document has.

    A document's likeliest labels are gathered in the order of their probability: each joins the first cluster whose
    first member lies within `radius`, or begins one. A concept's nearness is the largest, over clusters, of the
    probability that any label of the cluster applies, times exp(-F / scale), with F the mean of the squared distances
    to its members, weighted by their probabilities. Its score is nearness * (1 + n)^familiar * (1 + direct q): n are
    the training documents of the most frequent label at or below the nearest concept above it that has any, q is the
    probability with which the concept itself is suggested (a label without documents, by its name).

    Attributes
    ----------
    hierarchy
        Of the labels of the suggestions.
    support
        int (n_labels,), training documents of each label; those without any have no classifier of their own.
    n_labels
        Likeliest labels of a document that speak for others.
    radius
        Of clusters, in links; 2 reaches parents, children and siblings.
    scale
        Of the squared distances.
    familiar, direct
        What frequent surroundings and direct suggestions count; 0: nothing.
    written_as
        How concepts that are no label are written: "id", "name" or "path".

    Raises
    ------
    LabelSpaceError
        If `support` does not fit the labels.
    RecipeError
        If a parameter is out of range.
    """

    hierarchy: Hierarchy
    support: np.ndarray
    n_labels: int = 30
    radius: int = 2
    scale: float = 4.0
    familiar: float = 0.5
    direct: float = 10.0
    written_as: str = "name"
    _rows: dict[int, np.ndarray] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.support.shape != (len(self.hierarchy.label_space),):
            n_labels = len(self.hierarchy.label_space)
            raise LabelSpaceError(f"support of shape {self.support.shape} does not fit {n_labels} labels")
        if self.n_labels < 1 or self.radius < 0 or not self.scale > 0 or self.familiar < 0 or self.direct < 0:
            raise RecipeError(
                "ranking by distance needs n_labels >= 1, scale > 0, and radius, familiar and direct not below 0"
            )

    @cached_property
    def seen(self) -> np.ndarray:
        """Which labels have training documents; bool (n_labels,)."""
        return np.asarray(self.support > 0)

    @cached_property
    def unseen(self) -> np.ndarray:
        """Nodes that may be ranked: concepts in use that no seen label means; int64, ascending."""
        known = np.zeros(self.hierarchy.n_nodes, dtype=bool)
        known[self.hierarchy.meaning[self.seen].indices] = True
        n_concepts = len(self.hierarchy.thesaurus)
        return np.flatnonzero(~known[:n_concepts] & ~self.hierarchy.thesaurus.deprecated)

    def distances(self, nodes: np.ndarray) -> np.ndarray:
        """Return the least number of links from some nodes to all, 255 at most; uint8 (len(nodes), n_nodes).

        Roots are joined by one above them all. Rows are kept, as many as 256 MiB hold.
        """
        asked = list(dict.fromkeys(nodes.tolist()))
        missing = [node for node in asked if node not in self._rows]
        if (len(self._rows) + len(missing)) * self.hierarchy.n_nodes > _MOST_BYTES:
            self._rows.clear()
            missing = asked
        for start in range(0, len(missing), _BLOCK):
            some = missing[start : start + _BLOCK]
            found = sp.csgraph.dijkstra(self._graph, directed=False, unweighted=True, indices=some)[:, :-1]
            self._rows.update(zip(some, np.minimum(found, _FARTHEST).astype(np.uint8), strict=True))
        if not len(nodes):
            return np.zeros((0, self.hierarchy.n_nodes), dtype=np.uint8)
        return np.stack([self._rows[node] for node in nodes.tolist()])

    @cached_property
    def _graph(self) -> sp.csr_matrix:
        parents = self.hierarchy.ancestry.parents
        n_nodes = parents.shape[0]
        roots = np.flatnonzero(np.diff(parents.indptr) == 0)
        to_top = sp.csr_matrix((np.ones(len(roots), np.float32), (roots, np.zeros(len(roots)))), shape=(n_nodes, 1))
        return sp.vstack([sp.hstack([parents, to_top]), sp.csr_matrix((1, n_nodes + 1))], format="csr")

    def nearness(self, nodes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Return how near every node lies to the labels of one document; float64 (n_nodes,), 0 to 1.

        Parameters
        ----------
        nodes, probabilities
            What is probable, the likeliest first.
        """
        best = np.zeros(self.hierarchy.n_nodes)
        squared = self.distances(nodes).astype(np.float64) ** 2
        for members in self._clusters(nodes, squared):
            p = probabilities[members]
            spread = p @ squared[members] / p.sum()
            np.maximum(best, (1.0 - np.prod(1.0 - p)) * np.exp(-spread / self.scale), out=best)
        return best

    def _clusters(self, nodes: np.ndarray, squared: np.ndarray) -> list[list[int]]:
        clusters: list[list[int]] = []
        for i, node in enumerate(nodes.tolist()):
            near = (one for one in clusters if squared[one[0], node] <= self.radius**2)
            found = next(near, None)
            if found is None:
                clusters.append([i])
            else:
                found.append(i)
        return clusters

    def rank(self, suggestions: Suggestions, k: int = 5) -> list[list[tuple[int, float]]]:
        """Return, for each document, the k best nodes of `unseen` with their scores, best first; ties by node.

        Raises
        ------
        LabelSpaceError
            If the suggestions are over other labels than the hierarchy.
        """
        suggestions.label_space.require_same(self.hierarchy.label_space, what="the hierarchy")
        found = []
        for i in range(len(suggestions)):
            scores = self.scores(suggestions, i)[self.unseen]
            best = np.argsort(-scores, kind="stable")[:k]
            found.append([(int(self.unseen[j]), float(scores[j])) for j in best.tolist() if scores[j] > 0])
        return found

    def scores(self, suggestions: Suggestions, i: int) -> np.ndarray:
        """Return the score of every node for one document; float64 (n_nodes,), 0 or more, unbounded."""
        some = slice(int(suggestions.indptr[i]), int(suggestions.indptr[i + 1]))
        columns, p = suggestions.columns[some], suggestions.probabilities[some].astype(np.float64)
        own = self.seen[columns] & (p > 0)
        nodes = self._of_labels(columns[own], p[own])
        order = sorted(nodes, key=lambda node: (-nodes[node], node))[: self.n_labels]
        near = self.nearness(np.array(order, dtype=np.int64), np.array([nodes[node] for node in order]))
        scores: np.ndarray = near * self._familiarity
        named = self._of_labels(columns[~own], p[~own])
        scores[list(named)] *= 1.0 + self.direct * np.array(list(named.values()))
        return scores

    @cached_property
    def _familiarity(self) -> np.ndarray:
        """(1 + n)^familiar for each node; float64 (n_nodes,)."""
        n_nodes = self.hierarchy.n_nodes
        by_node = self.hierarchy.reach.tocsc()
        node = np.repeat(np.arange(n_nodes), np.diff(by_node.indptr))
        below = np.zeros(n_nodes)
        np.maximum.at(below, node, self.support[by_node.indices].astype(np.float64))
        up = self.hierarchy.ancestry.up
        node = np.repeat(np.arange(n_nodes), np.diff(up.indptr))
        known = np.flatnonzero(below[up.indices] > 0)
        above = up.indices[known]
        order = np.lexsort((-below[above], up.data[known], node[known]))
        nodes, nearest = np.unique(node[known][order], return_index=True)
        documents = np.zeros(n_nodes)
        documents[nodes] = below[above[order][nearest]]
        return (1.0 + documents) ** self.familiar  # type: ignore[no-any-return]

    def _of_labels(self, columns: np.ndarray, p: np.ndarray) -> dict[int, float]:
        """Return the concepts that labels mean, each with the largest probability."""
        meaning, n_concepts = self.hierarchy.meaning, len(self.hierarchy.thesaurus)
        found: dict[int, float] = {}
        for column, value in zip(columns.tolist(), p.tolist(), strict=True):
            for node in meaning.indices[meaning.indptr[column] : meaning.indptr[column + 1]].tolist():
                if node < n_concepts:
                    found[node] = max(value, found.get(node, 0.0))
        return found

    def extend(self, suggestions: Suggestions, k: int = 5, *, outrank: bool = False) -> Suggestions:
        """Add, to each document, its k best unseen concepts that are not suggested already; none is chosen.

        Parameters
        ----------
        outrank
            Let concepts stand among the labels, their scores as odds. Without it, they stand behind all labels, with
            no more than the probability of the last one: a score by distance is no calibrated probability.
        """
        names, known = self.hierarchy.node_names(self.written_as), self.hierarchy.label_space
        unseen = [names[node] for node in self.unseen.tolist()]
        space = LabelSpace(known.names + tuple(name for name in unseen if name not in known))
        columns = dict(zip(self.unseen.tolist(), space.columns_of(unseen).tolist(), strict=True))
        most = k + int(np.diff(suggestions.indptr).max(initial=0))
        parts = []
        for i, ranked in enumerate(self.rank(suggestions, most)):
            listed = set(suggestions.columns[suggestions.indptr[i] : suggestions.indptr[i + 1]].tolist())
            new = [(columns[node], score) for node, score in ranked if columns[node] not in listed]
            parts.append(_extended(suggestions, i, new[:k], outrank))
        indptr = np.concatenate([[0], np.cumsum([len(part[0]) for part in parts])]).astype(np.int64)
        joined = [np.concatenate([np.zeros(0), *(part[j] for part in parts)]) for j in range(4)]
        return Suggestions(
            suggestions.ids, space, indptr, joined[0].astype(np.int32), joined[1].astype(np.float32),
            joined[2].astype(np.float32), joined[3].astype(bool),
        )  # fmt: skip


def _extended(
    suggestions: Suggestions, i: int, new: list[tuple[int, float]], outrank: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return columns, scores, probabilities and choices of one document and some new columns with scores."""
    some = slice(int(suggestions.indptr[i]), int(suggestions.indptr[i + 1]))
    z = np.log(np.maximum([score for _, score in new], _LEAST))
    p = 1.0 / (1.0 + np.exp(-z))
    if not outrank and some.stop > some.start:
        z = np.minimum(z, float(suggestions.scores[some].min()))
        p = np.minimum(p, float(suggestions.probabilities[some].min()))
    columns = np.concatenate([suggestions.columns[some], np.array([column for column, _ in new], dtype=np.int64)])
    z, p = np.concatenate([suggestions.scores[some], z]), np.concatenate([suggestions.probabilities[some], p])
    chosen = np.concatenate([suggestions.chosen[some], np.zeros(len(new), dtype=bool)])
    order = np.lexsort((np.arange(len(p)), -z, -p))
    return columns[order], z[order], p[order], chosen[order]
