"""How well concepts are ranked that no training document has: leaves are taken away from training and looked for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.records import Record
from headword.core.corpus import Corpus
from headword.decisions.closure import closed_truth
from headword.decisions.frechet import Frechet
from headword.tagger import Tagger
from headword.thesaurus.hierarchy import Hierarchy, hierarchy_of
from headword.thesaurus.thesaurus import Thesaurus

DEPTHS = (1, 10, 50)
_HELD_SHARE, _LEAST_SUPPORT = 0.2, 3
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, eq=False)
class World:
    """A corpus in two parts, and the thesaurus that its labels are concepts of (their ids)."""

    train: Corpus
    judged: Corpus
    thesaurus: Thesaurus


def unseen(world: World, recipe: str, seed: int) -> Record:
    """Take a fifth of the leaves away from training, and rank them among all concepts that training does not have."""
    train, held = _without_leaves(world, seed)
    tagger = Tagger(recipe, seed=seed, n_threads=1).fit(train)
    hierarchy = hierarchy_of(tagger.label_space, world.thesaurus)
    frechet = Frechet(hierarchy, tagger.train_support)
    plain = replace(frechet, familiar=0)
    one_mean = replace(plain, radius=255)
    rows = np.flatnonzero(np.asarray(world.judged.targets[:, _columns(world.judged, held)].sum(axis=1)).ravel() > 0)
    judged = world.judged.subset(rows)
    suggestions = tagger.suggest(judged)
    nodes = frechet.unseen
    named = NameMatches(world.thesaurus, nodes)
    support = np.asarray(closed_truth(train, hierarchy).sum(axis=0)).ravel()
    frequency = support[_nearest_seen(hierarchy, nodes, support)]
    rng = np.random.default_rng(seed)
    ranks: dict[str, list[float]] = {}
    for i, (title, abstract) in enumerate(zip(judged.titles, judged.abstracts, strict=True)):
        lexical = named.counts(f"{title}\n{abstract}")
        near = frechet.scores(suggestions, i)[nodes]
        scores = {
            "random": rng.random(len(nodes)),
            "frequency of the parent": frequency,
            "name in the text": lexical,
            "name, then frequency": lexical + frequency / (1.0 + frequency.max()),
            "one Fréchet mean": one_mean.scores(suggestions, i)[nodes],
            "Fréchet means of clusters": plain.scores(suggestions, i)[nodes],
            "… and frequency (default)": near,
            "… and name": near * (1.0 + frechet.direct * (1.0 - 0.5**lexical)),
        }
        true = np.flatnonzero(np.isin(nodes, world.thesaurus.rows(_of_document(judged, i, held))))
        for system, values in scores.items():
            # A tie is settled by lot: the mean rank.
            above = (values[None, :] > values[true, None]).sum(axis=1)
            equal = (values[None, :] == values[true, None]).sum(axis=1)
            ranks.setdefault(system, []).extend((above + (equal + 1) / 2).tolist())
    figures = {system: _figures(np.array(found), len(nodes)) for system, found in ranks.items()}
    return {
        "question": "unseen", "n_docs": len(judged), "n_held_labels": len(held), "n_candidates": len(nodes),
        "n_pairs": len(ranks["random"]), "figures": figures,
    }  # fmt: skip


def _without_leaves(world: World, seed: int) -> tuple[Corpus, list[str]]:
    """Return the training documents without the assignments of some leaves, and these leaves."""
    space = world.train.label_space
    support = np.bincount(world.train.targets.indices, minlength=len(space))
    # Leaves of the labels: concepts with none below them that is a label.
    rows = world.thesaurus.rows(space.names)
    used = rows[(rows >= 0) & (support > 0)]
    above = np.unique(np.concatenate([world.thesaurus.broader.reachable(row) for row in used.tolist()]))
    leaf = (rows >= 0) & ~np.isin(rows, above)
    leaves = [space.names[c] for c in np.flatnonzero(leaf & (support >= _LEAST_SUPPORT)).tolist()]
    order = np.random.default_rng(seed).permutation(len(leaves))
    held = [leaves[i] for i in order[: max(1, int(_HELD_SHARE * len(leaves)))].tolist()]
    gone = set(held)
    sets = [tuple(one for one in labels or () if one not in gone) for labels in world.train.label_sets()]
    kept = [i for i, labels in enumerate(sets) if labels]
    return world.train.with_labels(sets).subset(np.array(kept)), held


def _columns(corpus: Corpus, labels: Sequence[str]) -> np.ndarray:
    found = corpus.label_space.columns_of(labels)
    return found[found >= 0]


def _of_document(corpus: Corpus, i: int, labels: Sequence[str]) -> list[str]:
    row = corpus.targets[i].indices
    wanted = set(labels)
    return [name for name in (corpus.label_space.names[c] for c in row.tolist()) if name in wanted]


def _nearest_seen(hierarchy: Hierarchy, nodes: np.ndarray, support: np.ndarray) -> np.ndarray:
    """Return, for each node, the nearest concept above it that has documents (itself where none has)."""
    up = hierarchy.ancestry.up
    out = nodes.copy()
    for place, node in enumerate(nodes.tolist()):
        some = slice(up.indptr[node], up.indptr[node + 1])
        ways = [(steps, above) for steps, above in zip(up.data[some], up.indices[some], strict=True) if support[above]]
        out[place] = min(ways, default=(0, node))[1]
    return out


class NameMatches:
    """How often the names of concepts stand in a text, word by word, without respect to case."""

    def __init__(self, thesaurus: Thesaurus, nodes: np.ndarray) -> None:
        self._names: dict[tuple[str, ...], list[int]] = {}
        for place, node in enumerate(nodes.tolist()):
            for name in {tuple(_words(one.text)) for one in thesaurus.concepts[node].names}:
                self._names.setdefault(name, []).append(place)
        self._longest = max(map(len, self._names), default=0)
        self._n_nodes = len(nodes)

    def counts(self, text: str) -> np.ndarray:
        """Return the matches of each node; float64 (n_nodes,)."""
        found = np.zeros(self._n_nodes)
        words = list(_words(text))
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._longest, len(words)) + 1):
                found[self._names.get(tuple(words[start:end]), [])] += 1
        return found


def _words(text: str) -> Iterator[str]:
    for match in _WORDS.finditer(text.casefold()):
        word = match[0]
        yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _figures(ranks: np.ndarray, n_candidates: int) -> dict[str, float]:
    found = {f"within_{k}": float((ranks <= k).mean()) for k in DEPTHS}
    return {"mrr": float((1 / ranks).mean()), "mean_percentile": float(ranks.mean() / n_candidates), **found}
