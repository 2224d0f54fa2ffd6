"""Faithfulness: whether the terms that an explanation puts first are those that the suggestion rests on.

References
----------
Petsiuk, Das and Saenko, RISE: randomized input sampling for explanation of black-box models, BMVC 2018 (deletion and
insertion curves). Samek et al., Evaluating the visualization of what a deep neural network has learned, IEEE TNNLS 28
(2017).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.progress import Progress, silent
from headword.decisions.ensemble import Ensemble
from headword.explain.evidence import Evidence
from headword.explain.pieces import Pieces
from headword.text.features import FeatureExtractor, Features

ORDERS = ("explanation", "idf", "random")
_LEAST_PIECES = 5
_DRAWS, _LEVEL = 2000, 95.0
_SIGNS = np.array([-1.0, 1.0])


@dataclass(frozen=True)
class Area:
    """The mean area under a curve over documents, with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Order:
    """What happens when words go, and when they come, in one order.

    Attributes
    ----------
    name
        One of `ORDERS`.
    deletion, insertion
        Areas under the mean probability, over the share of the words taken out of the document, and put into an empty
        one. An order that finds what matters has a small first and a large second area.
    deletion_curve, insertion_curve
        The mean probability at each of the shares.
    """

    name: str
    deletion: Area
    insertion: Area
    deletion_curve: tuple[float, ...]
    insertion_curve: tuple[float, ...]


@dataclass(frozen=True)
class Advantage:
    """How much better the explanation's order is than another one, document by document.

    Attributes
    ----------
    order
        The other order.
    deletion, insertion
        By how much its area is too large, or too small: above 0 the explanation is better.
    deletion_p, insertion_p
        Of the two-sided paired randomisation test, which changes the signs of the differences by lot.
    """

    order: str
    deletion: Area
    deletion_p: float
    insertion: Area
    insertion_p: float


@dataclass(frozen=True)
class Faithfulness:
    """Deletion and insertion curves of a suggestion for each of some documents.

    Attributes
    ----------
    n_documents, n_skipped
        Documents that were used, and those with fewer than 5 words that the model knows.
    shares
        The shares of the words that were taken out, or put in.
    orders
        In the order of `ORDERS`.
    advantages
        Over each other order.
    """

    n_documents: int
    n_skipped: int
    shares: tuple[float, ...]
    orders: tuple[Order, ...]
    advantages: tuple[Advantage, ...]


