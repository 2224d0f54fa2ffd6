"""What a hierarchy is good for: concepts that no training document has, and broader ones where labels are unsure."""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks import machine, records, running
from benchmarks.hierarchy_unseen import DEPTHS, World, unseen
from benchmarks.records import Record
from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.decisions.backoff import BackOff
from headword.decisions.closure import ClosureMap, closed_truth, contains, fit_closure
from headword.metrics.hierarchy import most_specific
from headword.sources.reader import read
from headword.tagger import Tagger
from headword.thesaurus.align import align_corpus
from headword.thesaurus.hierarchy import Hierarchy, hierarchy_of, thesaurus_in_labels
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.relabel import images_of, relabel
from headword.thesaurus.thesaurus import Thesaurus

RESULTS = records.RESULTS / "hierarchy.jsonl"
GCMD = "gcmd-keywords/sciencekeywords.csv"
# Corpus and thesaurus (none: what labels say themselves) of each measurement.
WORLDS = {
    "nasa-cmr": ("nasa-cmr", GCMD),
    "nasa-cmr-lowest": ("nasa-cmr", GCMD),
    "noaa-iso-gcmd": ("noaa-iso-gcmd", GCMD),
    "arxiv-recent": ("arxiv-recent", None),
}
THRESHOLDS = (0.5, 0.7, 0.9)
RANDOM = "random"
_MOST_DOCS, _RANDOM_SHARE = 4000, 0.3


