"""What came of a promise on documents whose labels are known."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from headword.core.corpus import Corpus
from headword.core.scores import Suggestions
from headword.decisions.guarantee import BY_LABEL, Guarantee
from headword.decisions.judged import Judged
from headword.decisions.label_sets import nonconformity


@dataclass(frozen=True)
class PromiseAudit:
    """A promise beside what was found.

    Attributes
    ----------
    kind, level
        What was promised.
    found, low, high
        The mean over `n`, and its 95 % interval by the normal approximation; NaN where there is nothing to average.
    n
        Documents for which the promise holds and something can be told; by label, right labels (recall) or labels in
        sets (precision).
    size
        Labels in a document's set on average; for label sets, candidates that some set may have.
    """

    kind: str
    level: float
    found: float
    low: float
    high: float
    n: int
    size: float

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; None for what is not defined."""
        return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in asdict(self).items()}


def audit_promise(guarantee: Guarantee, suggestions: Suggestions, corpus: Corpus) -> PromiseAudit:
    """Measure a promise on documents that it was not made from.

    Parameters
    ----------
    suggestions
        All candidates of the annotated documents of `corpus`.
    """
    judged = Judged.of(suggestions, corpus)
    inside, holds = guarantee.inside(suggestions, corpus)
    size = float(inside.sum() / len(judged))
    if guarantee.kind == "labelset":
        values = _kept_sets(guarantee, judged, corpus)[holds]
    elif guarantee.by == BY_LABEL:
        values = _by_label(guarantee, judged, inside)
    else:
        hits = np.bincount(judged.documents, weights=inside * judged.right, minlength=len(judged))
        filled = np.bincount(judged.documents, weights=inside, minlength=len(judged))
        right = np.bincount(judged.true_documents, minlength=len(judged))
        whole = right if guarantee.kind == "recall" else filled
        values = (hits / np.maximum(whole, 1))[holds & (whole > 0)]
    mean = float(values.mean()) if len(values) else float("nan")
    wide = 1.96 * float(values.std()) / np.sqrt(len(values)) if len(values) else float("nan")
    low, high = np.clip([mean - wide, mean + wide], 0.0, 1.0).tolist()
    return PromiseAudit(guarantee.kind, guarantee.level, mean, low, high, len(values), size)


def _by_label(guarantee: Guarantee, judged: Judged, inside: np.ndarray) -> np.ndarray:
    """Return 1 for each right label in its set (recall), or for each label in a set that is right (precision)."""
    if guarantee.kind == "precision":
        return np.asarray(judged.right[inside & guarantee.kept[guarantee.classes[judged.columns]]])
    known = judged.true_columns >= 0
    of = guarantee.classes[judged.true_columns[known]]
    found = judged.true_probabilities[known] >= guarantee.thresholds[of]
    return np.asarray(found[guarantee.kept[of]], dtype=np.float64)


def _kept_sets(guarantee: Guarantee, judged: Judged, corpus: Corpus) -> np.ndarray:
    outside = np.bincount(judged.true_documents[judged.true_probabilities < 0], minlength=len(judged))
    bounds = judged.indptr
    costs = [
        nonconformity(judged.probabilities[a:b], judged.right[a:b], int(n))
        for a, b, n in zip(bounds[:-1], bounds[1:], outside, strict=True)
    ]
    return np.asarray(np.array(costs) <= guarantee.of_documents(corpus)[0] * (1 + 1e-6), dtype=np.float64)
