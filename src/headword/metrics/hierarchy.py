"""How near the chosen labels are to the true ones, where labels are nodes of a hierarchy.

Three views of the same decisions, none of which replaces the strict figures:

sets with ancestors
    Each set of labels is joined by everything above its members; precision, recall and F1 are those of the joined sets.
    What is above nearly everything is shared by nearly all, so that these figures are high even for guesses: read them
    beside the baselines.
distance
    The links from a label up to the lowest ancestor that it has in common with another, and down to that one. Roots
    are joined by a root above them all.
hits by kind
    What a chosen label is to the true label it is closest to, and what was chosen closest to each true label: a kind of
    RELATIONS, in that order of preference. Kinds are shown apart, and no weights mix them.

A label that is not met exactly is compared with the most specific labels of the other side only, those with nothing
below them in the same document: where `Atmosphere` stands beside `Aerosols`, a wrong `Clouds` is the sibling of the one
and no child of the other.

Conventions: a document without true and chosen labels counts 0 in averages over documents, as in the strict ones;
distances and kinds of documents without true (or chosen) labels are not defined, and left out: what is chosen for a
document without labels already costs precision. With several parents the shortest way counts.

References
----------
Kiritchenko, Matwin, Nock and Famili, "Learning and Evaluation in the Presence of Class Hierarchies", Canadian AI 2006
(sets with ancestors; roots count here, for they may be labels). Kosmopoulos et al., "Evaluation Measures for
Hierarchical Classification", Data Mining and Knowledge Discovery 29 (2015) (lowest common ancestors).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.additive import Ratio
from headword.metrics.ancestry import RELATIONS, Ancestry
from headword.metrics.counts import Decisions
from headword.metrics.inputs import at_true, binary, rows_of, same_shape
from headword.metrics.micro import micro_ratios
from headword.metrics.samples import samples_ratios

_OF_SETS = tuple(f"{average}_{part}" for average in ("micro", "samples") for part in ("precision", "recall", "f1"))
SIDES = ("chosen", "true")
HIERARCHY_NAMES = (
    *(f"hierarchical_{name}" for name in _OF_SETS),
    *(f"lca_distance_{side}" for side in SIDES),
    *(f"{side}_{kind}" for side in SIDES for kind in RELATIONS),
)
DISTANCES = frozenset(f"lca_distance_{side}" for side in SIDES)

_BLOCK = 500_000


def hierarchy_values(y_true: sp.csr_matrix, y_pred: sp.csr_matrix, ancestry: Ancestry) -> dict[str, float]:
    """Return every figure of HIERARCHY_NAMES; NaN where undefined.

    hierarchical_{micro,samples}_{precision,recall,f1}
        Of sets with everything above their members, over all labels of all documents or as means over documents.
    lca_distance_chosen, lca_distance_true
        Mean links from each chosen label to the nearest true one, which blames what is wrong; and from each true label
        to the nearest chosen one, which blames what is missing. 0 is best.
    chosen_{kind}, true_{kind}
        Shares, by kind of RELATIONS, of the chosen labels (chosen_parent: the parent of a true label, so too broad;
        chosen_child: too narrow) and of the true labels (true_parent: its parent was chosen). Those of a side sum to 1.

    Parameters
    ----------
    y_true, y_pred
        CSR (n_docs, n_nodes) of ones.

    Raises
    ------
    DataError
        If the shapes differ, do not fit the hierarchy, or a matrix is not binary.
    """
    return {name: ratio.value for name, ratio in hierarchy_ratios(y_true, y_pred, ancestry).items()}


def hierarchy_ratios(y_true: sp.csr_matrix, y_pred: sp.csr_matrix, ancestry: Ancestry) -> dict[str, Ratio]:
    """Return the figures of `hierarchy_values`, document by document, in the order of HIERARCHY_NAMES."""
    truth, chosen = _checked(y_true, y_pred, ancestry)
    out: dict[str, Ratio] = {}
    joined = Decisions.of(with_ancestors(truth, ancestry), with_ancestors(chosen, ancestry))
    strict = {**micro_ratios(joined), **samples_ratios(joined)}
    out |= {f"hierarchical_{name}": strict[name] for name in _OF_SETS}
    nearest = {"chosen": _nearest(chosen, truth, ancestry), "true": _nearest(truth, chosen, ancestry)}
    out |= {f"lca_distance_{side}": Ratio(found.distance, found.n_labels) for side, found in nearest.items()}
    for side, found in nearest.items():
        out |= {f"{side}_{kind}": Ratio(found.kinds[i], found.n_labels) for i, kind in enumerate(RELATIONS)}
    return out


@dataclass(frozen=True, eq=False)
class _Nearest:
    """Sums over the labels of one side of each document: distances, labels, and labels of each kind."""

    distance: np.ndarray
    n_labels: np.ndarray
    kinds: np.ndarray


def _nearest(ours: sp.csr_matrix, theirs: sp.csr_matrix, ancestry: Ancestry) -> _Nearest:
    """Compare each of our labels with the labels of the same document on the other side."""
    n_docs, n_nodes = ours.shape
    exact = at_true(theirs, ours)
    theirs = most_specific(theirs, ancestry)
    counts = np.diff(theirs.indptr)
    document = rows_of(ours)
    defined = np.flatnonzero(counts[document] > 0)
    document, node = document[defined], ours.indices[defined].astype(np.int64)
    ends = np.cumsum(counts[document])
    distance = np.zeros(len(defined), dtype=np.int64)
    kind = np.zeros(len(defined), dtype=np.int64)
    start = 0
    while start < len(defined):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _BLOCK, side="right")))
        some = slice(start, stop)
        sizes = counts[document[some]]
        first = np.cumsum(sizes) - sizes
        within = np.arange(int(sizes.sum())) - np.repeat(first, sizes)
        other = theirs.indices[np.repeat(theirs.indptr[:-1][document[some]], sizes) + within]
        pairs, place = np.unique(np.repeat(node[some], sizes) * n_nodes + other, return_inverse=True)
        a, b = np.divmod(pairs, n_nodes)
        distance[some] = np.minimum.reduceat(ancestry.distances(a, b)[place], first)
        kind[some] = np.minimum.reduceat(ancestry.relations(a, b)[place], first)
        start = stop
    distance[exact[defined]] = kind[exact[defined]] = 0
    kinds = np.bincount(kind * n_docs + document, minlength=len(RELATIONS) * n_docs).reshape(len(RELATIONS), n_docs)
    return _Nearest(
        np.bincount(document, weights=distance, minlength=n_docs),
        np.bincount(document, minlength=n_docs).astype(np.float64),
        kinds.astype(np.float64),
    )


def with_ancestors(matrix: sp.csr_matrix, ancestry: Ancestry) -> sp.csr_matrix:
    """Return sets of nodes joined by everything above their members; CSR (n_docs, n_nodes) of float64 ones."""
    joined = sp.csr_matrix(matrix @ ancestry.closure)
    joined.data[:] = 1.0
    joined.sort_indices()
    return joined


def most_specific(matrix: sp.csr_matrix, ancestry: Ancestry) -> sp.csr_matrix:
    """Return sets of nodes without those that lie above others of the same set; CSR (n_docs, n_nodes) of ones."""
    strictly = sp.csr_matrix(ancestry.closure - sp.identity(len(ancestry), format="csr"))
    above = sp.csr_matrix(matrix @ strictly)
    above.data[:] = 1.0
    lowest = sp.csr_matrix(matrix - matrix.multiply(above))
    lowest.eliminate_zeros()
    lowest.sort_indices()
    return lowest


def _checked(y_true: sp.csr_matrix, y_pred: sp.csr_matrix, ancestry: Ancestry) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    truth, chosen = binary(y_true), binary(y_pred, name="y_pred")
    same_shape(truth, chosen, name="y_pred")
    if truth.shape[1] != len(ancestry):
        raise DataError(f"labels are {truth.shape[1]} columns, but the hierarchy has {len(ancestry)} nodes")
    return truth, chosen
