"""Labels that the text gives away: names, codes, headed lines and other words that only an indexer can have written."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.audit.mentions import Names, excerpt, tokens
from headword.core.corpus import Corpus
from headword.text.features import FeatureExtractor

LEAST_DOCS = 5
TERM_DOCS = 10
NAMED_SHARE = 0.8
TERM_SHARE = 0.9
_BLOCK = 256
_EXAMPLES = 3
_HEADED = re.compile(r"(?:^|[.;:\n]|\s{2})\s*([^\W\d_][^\W_]*(?:[ /&-][^\W_]+){0,3})\s*[:=]\s+([^\n]{1,400})")
_LEAST_OWN = 0.5
_LEAST_COVERED = 0.5
_SENTENCE_END = re.compile(r"[.!?]\s")
_MORE_THAN_CHANCE = 0.25
_TERM_LIFT = 5.0


@dataclass(frozen=True)
class Giveaway:
    """A term that stands in nearly all documents of a label, and hardly elsewhere.

    Attributes
    ----------
    kind
        "name" (the label's own name or code) or "term" (any other).
    support, inside, outside
        Documents with the label; those of them with the term; other documents with the term.
    lift
        How many times more frequent the term is with the label than without it; infinite if it never is without.
    examples
        Id and surroundings.
    """

    label: str
    kind: str
    term: str
    support: int
    inside: int
    outside: int
    lift: float
    examples: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        """Share of the label's documents that have the term."""
        return self.inside / self.support

    @property
    def precision(self) -> float:
        """Share of the documents with the term that have the label."""
        return self.inside / (self.inside + self.outside)


@dataclass(frozen=True)
class HeadedLine:
    """A line with a heading of its own that names labels of its document, such as `Keywords: …`.

    Attributes
    ----------
    n_docs
        Documents with such a line.
    own
        Share of them whose line names a label that the document has.
    chance
        That share if every line stood in another document.
    """

    heading: str
    n_docs: int
    own: float
    chance: float
    examples: tuple[tuple[str, str], ...]


def giveaways(corpus: Corpus, *, n_threads: int | None = None) -> list[Giveaway]:
    """Return what gives labels away, those of most documents first.

    A label's own name or code is listed where it stands in at least 80% of its documents and at least 80% of the
    documents in which it stands have the label, any other term only from 90% on; both only if it is five times as
    frequent with the label as without. Labels need 5 documents for their name to count, 10 for another term; one term a
    label.
    """
    known = corpus.subset(corpus.annotated)
    if not len(known) or known.features is not None:
        return []
    texts = known.texts()
    named = _named(known, texts)
    taken = {one.label for one in named}
    found = named + [one for one in _by_terms(known, texts, n_threads) if one.label not in taken]
    # What nearly all documents have is told by any common word.
    found = [one for one in found if one.lift >= _TERM_LIFT]
    return sorted(found, key=lambda one: (-one.inside, one.label))


def _named(corpus: Corpus, texts: list[str]) -> list[Giveaway]:
    labels = corpus.label_space.names
    names = Names.of(labels)
    found = names.matrix(texts, len(labels))
    inside = _counts(found.multiply(corpus.targets).tocsr())
    everywhere, support = _counts(found), _counts(corpus.targets)
    out = []
    for column in _passing(inside, everywhere, support, NAMED_SHARE):
        forms = [form for form, columns in names.forms.items() if column in columns]
        out.append(_giveaway(corpus, texts, column, "name", forms, int(inside[column]), int(everywhere[column])))
    return out


def _by_terms(corpus: Corpus, texts: list[str], n_threads: int | None) -> list[Giveaway]:
    """Return, of each label that any term gives away, the term that does it best by F1."""
    if not any(text.strip() for text in texts):
        return []
    options = {"words": {"title_words": False, "pairs": True, "min_df": TERM_DOCS}}
    extractor, features = FeatureExtractor.fit(corpus, options, n_threads=n_threads)
    rows = features["words"]
    present = sp.csr_matrix((np.ones(rows.nnz, dtype=np.float32), rows.indices, rows.indptr), rows.shape)
    everywhere, support = _counts(present), _counts(corpus.targets)
    out = []
    for column, term, n in _best_terms(present, corpus.targets, everywhere, support):
        form = tokens(extractor.blocks["words"].term(term))
        out.append(_giveaway(corpus, texts, column, "term", [form], n, int(everywhere[term])))
    return out


def _best_terms(
    present: sp.csr_matrix, targets: sp.csr_matrix, everywhere: np.ndarray, support: np.ndarray
) -> Iterator[tuple[int, int, int]]:
    """Yield label, term and documents with both, where the term of the best F1 gives the label away."""
    for start in range(0, len(support), _BLOCK):
        block = (targets[:, start : start + _BLOCK].T @ present).tocsr()
        for row in range(block.shape[0]):
            inside = slice(block.indptr[row], block.indptr[row + 1])
            terms, together, n_label = block.indices[inside], block.data[inside], support[start + row]
            if n_label < TERM_DOCS or not len(terms):
                continue
            best = int(np.lexsort((terms, -together / (n_label + everywhere[terms])))[0])
            if together[best] >= TERM_SHARE * max(n_label, everywhere[terms[best]]):
                yield start + row, int(terms[best]), int(together[best])


def _passing(inside: np.ndarray, everywhere: np.ndarray, support: np.ndarray, share: float) -> list[int]:
    enough = (support >= LEAST_DOCS) & (inside >= share * support) & (inside >= share * everywhere)
    return np.flatnonzero(enough).tolist()


def _giveaway(
    corpus: Corpus,
    texts: list[str],
    column: int,
    kind: str,
    forms: list[tuple[str, ...]],
    n_in: int,
    n_all: int,
) -> Giveaway:
    rows = corpus.targets[:, [column]].nonzero()[0].tolist()
    examples, said = list[tuple[str, str]](), Counter[str]()
    for i in rows:
        form = next((form for form in forms if excerpt(texts[i], form)), None)
        if form is not None:
            said[" ".join(form)] += 1
            examples.append((corpus.ids[i], excerpt(texts[i], form)))
        if len(examples) == _EXAMPLES:
            break
    n, n_out = len(rows), n_all - n_in
    without = len(corpus) - n
    lift = (n_in / n) / (n_out / without) if n_out and without else float("inf")
    term = said.most_common(1)[0][0] if said else " ".join(forms[0])
    return Giveaway(corpus.label_space.names[column], kind, term, n, n_in, n_out, lift, tuple(examples))


def headed_lines(corpus: Corpus) -> list[HeadedLine]:
    """Return the headings whose lines name the labels of their documents, the most frequent first.

    Looked for in abstracts. Listed are headings in at least 5 documents and one in a thousand, half of whose words, up
    to the end of a sentence, are names of labels, and at least half of whose lines name a label that their document
    has, a quarter of them more than if the lines were exchanged.
    """
    known = corpus.subset(corpus.annotated)
    if known.features is not None:
        return []
    lines: dict[str, dict[int, str]] = {}
    for i, text in enumerate(known.abstracts):
        for match in _HEADED.finditer(text):
            lines.setdefault(match[1].lower(), {}).setdefault(i, _SENTENCE_END.split(match[2])[0])
    least = max(LEAST_DOCS, len(known) // 1000)
    names = Names.of(known.label_space.names)
    many = {heading: at for heading, at in lines.items() if len(at) >= least}
    # A sentence may name labels too; an indexer's line holds little else.
    lists = {h: at for h, at in many.items() if np.mean([names.covered(s) for s in at.values()]) >= _LEAST_COVERED}
    found = [_headed(known, names, heading, at) for heading, at in lists.items()]
    kept = [one for one in found if one.own >= _LEAST_OWN and one.own >= one.chance + _MORE_THAN_CHANCE]
    return sorted(kept, key=lambda one: (-one.n_docs, one.heading))


def _headed(corpus: Corpus, names: Names, heading: str, at: dict[int, str]) -> HeadedLine:
    rows = np.array(list(at), dtype=np.int64)
    said = names.matrix(list(at.values()), len(corpus.label_space))
    of_rows = corpus.targets[rows]
    own = float((_per_row(said, of_rows) > 0).mean())
    # Each line beside the labels of the next document that has such a line.
    chance = float((_per_row(said, of_rows[np.roll(np.arange(len(rows)), 1)]) > 0).mean())
    examples = tuple((corpus.ids[i], f"{heading}: {' '.join(line.split())[:80]}") for i, line in at.items())
    return HeadedLine(heading, len(rows), own, chance, examples[:_EXAMPLES])


def _per_row(a: sp.csr_matrix, b: sp.csr_matrix) -> np.ndarray:
    return np.asarray(a.multiply(b).sum(axis=1)).ravel()


def _counts(matrix: sp.csr_matrix) -> np.ndarray:
    return np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.int64)
