"""The hash split: the id alone decides, so a document stays in its part whatever else joins the corpus."""

import hashlib

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError
from headword.core.split import Split
from headword.splits.parts import check_fractions, fold_sizes, from_parts, refuse_groups, require_parts

_MODULI = (10, 100, 1_000, 10_000)


def id_hash(doc_id: str, modulus: int) -> int:
    """Return the MD5 of the id (UTF-8), read as one big hexadecimal number, modulo `modulus`.

    Examples
    --------
    >>> id_hash("1234.5678", 10)
    7
    """
    return int(hashlib.md5(str(doc_id).encode("utf-8"), usedforsecurity=False).hexdigest(), 16) % modulus


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
) -> Split:
    """Return a split by the remainder of the id's hash; the seed plays no part, nor do other documents.

    With modulus m, the least of 10, 100, 1,000 and 10,000 in which both fractions are whole, remainders below test × m
    are test, those below (test + valid) × m are valid. So with 0.1 and 0.1: 0 is test, 1 is valid, 2 to 9 train. Sizes
    are as chance has it.

    Raises
    ------
    RecipeError
        If a fraction has more than four decimals or is out of range, or groups are given.
    DataError
        If a part that was asked for is empty.
    """
    refuse_groups(groups, "hash")
    check_fractions(test, valid)
    modulus, in_test, in_valid = _remainders(test, valid)
    remainder = np.array([id_hash(doc_id, modulus) for doc_id in corpus.ids], dtype=np.int64)
    part = np.where(remainder < in_test, 2, np.where(remainder < in_test + in_valid, 1, 0))
    require_parts(np.bincount(part, minlength=3), test, valid)
    return from_parts(part, f"hash(md5(id) mod {modulus}, test={test}, valid={valid})")


def _remainders(test: float, valid: float) -> tuple[int, int, int]:
    for modulus in _MODULI:
        counts = [round(fraction * modulus) for fraction in (test, valid)]
        if all(abs(c - f * modulus) < 1e-6 for c, f in zip(counts, (test, valid), strict=True)):
            return modulus, counts[0], counts[1]
    raise RecipeError(f"the hash split takes fractions of at most four decimals, found test {test} and valid {valid}")


def folds(corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,): MD5 of the id modulo `k`.

    Raises
    ------
    DataError
        If a fold would be empty.
    """
    refuse_groups(groups, "hash")
    fold_sizes(len(corpus), k)
    fold = np.array([id_hash(doc_id, k) for doc_id in corpus.ids], dtype=np.int32)
    empty = np.flatnonzero(np.bincount(fold, minlength=k) == 0)
    if len(empty):
        raise DataError(f"{len(empty)} of {k} folds by hash would be empty; ask for fewer folds, or random ones")
    return fold
