"""Drift: do the documents of one corpus differ from those of another, in what, and could it be chance?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.audit.drift_families import (
    Family,
    Item,
    cardinality_family,
    counted_family,
    label_family,
    length_family,
    property_families,
)
from headword.audit.joined import join
from headword.audit.two_sample import LEAST, tell_apart
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.progress import Progress, silent
from headword.metrics.paired import holm
from headword.text.features import FeatureExtractor

ALPHA = 0.05
MOST_DOCS = 20_000
_WORDS = {"words": {"title_words": False, "pairs": True, "min_df": 3}}
_GIVEN: Mapping[str, Mapping[str, Any]] = {"given": {}}
_EXAMPLES = 5


@dataclass(frozen=True)
class Telling:
    """Whether a classifier could tell documents of A from those of B that it had not seen.

    Attributes
    ----------
    auc
        Probability that a document of B looks more like B than one of A does: 1/2 is a guess.
    p
        Chance of that, were both random parts of one population.
    most_a, most_b
        The judged documents that look most like A, and most like B: id and title.
    """

    auc: float
    p: float
    n_judged: int
    most_a: tuple[tuple[str, str], ...]
    most_b: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drift:
    """What two corpora differ in.

    Attributes
    ----------
    n_a, n_b
        Their documents.
    n_drawn
        Those of each that were compared.
    alpha
        The accepted chance of any false alarm of `drifted`.
    text
        Whether their documents can be told apart by what they say; None if one has fewer than 20.
    families
        What was counted: terms, labels, labels per document, length, language, years and other properties.
    p
        By name ("text" and the families'), adjusted for their number.
    """

    n_a: int
    n_b: int
    n_drawn: tuple[int, int]
    alpha: float
    text: Telling | None
    families: tuple[Family, ...]
    p: Mapping[str, float]

    @property
    def drifted(self) -> list[str]:
        """What differs beyond chance; were both random parts of one population, anything at all with chance alpha."""
        return [name for name, p in self.p.items() if p <= self.alpha]

    def family(self, name: str) -> Family:
        """Return a family by its name.

        Raises
        ------
        DataError
            If there is none; the message names those there are.
        """
        for family in self.families:
            if family.name == name:
                return family
        raise DataError(f"nothing called {name!r} was compared; there are: {', '.join(f.name for f in self.families)}")

    def to_json(self) -> dict[str, Any]:
        """Return plain data: every family with its items that differ, and how many were compared."""
        families = {
            f.name: {
                **{key: value for key, value in asdict(f).items() if key not in ("name", "items")},
                "p_adjusted": self.p[f.name],
                "compared": len(f.items),
                "drifted": [asdict(item) for item in f.drifted(self.alpha)],
            }
            for f in self.families
        }
        return {
            "n_a": self.n_a,
            "n_b": self.n_b,
            "n_drawn": self.n_drawn,
            "alpha": self.alpha,
            "drifted": self.drifted,
            "text": None if self.text is None else {**asdict(self.text), "p_adjusted": self.p["text"]},
            "families": families,
        }


def compare(
    a: Corpus,
    b: Corpus,
    *,
    alpha: float = ALPHA,
    seed: int = 0,
    most_docs: int = MOST_DOCS,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> Drift:
    """Compare two corpora.

    Were A and B random parts of one population, the probability that `Drift.drifted` names anything is at most
    `alpha`: each p-value is exact, and they are corrected for their number inside each family and across families.

    Parameters
    ----------
    alpha
        The accepted chance of a false alarm, in (0, 1).
    seed
        Draws the documents that are read and the halves that teach and are judged.
    most_docs
        Of a corpus with more documents, so many are drawn by lot; labels and properties are counted in these too.

    Raises
    ------
    DataError
        If a corpus is empty, `alpha` is out of range, or one comes as text and the other as numbers.
    """
    if not len(a) or not len(b):
        raise DataError("one of the two corpora has no documents: there is nothing to compare")
    if not 0 < alpha < 1:
        raise DataError(f"the rate of false alarms lies between 0 and 1, found {alpha}")
    rng = np.random.default_rng(seed)
    both, is_b = join(_drawn(a, most_docs, rng), _drawn(b, most_docs, rng))
    progress("counting", 0, 3)
    families = [label_family(both, is_b, alpha), cardinality_family(both, is_b, alpha)]
    if both.features is None:
        families.append(length_family(both, is_b, alpha))
    families += property_families(both, is_b, alpha)
    progress("counting", 1, 3)
    text, terms = _texts(both, is_b, alpha, seed, n_threads)
    progress("counting", 3, 3)
    families = [one for one in ([terms] if terms else []) + families if one.items]
    raw = {**({"text": text.p} if text else {}), **{family.name: family.p for family in families}}
    adjusted = dict(zip(raw, holm(np.array(list(raw.values()))).tolist(), strict=True))
    drawn = int((~is_b).sum()), int(is_b.sum())
    return Drift(len(a), len(b), drawn, alpha, text, tuple(families), adjusted)


def _drawn(corpus: Corpus, most: int, rng: np.random.Generator) -> Corpus:
    return corpus if len(corpus) <= most else corpus.subset(np.sort(rng.permutation(len(corpus))[:most]))


def _texts(
    both: Corpus, is_b: np.ndarray, alpha: float, seed: int, n_threads: int | None
) -> tuple[Telling | None, Family | None]:
    """Compare what the documents say: by a classifier, and term by term."""
    blocks = _WORDS if both.features is None else _GIVEN
    if both.features is None and not any(both.titles) and not any(both.abstracts):
        return None, None
    extractor, features = FeatureExtractor.fit(both, blocks, seed=seed, n_threads=n_threads)
    name = next(iter(blocks))
    block, sizes = extractor.blocks[name], (int((~is_b).sum()), int(is_b.sum()))
    counts = (_presence(features[name][~is_b]), _presence(features[name][is_b]))
    used = np.flatnonzero(counts[0] + counts[1])
    terms = counted_family(
        "terms", "term", [block.term(int(t)) for t in used], (counts[0][used], counts[1][used]), sizes, alpha,
        exclusive=False,
    )  # fmt: skip
    if min(sizes) < LEAST:
        return None, terms
    found = tell_apart(features, is_b, seed=seed, n_threads=n_threads)
    order = found.rows[np.argsort(found.scores, kind="stable")].tolist()
    title = [(both.ids[i], (both.titles[i] or both.abstracts[i])[:120]) for i in order]
    most_a, most_b = tuple(title[:_EXAMPLES]), tuple(title[: -_EXAMPLES - 1 : -1])
    return Telling(found.auc, found.p, found.n_judged, most_a, most_b), terms


def _presence(rows: sp.csr_matrix) -> np.ndarray:
    return np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.int64)


__all__ = ["ALPHA", "MOST_DOCS", "Drift", "Family", "Item", "Telling", "compare"]
