"""Closure: how probable it is that a concept, or something narrower, applies.

Of the labels at or below a concept at least one applies with a probability no lower than that of the most probable one;
if they were independent, with 1 - prod(1 - p). How far from these two the truth lies depends on the corpus (labels that
exclude one another, labels that come together, labels that no document had in training), and is learnt from documents
that were held out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions

if TYPE_CHECKING:
    from headword.thesaurus.hierarchy import Hierarchy

_LEAST, _MOST = 1e-6, 1.0 - 1e-6
_BLOCK = 500
_ENOUGH = 5000
_LEAST_PAIRS = 50
_STEPS = 50
_RIDGE = 1.0


@dataclass(frozen=True, eq=False)
class NodePairs:
    """Nodes that labels suggested for a document are, or lie below.

    Attributes
    ----------
    documents, nodes
        int64 (n_pairs,), sorted by document, then node.
    best
        float64 (n_pairs,): the probability of the most probable label at or below the node.
    independent
        float64 (n_pairs,): that of at least one of them, were they independent; at least `best`.
    narrower
        bool (n_pairs,): one of them lies below the node; where none does, the node is suggested by itself only.
    """

    documents: np.ndarray
    nodes: np.ndarray
    best: np.ndarray
    independent: np.ndarray
    narrower: np.ndarray

    @classmethod
    def of(cls, suggestions: Suggestions, hierarchy: "Hierarchy") -> "NodePairs":
        """Gather the suggestions of each document below the nodes."""
        suggestions.label_space.require_same(hierarchy.label_space, what="the hierarchy")
        reach, n_nodes = hierarchy.reach, hierarchy.n_nodes
        documents = np.repeat(np.arange(len(suggestions)), np.diff(suggestions.indptr))
        counts = np.diff(reach.indptr)[suggestions.columns]
        entry = np.repeat(np.arange(len(documents)), counts)
        within = np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)
        at = reach.indptr[suggestions.columns][entry] + within
        nodes = reach.indices[at].astype(np.int64)
        keys = documents[entry] * n_nodes + nodes
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        p = suggestions.probabilities.astype(np.float64)[entry][order]
        best = np.maximum.reduceat(p, starts) if len(starts) else p
        none = np.add.reduceat(np.log1p(-np.minimum(p, _MOST)), starts) if len(starts) else p
        below = hierarchy.lies_below[at][order]
        narrower = np.logical_or.reduceat(below, starts) if len(starts) else below
        rows, columns = np.divmod(distinct, n_nodes)
        return cls(rows, columns, best, np.maximum(-np.expm1(none), best), narrower)

    def features(self) -> np.ndarray:
        """Return log odds of `independent` and of `best`; float64 (n_pairs, 2)."""
        both = np.clip(np.stack([self.independent, self.best], axis=1), _LEAST, _MOST)
        return np.asarray(np.log(both) - np.log1p(-both))


@dataclass(frozen=True, eq=False)
class ClosureMap:
    """The probability that a concept with narrower ones, or one of these, applies: log odds a x + b y + c.

    x are the log odds were the labels at or below it independent, y those of the most probable of them. Neither weight
    is below 0, so that what is broader is never less probable.

    Attributes
    ----------
    weights
        float32 (3,): a, b, c. Before anything is learnt a = b = 1/2, c = 0: half-way between the least that is possible
        and independence.
    """

    weights: np.ndarray = field(default_factory=lambda: np.array([0.5, 0.5, 0.0], dtype=np.float32))

    def probabilities(self, pairs: NodePairs) -> np.ndarray:
        """Return, for each pair, how probable it is that the node or something below it applies; float64 (n_pairs,).

        A node of which nothing narrower is suggested is as probable as its label; none is less probable than one below.
        """
        z = pairs.features() @ self.weights[:2].astype(np.float64) + float(self.weights[2])
        mapped = 1.0 / (1.0 + np.exp(-z))
        return np.where(pairs.narrower, np.maximum(mapped, pairs.best), pairs.best)

    def state(self) -> Mapping[str, np.ndarray]:
        """Return what was learnt."""
        return {"weights": self.weights}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "ClosureMap":
        """Rebuild; a DataError if the weights are not three, or one of the first two is below 0."""
        weights = stored.finite(state, "weights", (3,))
        if (weights[:2] < 0).any():
            raise DataError("tensor 'weights' would make broader concepts less probable")
        return cls(weights)


def has_narrower(hierarchy: "Hierarchy") -> np.ndarray:
    """Return which nodes have others below them; bool (n_nodes,)."""
    return np.asarray(np.bincount(hierarchy.ancestry.parents.indices, minlength=hierarchy.n_nodes) > 0)


def fit_closure(suggestions: Suggestions, corpus: Corpus, hierarchy: "Hierarchy") -> ClosureMap:
    """Learn the map from documents whose labels are known, and suggestions by models that did not see them.

    At most 5,000 documents are used, and of them the nodes of which something narrower is suggested; concepts at the
    very top only where no others have narrower ones. With fewer
    than 50 pairs of a document and a node above its suggestions, or with only right or only wrong ones, nothing is
    learnt.

    Parameters
    ----------
    suggestions
        For the documents of `corpus`, in its order, over the labels of `hierarchy`.

    Raises
    ------
    DataError
        If the documents differ in number.
    LabelSpaceError
        If the labels differ.
    """
    if len(suggestions) != len(corpus):
        raise DataError(f"{len(suggestions)} documents have suggestions, but {len(corpus)} have labels")
    annotated = np.flatnonzero(corpus.annotated)
    rows = annotated[:: max(1, -(-len(annotated) // _ENOUGH))]
    truth = closed_truth(corpus, hierarchy)
    inner = has_narrower(hierarchy)
    # Concepts at the very top nearly always apply, and would teach the wrong curve for those below.
    below_top = inner & (hierarchy.ancestry.depths > 0)
    taught: np.ndarray = below_top if below_top.any() else inner
    found = []
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        pairs = NodePairs.of(_documents(suggestions, some), hierarchy)
        kept = np.flatnonzero(taught[pairs.nodes] & pairs.narrower)
        right = contains(truth, some[pairs.documents[kept]], pairs.nodes[kept])
        found.append((pairs.features()[kept], right))
    x = np.concatenate([np.zeros((0, 2)), *(features for features, _ in found)])
    y = np.concatenate([np.zeros(0), *(right for _, right in found)])
    if len(y) < _LEAST_PAIRS or y.min() == y.max():
        return ClosureMap()
    return ClosureMap(_rising_logistic(x, y).astype(np.float32))


def closed_truth(corpus: Corpus, hierarchy: "Hierarchy") -> sp.csr_matrix:
    """Return the concepts that each document's labels are or lie below; CSR (n_docs, n_concepts) of float64 ones.

    Labels that only the corpus has count where they are concepts of the thesaurus.
    """
    # A loaded tagger keeps a map, and learns none: aligning labels is imported by what needs it.
    from headword.thesaurus.hierarchy import hierarchy_of

    n_concepts, known = len(hierarchy.thesaurus), hierarchy.label_space
    new = tuple(name for name in corpus.label_space.names if name not in known)
    others = hierarchy_of(LabelSpace(new), hierarchy.thesaurus)
    reach = sp.vstack([hierarchy.reach[:, :n_concepts], others.reach[:, :n_concepts]], format="csr")
    columns = LabelSpace(known.names + new).columns_of(corpus.label_space.names)
    closed = sp.csr_matrix(corpus.targets.astype(np.float64) @ reach[columns])
    closed.data[:] = 1.0
    closed.sort_indices()
    return closed


def contains(matrix: sp.csr_matrix, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return 1 where a CSR matrix has an entry at a row and column, else 0, also beyond it; float64 (n_pairs,)."""
    entries = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * matrix.shape[1] + matrix.indices
    inside = columns < matrix.shape[1]
    return np.asarray(inside & np.isin(rows * matrix.shape[1] + columns, entries), dtype=np.float64)


def _documents(suggestions: Suggestions, rows: np.ndarray) -> Suggestions:
    """Return the suggestions of some documents."""
    counts = np.diff(suggestions.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    entries = np.repeat(suggestions.indptr[:-1][rows] - indptr[:-1], counts) + np.arange(indptr[-1])
    return Suggestions(
        tuple(suggestions.ids[row] for row in rows.tolist()), suggestions.label_space, indptr,
        suggestions.columns[entries], suggestions.scores[entries], suggestions.probabilities[entries],
        suggestions.chosen[entries],
    )  # fmt: skip


def _rising_logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression whose slopes are not below 0, the intercept last; float64 (3,).

    The slopes are drawn a little to 1/2.
    """
    from scipy.optimize import minimize

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ weights[:2] + weights[2]
        off = np.append(weights[:2] - 0.5, 0.0)
        wrong = 1.0 / (1.0 + np.exp(-z)) - y
        value = np.sum(np.logaddexp(0, z) - y * z) + 0.5 * np.sum(off**2)
        return float(value) / len(y), (np.append(x.T @ wrong, wrong.sum()) + off) / len(y)

    start = np.array([0.5, 0.5, 0.0])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None), (0, None), (None, None)])
    return np.asarray(found.x)