def measure_faithfulness(
    corpus: Corpus,
    extractor: FeatureExtractor,
    ensemble: Ensemble,
    *,
    sample: int | None = 200,
    n_steps: int = 20,
    n_random: int = 3,
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> Faithfulness:
    """Take words out of documents, and put them into empty ones, and watch the probability of a label.

    The label is one of those chosen for the document, by lot; the best suggestion where none is chosen. Words go in the
    order of the explanation, the strongest support first; by inverse document frequency, the rarest first; and by lot.
    A label that is no longer a candidate has probability 0.

    Parameters
    ----------
    corpus
        Documents; their labels are not looked at.
    extractor, ensemble
        The parts of a tagger.
    sample
        Documents to draw; None: all.
    n_steps
        Steps from the whole document to none of its words.
    n_random
        Orders by lot, whose curves are averaged for each document.

    Raises
    ------
    DataError
        If no document has 5 words that the model knows.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(corpus))[: len(corpus) if sample is None else sample]
    curves: dict[str, list[np.ndarray]] = {name: [] for name in ORDERS}
    for done, row in enumerate(drawn.tolist()):
        progress("taking documents apart", done, len(drawn))
        one = corpus.subset([row])
        found = _curves(one, extractor, ensemble, n_steps, n_random, rng, n_threads)
        for name, curve in found.items():
            curves[name].append(curve)
    progress("taking documents apart", len(drawn), len(drawn))
    n = len(curves[ORDERS[0]])
    if not n:
        raise DataError(f"none of {len(drawn):,} documents has {_LEAST_PIECES} words that the model knows")
    stacked = {name: np.stack(several) for name, several in curves.items()}
    return _summary(stacked, len(drawn) - n, np.random.default_rng(seed))


def _curves(
    one: Corpus,
    extractor: FeatureExtractor,
    ensemble: Ensemble,
    n_steps: int,
    n_random: int,
    rng: np.random.Generator,
    n_threads: int | None,
) -> Mapping[str, np.ndarray]:
    """Return order -> float64 (2, n_steps + 1), probabilities as words go and as they come; nothing for few words."""
    label = _explained(ensemble, extractor.transform(one, n_threads=1), rng)
    if not len(label):
        return {}
    work = Evidence(one, extractor, ensemble, label)
    pieces = Pieces.of(work)
    n = len(pieces.names)
    if n < _LEAST_PIECES:
        return {}
    orders = {"explanation": [-pieces.values(*work.term_values(0))], "idf": [-_idf(pieces, work)]}
    orders["random"] = [rng.random(n) for _ in range(n_random)]
    gone = np.rint(np.linspace(0, n, n_steps + 1))
    kept = []
    for key in (key for keys in orders.values() for key in keys):
        place = np.empty(n)
        place[np.argsort(key, kind="stable")] = np.arange(n)
        kept += [place >= gone[:, None], place < gone[:, None]]
    versions = pieces.with_only(np.concatenate(kept))
    ranking = ensemble.rank(extractor.transform(versions, n_threads=n_threads), n_threads=n_threads)
    documents = np.repeat(np.arange(len(versions)), np.diff(ranking.indptr))
    hit = ranking.columns == label[0]
    probabilities = np.zeros(len(versions))
    probabilities[documents[hit]] = ranking.probabilities[hit]
    found = probabilities.reshape(-1, 2, n_steps + 1)
    bounds = np.cumsum([0, *(len(keys) for keys in orders.values())])
    return {name: found[a:b].mean(axis=0) for name, a, b in zip(orders, bounds[:-1], bounds[1:], strict=True)}


def _explained(ensemble: Ensemble, features: Features, rng: np.random.Generator) -> np.ndarray:
    """Return one of the chosen labels by lot, the best suggestion if none is, int64 (1,); empty without suggestions.

    Labels that no training document has are left aside: their name is all that speaks for them.
    """
    ranking = ensemble.rank(features, n_threads=1)
    known = ranking.columns < len(ensemble.fusion.log_prior)
    chosen = np.flatnonzero(ranking.chosen & known)
    places = chosen if len(chosen) else np.flatnonzero(known)[:1]
    return ranking.columns[places[rng.permutation(len(places))[:1]]].astype(np.int64)  # type: ignore[no-any-return]


def _idf(pieces: Pieces, work: Evidence) -> np.ndarray:
    """Return the inverse document frequency of each piece, by the first block that weighs by it."""
    blocks = work.extractor.blocks
    name = next(name for name, block in blocks.items() if hasattr(block, "idf"))
    features = work.features[name].indices
    terms, shares = work.document_terms.shares(blocks[name], work.features[name])
    idf = np.asarray((shares > 0).multiply(blocks[name].idf[features]).max(axis=1).todense()).ravel()  # type: ignore[attr-defined]
    of_term = dict(zip(terms, idf.tolist(), strict=True))
    return np.array([of_term.get(piece, 0.0) for piece in pieces.names])


def _summary(curves: Mapping[str, np.ndarray], n_skipped: int, rng: np.random.Generator) -> Faithfulness:
    """Summarise order -> float64 (n, 2, n_points)."""
    n, _, n_points = curves[ORDERS[0]].shape
    areas = {name: np.trapezoid(found, dx=1 / (n_points - 1), axis=2) for name, found in curves.items()}
    orders, advantages = [], []
    for name, found in curves.items():
        gone, come = areas[name].T
        gone_curve, come_curve = (tuple(curve) for curve in found.mean(axis=0).tolist())
        orders.append(Order(name, _area(gone, rng), _area(come, rng), gone_curve, come_curve))
        if name != ORDERS[0]:
            less, more = gone - areas[ORDERS[0]][:, 0], areas[ORDERS[0]][:, 1] - come
            advantages.append(Advantage(name, _area(less, rng), _p(less, rng), _area(more, rng), _p(more, rng)))
    shares = tuple(np.linspace(0, 1, n_points).tolist())
    return Faithfulness(n, n_skipped, shares, tuple(orders), tuple(advantages))


def _area(values: np.ndarray, rng: np.random.Generator) -> Area:
    n = len(values)
    means = [values[rng.integers(0, n, n)].mean() for _ in range(_DRAWS)]
    low, high = np.percentile(means, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    return Area(float(values.mean()), float(low), float(high))


def _p(differences: np.ndarray, rng: np.random.Generator) -> float:
    """Return the share of sign changes that move the mean as far from 0, the one found among them."""
    least = abs(differences.sum()) * (1 - 1e-12)
    far = sum(abs(rng.choice(_SIGNS, len(differences)) @ differences) >= least for _ in range(_DRAWS))
    return float((1 + far) / (1 + _DRAWS))
