"""What bands are worth on documents that they were not made from."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from headword.core.scores import BANDS
from headword.decisions.bands import Bands, document_figures
from headword.decisions.judged import Judged


@dataclass(frozen=True)
class Share:
    """A count, a mean, and its interval.

    Attributes
    ----------
    name
        What is counted.
    n
        Suggestions or documents.
    share
        Their part of all suggestions or documents.
    precision, low, high
        Which part is right, and its interval; NaN for nothing.
    """

    name: str
    n: int
    share: float
    precision: float
    low: float
    high: float


@dataclass(frozen=True)
class BandAudit:
    """Bands on judged documents.

    Attributes
    ----------
    bands
        Suggestions of each band, best first, with Clopper-Pearson intervals (as if suggestions were independent).
    documents
        Mean precision a document: of the accepted labels, over documents with any; and of the chosen labels of
        automatic documents. Intervals by the normal approximation.
    found
        The share of a document's right labels not rejected, on average.
    automatic_recall
        Of the right labels of automatic documents, the share chosen, on average.
    """

    bands: tuple[Share, ...]
    documents: tuple[Share, ...]
    found: float
    automatic_recall: float

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; None for what is not defined."""

        def plain(share: Share) -> dict[str, Any]:
            return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in asdict(share).items()}

        rest = {name: getattr(self, name) for name in ("found", "automatic_recall")}
        return {
            "bands": [plain(one) for one in self.bands],
            "documents": [plain(one) for one in self.documents],
            **{name: None if np.isnan(value) else value for name, value in rest.items()},
        }


def audit_bands(bands: Bands, judged: Judged, *, confidence_level: float = 0.95) -> BandAudit:
    """Measure every band on documents that it was not made from."""
    p, documents, n = judged.probabilities, judged.documents, len(judged)
    accepted = p >= np.float32(bands.accept)
    rejected = p < np.float32(bands.reject)
    inside = (rejected, ~accepted & ~rejected, accepted)
    shares = [
        _pooled(name, judged.right[some], len(p), confidence_level) for name, some in zip(BANDS, inside, strict=True)
    ]
    size = np.bincount(documents, weights=accepted, minlength=n)
    hits = np.bincount(documents, weights=accepted * judged.right, minlength=n)
    sure, right = document_figures(judged)
    automatic = sure >= np.float32(bands.automatic)
    n_true = np.bincount(judged.true_documents, minlength=n)
    kept = np.bincount(judged.true_documents, judged.true_probabilities >= np.float32(bands.reject), minlength=n)
    return BandAudit(
        bands=tuple(reversed(shares)),
        documents=(
            _mean("accepted labels", (hits / np.maximum(size, 1))[size > 0], n, confidence_level),
            _mean("automatic documents", right[automatic], n, confidence_level),
        ),
        found=_average((kept / np.maximum(n_true, 1))[n_true > 0]),
        automatic_recall=_average(_recall(judged, n_true)[automatic & (n_true > 0)]),
    )


def coverage_curve(judged: Judged, *, n_points: int = 100) -> list[dict[str, float]]:
    """Return what it costs to leave documents to the machine, surest first: share, precision, recall, confidence.

    At each share of the documents: the mean precision and recall of the chosen labels, and the confidence of the last
    document. Documents for which nothing is chosen come last and count as precision 0.
    """
    sure, right = document_figures(judged)
    n_true = np.bincount(judged.true_documents, minlength=len(judged))
    recall = np.where(n_true > 0, _recall(judged, n_true), 1.0)
    order = np.argsort(-sure, kind="stable")
    counts = np.arange(1, len(order) + 1)
    precision, found = np.cumsum(right[order]) / counts, np.cumsum(recall[order]) / counts
    ends = np.unique(np.ceil(np.linspace(0, len(order), n_points + 1)[1:]).astype(int)) - 1
    return [
        {
            "share": float(counts[i] / len(order)),
            "precision": float(precision[i]),
            "recall": float(found[i]),
            "confidence": float(sure[order[i]]),
        }
        for i in ends
    ]


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share, `hits` of `n`; (0, 1) for n = 0.

    References
    ----------
    Clopper and Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, 1934.
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return low, high


def _recall(judged: Judged, n_true: np.ndarray) -> np.ndarray:
    hits = np.bincount(judged.documents, weights=judged.chosen * judged.right, minlength=len(judged))
    return np.asarray(hits / np.maximum(n_true, 1))


def _pooled(name: str, right: np.ndarray, n: int, level: float) -> Share:
    hits, size = round(float(right.sum())), len(right)
    low, high = clopper_pearson(hits, size, level)
    return Share(name, size, size / max(n, 1), hits / size if size else float("nan"), low, high)


def _mean(name: str, values: np.ndarray, n: int, level: float) -> Share:
    from scipy.special import ndtri

    size = len(values)
    if not size:
        return Share(name, 0, 0.0, *(float("nan"),) * 3)
    mean = float(values.mean())
    wide = float(ndtri((1 + level) / 2)) * float(values.std()) / np.sqrt(size)
    return Share(name, size, size / n, mean, max(0.0, mean - wide), min(1.0, mean + wide))


def _average(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
