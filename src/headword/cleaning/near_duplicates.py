"""Near-duplicates: groups of documents whose texts share most of their word shingles.

References
----------
Broder, A. (1997). On the resemblance and containment of documents. Compression and Complexity of Sequences.
Leskovec, J., Rajaraman, A., Ullman, J. (2020). Mining of Massive Datasets, chapter 3 (the banding of signatures).
"""

from dataclasses import replace

import numpy as np

from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.cleaning.shingle_kernels import join_band, shingle, signatures
from headword.core.corpus import Corpus
from headword.core.errors import RecipeError

THRESHOLD = 0.5  # half the word triples in common: one text, reworded
RECALL = 0.999  # least probability that a pair right at the threshold becomes a candidate
_MAX_HASHES = 256
_CHUNK = 2048


def banding(threshold: float) -> tuple[int, int]:
    """Return (n_bands, n_rows), the banding with the most rows a band that still reaches `RECALL` at `threshold`.

    A pair of Jaccard similarity s is compared with probability 1 - (1 - s**n_rows)**n_bands; more rows mean fewer
    needless comparisons, more bands fewer missed pairs. At most 256 hash functions are used, or as many bands of one
    row as `RECALL` needs.

    Examples
    --------
    >>> banding(0.8)
    (30, 7)
    """
    for n_rows in range(16, 0, -1):
        chance = threshold**n_rows
        n_bands = 1 if chance >= 1 else int(np.ceil(np.log(1 - RECALL) / np.log1p(-chance)))
        if n_bands * n_rows <= _MAX_HASHES:
            return n_bands, n_rows
    return n_bands, 1


def candidate_recall(similarity: float, threshold: float) -> float:
    """Return the probability that a pair of this Jaccard similarity is compared when `threshold` is asked for."""
    n_bands, n_rows = banding(threshold)
    return float(1 - (1 - similarity**n_rows) ** n_bands)


def near_duplicate_groups(
    corpus: Corpus, threshold: float = THRESHOLD, seed: int = 0, *, shingle_size: int = 3
) -> np.ndarray:
    """Return the group of each document, int64 (n_docs,), numbered by first appearance.

    Two documents are near-duplicates if the Jaccard similarity of their sets of `shingle_size` consecutive words
    (title, then abstract; case and punctuation aside) is at least `threshold`; a group is a connected component of such
    pairs. Pairs are found by MinHash and banding and then verified exactly, so no pair is joined wrongly; a pair right
    at the threshold is missed with probability at most 0.001, more similar ones far more seldom. A document without
    words is in a group of its own.

    Parameters
    ----------
    threshold
        In (0, 1]. From 0.5 on, two texts are as good as always one text reworded; 0.8 finds only those of which a few
        words were changed. Below about 0.4 many pairs have to be compared.
    seed
        Draws the hash functions; it can only change which pairs are missed.

    Raises
    ------
    RecipeError
        If `threshold` or `shingle_size` is out of range.
    """
    if not 0 < threshold <= 1:
        raise RecipeError(f"the similarity of near-duplicates lies above 0 and at most at 1, found {threshold}")
    if shingle_size < 1:
        raise RecipeError(f"a shingle has at least 1 word, found {shingle_size}")
    shingles, bounds = shingle_sets(corpus, shingle_size)
    unique, first = _distinct_sets(shingles, bounds)
    parent = np.arange(len(unique), dtype=np.int64)
    if len(unique):
        chosen = [shingles[bounds[i] : bounds[i + 1]] for i in unique]
        chosen_bounds = np.concatenate([[0], np.cumsum([len(c) for c in chosen])]).astype(np.int64)
        _join(np.concatenate(chosen), chosen_bounds, threshold, seed, parent)
    roots = _flatten(parent)
    return _number_by_appearance(np.where(first >= 0, roots[first] if len(roots) else first, -1))


def shingle_sets(corpus: Corpus, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (hashes, bounds): uint64 hashes of each document's distinct shingles, ascending, from bounds[i] on."""
    texts = corpus.texts()
    parts = [_shingle_chunk(texts[i : i + _CHUNK], size) for i in range(0, len(texts), _CHUNK)]
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(count for _, count in parts)])
    return np.concatenate([np.empty(0, dtype=np.uint64), *(hashes for hashes, _ in parts)]), np.cumsum(counts)


