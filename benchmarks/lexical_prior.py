"""`python -m benchmarks lexical_prior --data FOLDER`: what evidence of names is worth in general, for the package.

Trees are fitted to whether a label is right that a document names, on corpora outside the learning curves, of which
25 to 400 documents serve for training and others are judged. Each corpus has a log odds of its own to start from, so
that only differences within a corpus are learnt. Nothing is read that depends on the size of corpus or thesaurus.
"""

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from benchmarks import protocol
from benchmarks.machine import ROOT
from headword.core.files import replacing
from headword.scorers.boosting import BoostedTrees, fit_trees
from headword.scorers.lexical import COLUMNS, inputs
from headword.scorers.lexical_prior import FILE
from headword.scorers.lexical_statistics import Experience
from headword.text.name_kernels import BROADER, LENGTH, NARROWER, OTHERS, RELATED, SIBLINGS
from headword.text.name_patterns import LabelNames
from headword.text.names import EVIDENCE, NameFeatures, found_in
from headword.text.tokens import TokenStream, tokenize
from headword.thesaurus.folding import fold_words

SIZES = (25, 50, 100, 200, 400)
DRAWS = 3
HELD = 250
MOST = 6000
# Few of these corpora have links; texts and thesauri differ in size.
_LEFT_OUT = {EVIDENCE[column] for column in (BROADER, NARROWER, RELATED, SIBLINGS, LENGTH, OTHERS)}
_DIGITS = 4
Row = dict[str, Any]


class Named(NamedTuple):
    """Documents whose labels have names: titles and abstracts."""

    texts: list[tuple[str, str]]
    names: LabelNames
    targets: sp.csr_matrix

    def stream(self, documents: np.ndarray) -> TokenStream:
        """Return the tokens of some documents."""
        return tokenize([text for row in documents.tolist() for text in self.texts[row]])


def main(arguments: Sequence[str]) -> None:
    """Fit, and write the file of the package."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lexical_prior", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of corpora")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "headword" / "scorers" / FILE)
    given = parser.parse_args(arguments)
    pairs = {}
    for name, read in CORPORA.items():
        pairs[name] = drawn(read(given.data / name))
        print(f"{name}: {len(pairs[name][1])} pairs, {int(pairs[name][1].sum())} right")
    write(fit(list(pairs.values())), given.out)


def fit(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> BoostedTrees:
    """Fit trees to the pairs of corpora; each counts by the root of its right pairs, so that none rules."""
    used = [column for column, name in enumerate(COLUMNS) if name not in _LEFT_OUT]
    base = [np.log(y.mean() / (1 - y.mean())) for _, y in pairs]
    counts = [np.sqrt(100 / y.sum()) for _, y in pairs]
    lengths = [len(y) for _, y in pairs]
    trees = fit_trees(
        np.vstack([rows[:, used] for rows, _ in pairs]),
        np.concatenate([y for _, y in pairs]),
        np.repeat(counts, lengths).astype(np.float32),
        np.repeat(base, lengths).astype(np.float32),
        n_trees=50,
        depth=4,
        rate=0.12,
        penalty=30.0,
        least=3.0,
    )
    return BoostedTrees(trees.features, trees.thresholds, trees.values, float(np.mean(base)))


def drawn(corpus: Named) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs float32 (n_pairs, n_columns) and rights of held documents, by what some others taught."""
    rows, rights = [], []
    for size in SIZES:
        for draw in range(DRAWS):
            order = np.random.default_rng([size, draw]).permutation(len(corpus.texts))
            train, held = order[:size], order[size : size + HELD]
            names, block = NameFeatures.fit_rows(corpus.stream(train), corpus.names)
            taught = Experience(found_in(block), corpus.targets[train], corpus.targets.shape[1])
            found = names.find(corpus.stream(held))
            documents = np.repeat(np.arange(len(held)), np.diff(found.indptr))
            rows.append(inputs(found, taught.statistics()))
            rights.append(np.asarray(corpus.targets[held][documents, found.labels]).ravel())
    return np.vstack(rows).astype(np.float32), np.concatenate(rights).astype(np.float32)


