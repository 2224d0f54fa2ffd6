"""How likely each assignment is wrong, and each unassigned label missing: learnt from errors made on purpose.

The out-of-fold probability of a pair does not depend on whether its document carries the label. So an error can be made
without fitting anything anew: a label that a document lacks is taken for assigned, or an assigned one for lacking. What
such errors look like beside the real pairs, and how many of them these leave room for, tells how likely each is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from headword.audit.pairs import Pairs
from headword.decisions.pair_network import PairModel, fit_logistic, refine

# The kinds of errors that are made, in the order in which the real pairs are searched for them. Labels come all alike,
# by their frequency, or as likely as the models find them; a swap also takes one of the document's labels away.
KINDS = ("add", "add-frequent", "swap", "add-likely", "swap-likely", "drop")
# What is as likely as the models say cannot be told from what is right: no more than so many assignments count.
_MOST_SHARE = {"add": 0.1, "add-frequent": 0.1, "swap": 0.1, "add-likely": 0.01, "swap-likely": 0.01}
_LEAST_SHARE = 0.0005
_PARTS = 3
_MOST = 60_000
_MADE = 50_000
_MOST_PASSES = 20
_LEAST_MADE = 30
_VISITS = 1_000_000
_RIDGE = 10.0
_LIMITS = np.linspace(0, 0.5, 50)


@dataclass(frozen=True, eq=False)
class Suspicion:
    """How likely each pair is an error.

    Attributes
    ----------
    probabilities
        float32 (n_pairs,): that an assigned label is wrong, or that a label that is not assigned is missing.
    order
        float32 (n_pairs,): the same without the limit of 1, so that no two certain errors stand alike.
    wrong, missing
        Kind -> about which share of the assignments, or of the other pairs, errors of this kind may be.
    """

    probabilities: np.ndarray
    order: np.ndarray
    wrong: Mapping[str, float]
    missing: Mapping[str, float]


class _Made(NamedTuple):
    """Errors of one kind: the part that each is held out with, and float32 (n_made, 16) features."""

    part: np.ndarray
    features: np.ndarray


def suspect(pairs: Pairs, *, seed: int = 0, n_threads: int | None = None) -> Suspicion:
    """Estimate how likely each pair is an error.

    For each kind of error a classifier tells made errors from real pairs, whose ratio of densities its odds are. The
    share of real errors is at most the least quotient of the shares of both beyond any limit of that ratio. Share times
    ratio is the probability. All of it is cross-fitted by documents.

    References
    ----------
    Blanchard, Lee and Scott, Semi-supervised novelty detection, JMLR 11 (2010).
    """
    features = pairs.features(n_threads=n_threads)
    part = (pairs.documents % _PARTS).astype(np.int8)
    rng = np.random.default_rng(seed)
    made = _all_made(pairs, part, rng, n_threads)
    held, free = np.flatnonzero(pairs.assigned), np.flatnonzero(~pairs.assigned)
    order = np.zeros(len(pairs), np.float32)
    order[held], wrong = _judged(features, part, held, made["wrong"], {}, rng, seed)
    scale = len(held) / max(len(free), 1)
    forgotten = sum(share for kind, share in wrong.items() if not kind.startswith("swap"))
    limits = {kind: share * scale for kind, share in wrong.items()} | {"drop": forgotten * scale}
    order[free], missing = _judged(features, part, free, made["missing"], limits, rng, seed)
    # Where no other document has the label, nothing could be learnt about it.
    alone = pairs.assigned & (pairs.other_support == 0)
    order[alone] = sum(wrong.values())
    return Suspicion(np.minimum(order, 1), order, wrong, missing)


def _judged(
    features: np.ndarray,
    part: np.ndarray,
    real: np.ndarray,
    made: Mapping[str, _Made],
    limits: Mapping[str, float],
    rng: np.random.Generator,
    seed: int,
) -> tuple[np.ndarray, dict[str, float]]:
    """Return the sum over kinds of share times ratio, float64 (len(real),), and the shares.

    `limits` are the most that each kind may be; those of swaps hold as they are, for each takes and brings one label.
    """
    if not made or not len(real):
        return np.zeros(len(real)), {}
    some = rng.permutation(real)[:_MOST]
    models = {kind: _models(features, part, some, errors, seed) for kind, errors in made.items()}
    ratios = {kind: _ratios(of, features[real], part[real]) for kind, of in models.items()}
    shares: dict[str, float] = {}
    for kind in made:
        if limits and kind.startswith("swap"):
            shares[kind] = limits[kind]
            continue
        earlier = [(shares[k], _ratios(models[kind], made[k].features, made[k].part)) for k in shares]
        own = _ratios(models[kind], made[kind].features, made[kind].part)
        bound = _largest_share(ratios[kind], own, earlier)
        shares[kind] = min(max(bound, 0.0), limits[kind]) if limits else _clipped(bound, kind)
    return sum((shares[kind] * ratios[kind] for kind in made), np.zeros(len(real))), shares


def _clipped(share: float, kind: str) -> float:
    return float(np.clip(share, _LEAST_SHARE, _MOST_SHARE[kind]))


def _largest_share(real: np.ndarray, made: np.ndarray, earlier: Sequence[tuple[float, np.ndarray]]) -> float:
    """Return the least of (share of real pairs - that of errors already found) / share of made errors, beyond a limit.

    Limits leave half of the made errors at least, and a standard deviation's margin. `earlier` holds kinds of errors
    that were found before: their share, and their ratios by this kind's classifier.
    """
    limits = np.quantile(made, _LIMITS)
    beyond = _beyond(real, limits)
    margin = np.sqrt(beyond * (1 - beyond) / len(real))
    gone = sum((share * _beyond(of, limits) for share, of in earlier), np.zeros(len(limits)))
    return float(((beyond + margin - gone) / _beyond(made, limits)).min())


def _beyond(values: np.ndarray, limits: np.ndarray) -> np.ndarray:
    return 1 - np.searchsorted(np.sort(values), limits) / len(values)  # type: ignore[no-any-return]


def _models(features: np.ndarray, part: np.ndarray, real: np.ndarray, made: _Made, seed: int) -> list[PairModel]:
    """Return for each part the classifier of the others: made errors against real pairs, both weighing alike."""
    models = []
    for number in range(_PARTS):
        kept, some = real[part[real] != number], made.features[made.part != number]
        x = np.concatenate([features[kept], some])
        y = np.concatenate([np.zeros(len(kept), np.float32), np.ones(len(some), np.float32)])
        weights = np.where(y > 0, len(y) / (2 * max(len(some), 1)), len(y) / (2 * max(len(kept), 1))).astype(np.float32)
        plain = fit_logistic(x, y, weights, ridge=_RIDGE)
        models.append(refine(plain, x, y, weights, epochs=int(np.clip(_VISITS // len(y), 3, 12)), seed=seed))
    return models


def _ratios(models: Sequence[PairModel], features: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return how many times denser made errors are than real pairs, float64 (n,), by the model of the other parts."""
    out = np.empty(len(features))
    for number, model in enumerate(models):
        inside = part == number
        out[inside] = np.exp(np.clip(model.logits(features[inside]).astype(np.float64), -30, 30))
    return out


