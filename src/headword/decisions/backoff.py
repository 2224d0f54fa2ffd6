"""Back-off: the broader concept where no label below it is probable enough, and never one that is not itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.errors import RecipeError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.decisions.closure import ClosureMap, NodePairs, has_narrower
from headword.thesaurus.hierarchy import Hierarchy

_SHOWN = 3


@dataclass(frozen=True, eq=False)
class BackedOff:
    """Suggestions among which broader concepts stand for labels that were not probable enough.

    Attributes
    ----------
    suggestions
        Over the labels and all concepts that something may be backed off to. The probability of such a concept is that
        it or something narrower applies; that of the others stays.
    backed_off
        bool (n_entries,): which are such concepts.
    below
        By (document, label): the up to three most probable labels that the concept stands for, with probabilities.
    """

    suggestions: Suggestions
    backed_off: np.ndarray
    below: Mapping[tuple[int, str], tuple[tuple[str, float], ...]]


@dataclass(frozen=True, eq=False)
class BackOff:
    """Choose what is probable enough: a label, or else the narrowest broader concept.

    A label is chosen if its probability reaches the threshold. A broader concept is chosen if it reaches the threshold
    that it, or something narrower, applies, while no label at or below it does by itself, and no narrower concept does
    either. So no chosen concept lies above another, except labels that are both probable by themselves; and whatever
    is chosen with a higher threshold is also chosen with a lower one, or stands above something that is.

    Attributes
    ----------
    hierarchy
        Of the labels of the suggestions.
    closure
        How probable it is that a concept or something narrower applies.
    threshold
        In (0, 1].
    least_depth
        Concepts nearer the top are never chosen instead of others: 1 leaves out those with nothing above them.
    written_as
        How concepts that are no label are written: "id", "name" or "path".

    References
    ----------
    Deng, Krause, Berg and Fei-Fei, Hedging your bets: optimizing accuracy-specificity trade-offs in large scale visual
    recognition, CVPR 2012 (the idea, for one label an image).
    """

    hierarchy: Hierarchy
    closure: ClosureMap = field(default_factory=ClosureMap)
    threshold: float = 0.5
    least_depth: int = 1
    written_as: str = "name"

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise RecipeError(f"the threshold of back-off lies in (0, 1], found {self.threshold}")
        if self.least_depth < 0:
            raise RecipeError(f"the least depth of back-off is at least 0, found {self.least_depth}")

    @cached_property
    def _targets(self) -> np.ndarray:
        """Which nodes may stand for others; bool (n_nodes,)."""
        return has_narrower(self.hierarchy) & (self.hierarchy.ancestry.depths >= self.least_depth)

    @cached_property
    def _columns(self) -> tuple[LabelSpace, np.ndarray]:
        """The label space of the answers, and the column of each node that may stand for others; others have -1."""
        names, known = self.hierarchy.node_names(self.written_as), self.hierarchy.label_space
        targets = np.flatnonzero(self._targets)
        new = [names[node] for node in targets.tolist() if names[node] not in known]
        readable = (*known.readable, *("" for _ in new)) if known.readable else ()
        space = LabelSpace((*known.names, *new), readable)
        columns = np.full(self.hierarchy.n_nodes, -1, dtype=np.int64)
        columns[targets] = space.columns_of([names[node] for node in targets.tolist()])
        return space, columns

    def apply(self, suggestions: Suggestions) -> BackedOff:
        """Decide anew; what the policy had chosen does not count.

        Raises
        ------
        LabelSpaceError
            If the suggestions are over other labels than the hierarchy.
        """
        documents, nodes, probabilities = self._substitutes(suggestions)
        space, columns = self._columns
        column = columns[nodes]
        row = np.repeat(np.arange(len(suggestions)), np.diff(suggestions.indptr))
        # A label that now stands for what is below it is no longer listed by itself.
        kept = ~np.isin(row * len(space) + suggestions.columns, documents * len(space) + column)
        old = (row[kept], suggestions.columns[kept].astype(np.int64), suggestions.probabilities[kept])
        rows, labels = np.concatenate([old[0], documents]), np.concatenate([old[1], column])
        p = np.concatenate([old[2].astype(np.float64), probabilities])
        clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
        scores = np.concatenate([suggestions.scores[kept], np.log(clipped) - np.log1p(-clipped)])
        instead = np.arange(len(p)) >= int(kept.sum())
        order = np.lexsort((labels, -scores, -p, rows))
        p, instead = p[order].astype(np.float32), instead[order]
        indptr = np.searchsorted(rows[order], np.arange(len(suggestions) + 1)).astype(np.int64)
        answers = Suggestions(
            suggestions.ids, space, indptr, labels[order].astype(np.int32), scores[order].astype(np.float32), p,
            instead | (p >= np.float32(self.threshold)),
        )  # fmt: skip
        return BackedOff(answers, instead, self._below(suggestions, documents, nodes, space, column))

    def _substitutes(self, suggestions: Suggestions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return document, node and probability of the concepts that are chosen instead of labels."""
        pairs = NodePairs.of(suggestions, self.hierarchy)
        p = self.closure.probabilities(pairs)
        threshold = np.float32(self.threshold)
        passing = self._targets[pairs.nodes] & (p >= threshold) & (pairs.best.astype(np.float32) < threshold)
        documents, nodes, p = pairs.documents[passing], pairs.nodes[passing], p[passing]
        ancestry = self.hierarchy.ancestry
        shape = (len(suggestions), self.hierarchy.n_nodes)
        found = sp.csr_matrix((np.ones(len(nodes)), (documents, nodes)), shape=shape)
        strictly = ancestry.closure - sp.identity(shape[1], format="csr")
        above = sp.csr_matrix(found @ strictly)
        covered = np.asarray(above[documents, nodes]).ravel() > 0 if len(nodes) else np.zeros(0, dtype=bool)
        return documents[~covered], nodes[~covered], p[~covered]

    def _below(
        self, suggestions: Suggestions, documents: np.ndarray, nodes: np.ndarray, space: LabelSpace, column: np.ndarray
    ) -> dict[tuple[int, str], tuple[tuple[str, float], ...]]:
        reach = self.hierarchy.reach.tocsc()
        found = {}
        for document, node, own in zip(documents.tolist(), nodes.tolist(), column.tolist(), strict=True):
            inside = reach.indices[reach.indptr[node] : reach.indptr[node + 1]]
            some = slice(suggestions.indptr[document], suggestions.indptr[document + 1])
            entries = np.flatnonzero(np.isin(suggestions.columns[some], inside))[:_SHOWN] + some.start
            found[document, space.names[own]] = tuple(
                (suggestions.label_space.names[suggestions.columns[e]], float(suggestions.probabilities[e]))
                for e in entries.tolist()
            )
        return found