def write(trees: BoostedTrees, path: Path) -> None:
    """Write trees as JSON, rounded; thresholds that let nothing pass stay what they are."""
    used = [name for name in COLUMNS if name not in _LEFT_OUT]
    kept = {
        "columns": used,
        "intercept": round(trees.intercept, _DIGITS),
        "features": trees.features.tolist(),
        "thresholds": [[float(f"{one:.5g}") for one in tree] for tree in trees.thresholds.astype(np.float64).tolist()],
        "values": [[round(one, _DIGITS) for one in tree] for tree in trees.values.tolist()],
    }
    with replacing(path) as new:
        new.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")


def named(rows: Sequence[Row], sets: Sequence[Iterable[str]], names: dict[str, list[str]], most: int = MOST) -> Named:
    """Return the documents that have labels, at most so many; `names` gives the names of each label, the best first."""
    place = {label: column for column, label in enumerate(names)}
    columns = [sorted({place[label] for label in some if label in place}) for some in sets]
    kept = np.array([row for row, some in enumerate(columns) if some])
    kept = np.sort(np.random.default_rng(0).permutation(kept)[:most])
    texts = [(text, column, min(kind, 1)) for label, column in place.items() for kind, text in enumerate(names[label])]
    found = LabelNames(
        len(names),
        tuple(text for text, _, _ in texts),
        np.array([column for _, column, _ in texts], dtype=np.int32),
        np.array([kind for _, _, kind in texts], dtype=np.int8),
        language="en",
    )
    taken = [(rows[row]["title"], rows[row]["abstract"]) for row in kept.tolist()]
    sizes = [len(columns[row]) for row in kept.tolist()]
    indices = np.concatenate([columns[row] for row in kept.tolist()]).astype(np.int32)
    ones = np.ones(len(indices), dtype=np.float32)
    targets = sp.csr_matrix((ones, indices, np.cumsum([0, *sizes])), shape=(len(kept), len(names)))
    return Named(taken, found, targets)


def read_rows(folder: Path) -> list[Row]:
    """Return the rows of a corpus that the benchmarks train on, one of each text; of others they learn nothing."""
    path = folder / "documents.jsonl.gz"
    known = set(protocol.load(path).train.ids)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if str(row.get("id") or row["title"]) in known]
    return list({(row["title"], row["abstract"]): row for row in reversed(rows)}.values())[::-1]


def keywords(field: str = "labels", written: Callable[[str], str] = str) -> Callable[[Path], Named]:
    """Return a reader of a corpus whose labels are names, those that differ in case or number being one."""

    def read(folder: Path) -> Named:
        rows = read_rows(folder)
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        sets = [[written(label) for label in row.get(field, ())] for row in rows]
        for some in sets:
            for label in some:
                forms[fold_words(label)][label] += 1
        names = {key: [forms[key].most_common(1)[0][0]] for key in sorted(forms) if key}
        return named(rows, [{fold_words(label) for label in some} for some in sets], names)

    return read


def categories(folder: Path) -> Named:
    """Read a corpus whose labels are codes, with names beside it."""
    with gzip.open(folder / "labels.jsonl.gz", "rt", encoding="utf-8") as lines:
        names = {one["id"]: [one["name"], *filter(None, one.get("alt") or ())] for one in map(json.loads, lines)}
    rows = read_rows(folder)
    return named(rows, [row["labels"] for row in rows], names, MOST // 2)


CORPORA: dict[str, Callable[[Path], Named]] = {
    "openreview-keywords": keywords(),
    "nasa-other": keywords(),
    "madewithml": keywords(written=lambda label: label.replace("-", " ")),
    "arxiv-mixed": categories,
    "arxiv-cs": categories,
    "reuters21578": keywords(),
}