def main(given: Sequence[str] | None = None) -> None:
    """Measure on every corpus, append the records and print them as tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=running.SHARED / "data", help="a folder a corpus, and the thesauri"
    )
    parser.add_argument("--corpora", nargs="*", default=list(WORLDS), choices=WORLDS)
    parser.add_argument("--questions", nargs="*", default=list(QUESTIONS), choices=QUESTIONS)
    parser.add_argument("--recipe", default="fast")
    parser.add_argument("--part", default="valid", help="the part that is judged; random: of train")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(given)
    settings = {"run": machine.today(), "commit": machine.commit(), "recipe": options.recipe, "part": options.part}
    for name in options.corpora:
        world = world_of(options.data, name, options.part)
        for question in options.questions:
            found = QUESTIONS[question](world, options.recipe, options.seed)
            records.append(options.results, settings | {"dataset": name} | found)
            print(table(f"{name}, {options.part} part, {options.recipe}", found), flush=True)


def world_of(data: Path, name: str, part: str) -> World:
    """Read a corpus and its thesaurus; a label of several concepts becomes these.

    Of nasa-cmr-lowest only the most specific keywords of each document are kept; of arxiv-recent only documents with a
    code of the MSC or ACM, for categories alone have no hierarchy to speak of.
    """
    folder, file = WORLDS[name]
    corpus = read(data / folder / "documents.jsonl.gz", duplicate_ids="number")
    thesaurus = thesaurus_in_labels(corpus.label_space.names) if file is None else read_thesaurus(data / file)
    matches = [one for one in align_corpus(corpus, thesaurus) if one.concepts]
    corpus, _ = relabel(corpus, images_of(matches, thesaurus))
    if name == "nasa-cmr-lowest":
        corpus = _lowest(corpus, thesaurus)
    if name == "arxiv-recent":
        deep = np.flatnonzero(thesaurus.depths[thesaurus.rows(corpus.label_space.names)] > 1)
        corpus = corpus.subset(np.flatnonzero(np.asarray(corpus.targets[:, deep].sum(axis=1)).ravel() > 0))
    parts = np.array(corpus.fields["split"] if "split" in corpus.fields else [_part(one) for one in corpus.ids])
    if part == RANDOM:
        drawn = np.random.default_rng(0).random(len(corpus)) < _RANDOM_SHARE
        parts = np.where(parts != "train", parts, np.where(drawn, RANDOM, "train"))
    train, judged = (corpus.subset(np.flatnonzero(parts == one)[:_MOST_DOCS]) for one in ("train", part))
    return World(train, judged, thesaurus)


def _lowest(corpus: Corpus, thesaurus: Thesaurus) -> Corpus:
    """Return the corpus without labels that lie above others of the same document."""
    hierarchy = hierarchy_of(corpus.label_space, thesaurus)
    lowest = most_specific(hierarchy.nodes_of(corpus.targets), hierarchy.ancestry)
    return corpus.with_labels(corpus.label_space.decode(lowest[:, hierarchy.meaning.indices]))


def _part(doc_id: str) -> str:
    digit = int(hashlib.md5(doc_id.encode()).hexdigest(), 16) % 10
    return {0: "test", 1: "valid", 2: "valid"}.get(digit, "train")


def back_off(world: World, recipe: str, seed: int) -> Record:
    """Hold stated probabilities of broader concepts against the truth, with the map learnt in training and without."""
    tagger = Tagger(recipe, seed=seed, n_threads=1).fit(world.train)
    hierarchy = hierarchy_of(tagger.label_space, world.thesaurus)
    held = tagger.held
    assert held is not None
    learnt = fit_closure(held.suggestions, held.corpus, hierarchy)
    suggestions, truth = tagger.suggest(world.judged), closed_truth(world.judged, hierarchy)
    figures = {
        name: [_backed_off(hierarchy, closure, suggestions, truth, one) for one in THRESHOLDS]
        for name, closure in (("learnt", learnt), ("default", ClosureMap()))
    }
    weights = [round(float(one), 4) for one in learnt.weights]
    return {"question": "back-off", "n_docs": len(world.judged), "weights": weights, "figures": figures}


QUESTIONS = {"unseen": unseen, "back-off": back_off}


def _backed_off(
    hierarchy: Hierarchy, closure: ClosureMap, suggestions: Suggestions, truth: sp.csr_matrix, threshold: float
) -> Record:
    """Return what is chosen at one threshold by itself and instead of others, and how much of it is right."""
    names = LabelSpace(hierarchy.node_names())
    found = BackOff(hierarchy, closure, threshold).apply(suggestions)
    answers = found.suggestions
    node = names.columns_of(answers.label_space.names)[answers.columns]
    document = np.repeat(np.arange(len(answers)), np.diff(answers.indptr))
    right = contains(truth, document, node)
    instead = found.backed_off
    # Labels that are no concept have no place in the truth.
    direct = answers.chosen & ~instead & (node < truth.shape[1])
    with_label, with_any = (len(np.unique(document[kind])) for kind in (direct, direct | instead))
    met = [_met(hierarchy, truth, document[kind], node[kind]) for kind in (direct, direct | instead)]
    return {
        "threshold": threshold,
        "n_direct": int(direct.sum()),
        "direct_right": _mean(right[direct]),
        "direct_stated": _mean(answers.probabilities[direct]),
        "n_backed_off": int(instead.sum()),
        "stated": _mean(answers.probabilities[instead]),
        "right": _mean(right[instead]),
        "documents_with_label": with_label / len(answers),
        "documents_with_any": with_any / len(answers),
        "met_by_labels": met[0],
        "met_by_any": met[1],
    }


def _met(hierarchy: Hierarchy, truth: sp.csr_matrix, documents: np.ndarray, nodes: np.ndarray) -> float:
    """Return the share of the most specific true concepts that are chosen, or lie below a chosen one."""
    n_nodes = truth.shape[1]
    ancestry = hierarchy.ancestry
    lowest = most_specific(
        sp.csr_matrix((truth.data, truth.indices, truth.indptr), (truth.shape[0], len(ancestry))), ancestry
    )
    inside = nodes < n_nodes
    chosen = sp.csr_matrix((np.ones(int(inside.sum())), (documents[inside], nodes[inside])), lowest.shape)
    under = sp.csr_matrix(chosen @ ancestry.closure.T)
    return float(lowest.multiply(under > 0).nnz / max(lowest.nnz, 1))


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def table(name: str, found: Record) -> str:
    """Return a record as a Markdown table under a line that says what it is."""
    if found["question"] == "unseen":
        head = (
            f"\n{name}: {found['n_pairs']} assignments of {found['n_held_labels']} leaves that training lacks, in "
            f"{found['n_docs']} documents, among {found['n_candidates']} concepts without training documents"
        )
        lines = ["| ranked by | MRR | in 1 | in 10 | in 50 | mean percentile |", "|---|---|---|---|---|---|"]
        for system, f in found["figures"].items():
            cells = [f["mrr"], *(f[f"within_{k}"] for k in DEPTHS), f["mean_percentile"]]
            lines.append(f"| {system} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
        return "\n".join([head, "", *lines])
    head = f"\n{name}: back-off on {found['n_docs']} documents; learnt weights {found['weights']}"
    lines = [
        "| map | threshold | labels | right | stated | broader | right | stated | documents answered | true ones met |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, rows in found["figures"].items():
        for row in rows:
            cells = [
                kind, row["threshold"], row["n_direct"], _short(row["direct_right"]), _short(row["direct_stated"]),
                row["n_backed_off"], _short(row["right"]), _short(row["stated"]),
                f"{row['documents_with_label']:.3f} to {row['documents_with_any']:.3f}",
                f"{row['met_by_labels']:.3f} to {row['met_by_any']:.3f}",
            ]  # fmt: skip
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join([head, "", *lines])


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