def _shingle_chunk(texts: list[str], size: int) -> tuple[np.ndarray, np.ndarray]:
    encoded = [text.lower().encode("utf-8", "replace") for text in texts]
    at = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    counts = np.zeros(len(texts), dtype=np.int64)
    roomy = np.empty(at[-1], dtype=np.uint64)  # eight times the text, hence in chunks
    shingle(np.frombuffer(b"".join(encoded), dtype=np.uint8), at, size, roomy, counts)
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return roomy[np.repeat(at[:-1], counts) + inside], counts


def _distinct_sets(shingles: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first document of each distinct shingle set, and for each document its place there (-1: no words)."""
    places: dict[bytes, int] = {}
    unique: list[int] = []
    first = np.full(len(bounds) - 1, -1, dtype=np.int64)
    for i in np.flatnonzero(np.diff(bounds)).tolist():
        place = places.setdefault(shingles[bounds[i] : bounds[i + 1]].tobytes(), len(places))
        if place == len(unique):
            unique.append(i)
        first[i] = place
    return np.array(unique, dtype=np.int64), first


def _join(shingles: np.ndarray, bounds: np.ndarray, threshold: float, seed: int, parent: np.ndarray) -> None:
    n_docs = len(parent)
    n_bands, n_rows = banding(threshold)
    rng = np.random.default_rng(seed)
    mult, add = rng.integers(0, 2**64, size=(2, n_bands * n_rows), dtype=np.uint64)
    signature = np.empty((n_docs, n_bands * n_rows), dtype=np.uint32)
    signatures(shingles, bounds, mult | np.uint64(1), add, signature)
    keys = _band_keys(signature, n_bands, n_rows)
    for band in range(n_bands):
        order = np.argsort(keys[band], kind="stable").astype(np.int64)
        join_band(order, keys, band, shingles, bounds, threshold, parent)


def _band_keys(signature: np.ndarray, n_bands: int, n_rows: int) -> np.ndarray:
    keys = np.zeros((n_bands, len(signature)), dtype=np.uint64)
    for band in range(n_bands):
        for row in range(n_rows):
            keys[band] = (keys[band] ^ signature[:, band * n_rows + row]) * np.uint64(0x9E3779B97F4A7C15)
            keys[band] ^= keys[band] >> np.uint64(32)
    return keys


def _flatten(parent: np.ndarray) -> np.ndarray:
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    return parent


def _number_by_appearance(root: np.ndarray) -> np.ndarray:
    """Number the groups 0, 1, ... in the order of their first documents; -1 stands for a group of one."""
    own = np.where(root < 0, len(root) + np.arange(len(root)), root)
    _, first, inverse = np.unique(own, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def near_duplicates(
    corpus: Corpus,
    threshold: float = THRESHOLD,
    seed: int = 0,
    *,
    shingle_size: int = 3,
    drop: bool = False,
    field: str = "near_duplicate_group",
) -> tuple[Corpus, Change]:
    """Find near-duplicates, and number their groups in a field or drop all but the first of each group.

    Dropping loses documents that may well have been labelled with care; for splitting it is enough to keep each group
    on one side, which `split --group near_duplicate_group` does.

    Parameters
    ----------
    drop
        Keep only the first document of each group, and add no field.
    field
        Where the group of each document is written.
    """
    group = near_duplicate_groups(corpus, threshold, seed, shingle_size=shingle_size)
    _, first, sizes = np.unique(group, return_index=True, return_counts=True)
    many = np.flatnonzero(sizes > 1)
    extra = len(group) - len(first)
    largest = many[np.argsort(-sizes[many], kind="stable")][:MAX_EXAMPLES]
    examples = tuple(_describe(corpus, np.flatnonzero(group == g)) for g in largest)
    details = {
        "groups": len(many),
        "documents_in_groups": int(sizes[many].sum()),
        "largest_group": int(sizes.max(initial=0)),
        "threshold": threshold,
        "dropped": extra if drop else 0,
    }
    what = f"near-duplicates {'removed' if drop else 'of an earlier document found'} in {len(many):,} groups"
    change = Change("near-duplicates", extra, examples, details, what=what)
    if drop:
        return (corpus.subset(np.sort(first)) if extra else corpus), change
    return replace(corpus, fields={**corpus.fields, field: tuple(group.tolist())}), change


def _describe(corpus: Corpus, members: np.ndarray) -> str:
    names = ", ".join(corpus.ids[i] for i in members[:4]) + (", …" if len(members) > 4 else "")
    return f"{names}: {(corpus.titles[members[0]] or corpus.abstracts[members[0]])[:50]!r}"