def _all_made(
    pairs: Pairs, part: np.ndarray, rng: np.random.Generator, n_threads: int | None
) -> dict[str, dict[str, _Made]]:
    """Return the made errors of each kind, by problem; kinds of which there are hardly any are left out."""
    passes = int(np.clip(_MADE // max(pairs.n_docs, 1), 1, _MOST_PASSES))
    found: dict[str, dict[str, _Made]] = {"wrong": {}, "missing": {}}
    for kind in KINDS:
        several = [_made(pairs, kind, rng, n_threads) for _ in range(passes)]
        for problem, by_kind in found.items():
            at = np.concatenate([one[problem][0] for one in several])
            kept = rng.permutation(len(at))[:_MOST]
            if len(kept) >= _LEAST_MADE:
                features = np.concatenate([one[problem][1] for one in several])
                by_kind[kind] = _Made(part[at[kept]], features[kept])
    return found


def _made(
    pairs: Pairs, kind: str, rng: np.random.Generator, n_threads: int | None
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Make one error in each document that allows it; return where, and the features, of either problem."""
    noise = rng.random(len(pairs))
    added = _one_each(pairs, np.where(pairs.assigned, 0, _weights(pairs, kind)), noise)
    dropped = _one_each(pairs, pairs.assigned.astype(np.float64), noise)
    n_assigned = np.bincount(pairs.documents[pairs.assigned], minlength=pairs.n_docs)
    possible = {
        "add": added >= 0,
        "swap": (added >= 0) & (dropped >= 0),
        "drop": n_assigned >= 2,
    }[kind.partition("-")[0]]
    none = np.zeros(0, dtype=np.int64)
    come = none if kind == "drop" else added[possible]
    gone = none if kind.startswith("add") else dropped[possible]
    shown = pairs.assigned.copy()
    shown[come], shown[gone] = True, False
    features = pairs.features(shown, n_threads=n_threads)
    return {"wrong": (come, features[come]), "missing": (gone, features[gone])}


def _weights(pairs: Pairs, kind: str) -> np.ndarray:
    """Return how likely each pair is to be put where it is not, float64 (n_pairs,)."""
    if kind.endswith("likely"):
        return pairs.probabilities.astype(np.float64)
    if kind == "swap":
        return pairs.drawn.astype(np.float64)
    # Half of what was drawn by lot came by its frequency.
    frequency = pairs.support / max(int(pairs.support.sum()), 1)
    alike = 1 / (1 + frequency * pairs.n_labels)
    share = alike if kind == "add" else 1 - alike
    return np.where(pairs.drawn, share[pairs.columns], 0.0)


def _one_each(pairs: Pairs, weights: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return for each document a pair drawn in proportion to its weight, -1 where all weigh nothing.

    References
    ----------
    Efraimidis and Spirakis, Weighted random sampling with a reservoir, Information Processing Letters 97 (2006).
    """
    key = np.full(len(pairs), -np.inf)
    heavy = weights > 0
    key[heavy] = np.log(np.maximum(noise[heavy], 1e-300)) / weights[heavy]
    order = np.lexsort((-key, pairs.documents))
    out = np.full(pairs.n_docs, -1, dtype=np.int64)
    filled = np.diff(pairs.indptr) > 0
    first = order[pairs.indptr[:-1][filled]]
    out[filled] = np.where(np.isfinite(key[first]), first, -1)
    return out
