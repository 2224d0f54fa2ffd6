"""Documents that belong together and stand in different parts of a split."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from headword.cleaning.duplicates import exact_groups
from headword.cleaning.near_duplicates import THRESHOLD, near_duplicate_groups, shingle_sets
from headword.core.corpus import Corpus
from headword.core.split import PARTS
from headword.splits.groups import field_groups

_VERSION = re.compile(r"(?<=\d)v\d{1,2}$|#\d+$")
_WORD = re.compile(r"\w+")
_LEAST_TITLE = 3
_EXAMPLES = 5
_SHINGLE = 3


@dataclass(frozen=True)
class Pair:
    """A document of a later part with one of an earlier part that belongs to it.

    Attributes
    ----------
    similarity
        Jaccard similarity of their word triples, 0 to 1.
    same_labels
        Whether both have the same labels; None if one is not annotated.
    """

    later: str
    later_part: str
    earlier: str
    earlier_part: str
    title: str
    similarity: float
    same_labels: bool | None


@dataclass(frozen=True)
class Straddling:
    """One way of belonging together, and what of it is torn apart by the split.

    Attributes
    ----------
    kind
        "near-duplicates", "same text", "same title", "same id" or "same FIELD".
    groups
        Groups with documents in more than one part.
    touched
        By part (valid, test): documents of which an earlier part holds a companion.
    sizes
        By part: its documents.
    same_labels
        Share of the touched, annotated documents that have the very labels of a companion.
    pairs
        Examples, of different groups.
    """

    kind: str
    groups: int
    touched: dict[str, int]
    sizes: dict[str, int]
    same_labels: float
    pairs: tuple[Pair, ...]

    def share(self, part: str) -> float:
        """Return the share of the documents of `part` that are touched, 0 for an empty part."""
        return self.touched[part] / self.sizes[part] if self.sizes[part] else 0.0


def straddling(corpus: Corpus, part: np.ndarray, fields: Sequence[str] = (), *, seed: int = 0) -> list[Straddling]:
    """Return every way of belonging together of which the split tears something apart.

    Parameters
    ----------
    part
        int (n_docs,): 0 train, 1 valid, 2 test, -1 none.
    fields
        Documents with the same value of one of these belong together.

    Raises
    ------
    DataError
        If there is no such field.
    """
    groupings: list[tuple[str, np.ndarray]] = []
    if corpus.features is None:
        groupings += [
            ("near-duplicates", near_duplicate_groups(corpus, THRESHOLD, seed=seed)),
            ("same text", exact_groups(corpus)),
            ("same title", _numbered([_title_key(title) for title in corpus.titles])),
        ]
    groupings.append(("same id", _numbered([_VERSION.sub("", doc_id) for doc_id in corpus.ids])))
    groupings += [(f"same {name}", field_groups(corpus, name)) for name in fields]
    found = [_torn(corpus, part, kind, group) for kind, group in groupings]
    return [one for one in found if one.groups]


def _title_key(title: str) -> str | None:
    words = _WORD.findall(title.casefold())
    return " ".join(words) if len(words) >= _LEAST_TITLE else None


def _numbered(keys: Sequence[str | None]) -> np.ndarray:
    """Number the keys by first appearance; None is like nothing else."""
    number: dict[str | int, int] = {}
    return np.array([number.setdefault(i if key is None else key, len(number)) for i, key in enumerate(keys)], np.int64)


def _torn(corpus: Corpus, part: np.ndarray, kind: str, group: np.ndarray) -> Straddling:
    n_groups = int(group.max(initial=-1)) + 1
    there = [np.bincount(group[part == p], minlength=n_groups) > 0 for p in range(3)]
    first = np.select(there, [0, 1, 2], 3)
    touched = (part >= 0) & (first[group] < part)
    order = np.flatnonzero(touched)
    members: dict[int, list[int]] = {}
    wanted = set(group[order].tolist())
    for i in np.flatnonzero(part >= 0).tolist():
        if int(group[i]) in wanted:
            members.setdefault(int(group[i]), []).append(i)
    alike = [_alike(corpus, i, [j for j in members[int(group[i])] if part[j] < part[i]]) for i in order.tolist()]
    known = [one for one in alike if one is not None]
    shown = {int(group[i]): i for i in order[::-1].tolist()}
    pairs = tuple(_pair(corpus, part, i, members[g]) for g, i in list(shown.items())[: -_EXAMPLES - 1 : -1])
    return Straddling(
        kind,
        len(wanted),
        {PARTS[p]: int((touched & (part == p)).sum()) for p in (1, 2)},
        {PARTS[p]: int((part == p).sum()) for p in range(3)},
        sum(known) / len(known) if known else 0.0,
        pairs,
    )


def _labels(corpus: Corpus, i: int) -> bytes | None:
    bounds = corpus.targets.indptr[i : i + 2]
    return corpus.targets.indices[bounds[0] : bounds[1]].tobytes() if corpus.annotated[i] else None


def _alike(corpus: Corpus, i: int, others: list[int]) -> bool | None:
    """Return whether any of `others` has the labels of document `i`; None if none of it is known."""
    own = _labels(corpus, i)
    known = [labels for j in others if (labels := _labels(corpus, j)) is not None]
    return None if own is None or not known else own in known


def _pair(corpus: Corpus, part: np.ndarray, i: int, members: list[int]) -> Pair:
    """Return document `i` with the most similar member of an earlier part."""
    others = [j for j in members if part[j] < part[i]][:50]
    hashes, bounds = shingle_sets(corpus.subset([i, *others]), _SHINGLE)
    sets = [set(hashes[start:stop].tolist()) for start, stop in pairwise(bounds.tolist())]
    near = [len(sets[0] & one) / max(len(sets[0] | one), 1) for one in sets[1:]]
    best = int(np.argmax(near))
    j = others[best]
    a, b = _labels(corpus, i), _labels(corpus, j)
    title = (corpus.titles[i] or corpus.abstracts[i])[:100]
    same = None if a is None or b is None else a == b
    return Pair(corpus.ids[i], PARTS[part[i]], corpus.ids[j], PARTS[part[j]], title, near[best], same)
