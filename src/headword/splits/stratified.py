"""Iterative stratification of label sets, of first and second order.

References
----------
Sechidis, K., Tsoumakas, G., Vlahavas, I. (2011). On the stratification of multi-label data. ECML PKDD.
Szymański, P., Kajdanowicz, T. (2017). A network perspective on stratification of multi-label data. LIDTA.
"""

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import RecipeError
from headword.core.split import Split
from headword.splits.groups import field_values
from headword.splits.parts import fold_sizes, from_parts, part_sizes, refuse_groups
from headword.splits.shares import shares
from headword.splits.stratified_kernels import distribute


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
    order: int = 1,
    within: str | None = None,
) -> Split:
    """Return a split of exact sizes in which every part has its share of every label, as far as that can be.

    Rare labels come first. What a part wants of a label is a number of documents, so with 0.1 and 0.1 a label of up to
    three documents is in train alone, and one of ten is shared out 8, 1, 1. Documents without labels, and those not
    annotated, are shared out like labels of their own.

    Parameters
    ----------
    order
        1 looks at labels, 2 at pairs of labels too.
    within
        A field each of whose values is shared out by itself: every part has its share of every value, and of every
        label within it. Documents without a value count as one value.

    Raises
    ------
    RecipeError
        If an option is out of range, or groups are given (use grouped-stratified).
    DataError
        If a part that was asked for would be empty, or there is no such field.
    """
    refuse_groups(groups, "stratified")
    sizes = part_sizes(len(corpus), test, valid)
    if within is None:
        part = stratify(strata(corpus, order), sizes, seed)
        return from_parts(part, f"stratified(test={test}, valid={valid}, order={order})", seed)
    part = stratify_within(strata(corpus, order), sizes, seed, field_values(corpus, within))
    return from_parts(part, f"stratified(test={test}, valid={valid}, order={order}, within={within!r})", seed)


def folds(corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None, order: int = 1) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,); sizes differ by one at most, and so do mostly label counts.

    A label with fewer than `k` documents is in as many folds as it has documents, as far as that can be.
    """
    refuse_groups(groups, "stratified")
    return stratify(strata(corpus, order), fold_sizes(len(corpus), k), seed)


def strata(corpus: Corpus, order: int = 1) -> sp.csr_matrix:
    """Return what is to be shared out evenly: CSR (n_docs, n_strata) of ones, one stratum at least a document.

    The strata are the labels, two more for documents without labels and documents not annotated, and with `order` 2
    each pair of labels that occurs.

    Raises
    ------
    RecipeError
        If `order` is neither 1 nor 2.
    """
    if order not in (1, 2):
        raise RecipeError(f"iterative stratification has order 1 (labels) or 2 (pairs of labels too), found {order}")
    n_docs = len(corpus)
    bare = np.flatnonzero(np.diff(corpus.targets.indptr) == 0)
    none_of_them = sp.csr_matrix(
        (np.ones(len(bare), dtype=np.float32), (bare, (~corpus.annotated[bare]).astype(np.int32))), shape=(n_docs, 2)
    )
    blocks = [corpus.targets, none_of_them]
    if order == 2:
        blocks.append(_pairs(corpus.targets))
    return sp.hstack(blocks, format="csr")


def _pairs(targets: sp.csr_matrix) -> sp.csr_matrix:
    """Return CSR (n_docs, n_pairs) of ones for the pairs of different labels in each document."""
    n_docs, n_labels = targets.shape
    lengths = np.diff(targets.indptr).astype(np.int64)
    columns = targets.indices.astype(np.int64)
    # Every entry is followed in its row by those it makes pairs with; lay these tails out one after another.
    place = np.arange(len(columns)) - np.repeat(targets.indptr[:-1], lengths)
    tail = np.repeat(lengths, lengths) - place - 1
    first = np.repeat(np.arange(len(columns)), tail)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(tail) - tail, tail)
    low = np.minimum(columns[first], columns[second])
    pair = low * n_labels + np.maximum(columns[first], columns[second])
    names, number = np.unique(pair, return_inverse=True)
    rows = np.repeat(np.repeat(np.arange(n_docs), lengths), tail)
    return sp.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, number)), shape=(n_docs, len(names)))


def stratify(matrix: sp.csr_matrix, sizes: np.ndarray, seed: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Deal the rows of `matrix` out into parts; return the part of each row, int32 (n_units,).

    Parameters
    ----------
    matrix
        CSR (n_units, n_strata), how many documents of the unit are in the stratum; every unit is in one at least.
    sizes
        int64 (n_parts,), documents a part shall have.
    weights
        int64 (n_units,), documents of each unit; all 1 when None, and then the sizes come out exactly.
    """
    n_units, n_strata = matrix.shape
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(n_units)
    weight = np.ones(n_units, dtype=np.int64) if weights is None else weights.astype(np.int64)
    # Heavy units first within a label: light ones fill the gaps they leave.
    deal_order = shuffled[np.argsort(-weight[shuffled], kind="stable")]
    by_label = matrix[deal_order].tocsc()
    return distribute(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        by_label.indptr.astype(np.int64),
        deal_order[by_label.indices].astype(np.int32),
        weight,
        np.asarray(sizes, dtype=np.int64),
        rng.permutation(n_strata).astype(np.int64),
        rng.integers(0, len(sizes), n_units),
    )


def stratify_within(matrix: sp.csr_matrix, sizes: np.ndarray, seed: int, value: np.ndarray) -> np.ndarray:
    """Deal the rows of `matrix` out, the rows of each value by themselves; return the part of each row, int32.

    Parameters
    ----------
    matrix, sizes
        As for `stratify`; the sizes come out exactly.
    value
        int64 (n_units,), 0 to n_values - 1.
    """
    quota = shares(np.bincount(value), sizes, seed)
    by_value = np.argsort(value, kind="stable")
    ends = np.cumsum(np.bincount(value))
    part = np.zeros(matrix.shape[0], dtype=np.int32)
    for number, rows in enumerate(np.split(by_value, ends[:-1])):
        part[rows] = stratify(matrix[rows], quota[number], seed)
    return part
