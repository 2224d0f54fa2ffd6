"""Do promised sets keep their promise, and how large are they? 200 random halves of documents not learnt from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import plot
from benchmarks.records import Record
from benchmarks.trust.judging import joined, judged, taken
from benchmarks.trust.scores import CORPORA, Scored, scored
from headword.decisions.conformal import expected_gain, precision_threshold, recall_threshold
from headword.decisions.judged import Judged
from headword.decisions.label_sets import budget, kept_sets, nonconformity

ALPHAS = (0.05, 0.1, 0.2)
SPLITS = 200
_LABEL_SETS = 40
_PRECISION_SPLITS = 50
_LEAST_GROUP = 60


def measure(data: Path, cache: Path) -> list[Record]:
    """Return the records of every corpus."""
    found: list[Record] = []
    for corpus in CORPORA:
        ours, linear = scored(corpus, "headword", data, cache), scored(corpus, "linear", data, cache)
        world, raw = pool(ours), pool(linear)
        gains = by_gain(world)
        groups = group_of(corpus, ours)
        for alpha in ALPHAS:
            found.append({"corpus": corpus, "alpha": alpha, **_recall(gains, world, raw, groups, alpha)})
        held = by_gain(judged(ours, "held"))
        found += [{"corpus": corpus, "alpha": alpha, **_refitted(held, gains, alpha)} for alpha in ALPHAS]
        found += [{"corpus": corpus, "alpha": alpha, **_label_sets(world, alpha)} for alpha in ALPHAS[1:]]
        found += [{"corpus": corpus, "alpha": alpha, **_precision(world, alpha)} for alpha in ALPHAS]
    return found


def pool(found: Scored) -> Judged:
    """Return the valid and test documents together, whose scores come from a model of the training part."""
    return joined(judged(found, "valid"), judged(found, "test"))


def by_gain(world: Judged) -> Judged:
    """Return the documents with expected gains, by which recall sets are made, in place of the probabilities."""
    totals = world.totals
    return replace(
        world,
        probabilities=expected_gain(world.documents, world.probabilities, totals),
        true_probabilities=expected_gain(world.true_documents, world.true_probabilities, totals),
    )


def group_of(corpus: str, found: Scored) -> np.ndarray:
    """Return the group of each pooled document: time of an arXiv paper, archive of a data set, length of a message."""
    ids = np.concatenate([found.ids["valid"], found.ids["test"]])
    if corpus.startswith("arxiv"):
        years = np.array([_year(name) for name in ids.tolist()])
        return np.array(["to 2009", "2010-2014", "2015 on"])[np.searchsorted([2010, 2015], years, side="right")]
    if corpus == "nasa-cmr":
        archives = np.array([name.rpartition("-")[2] for name in ids.tolist()])
        names, counts = np.unique(archives, return_counts=True)
        large = set(names[counts >= 2 * _LEAST_GROUP].tolist())
        return np.array([archive if archive in large else "others" for archive in archives.tolist()])
    lengths = np.concatenate([found.lengths["valid"], found.lengths["test"]])
    return np.array(["short", "middle", "long"])[np.searchsorted(np.quantile(lengths, [1 / 3, 2 / 3]), lengths)]


def _year(name: str) -> int:
    digits = name.rpartition("/")[2][:2]
    return 1900 + int(digits) if digits > "90" else 2000 + int(digits)


Halves = tuple[np.ndarray, np.ndarray]


def _halves(n_docs: int, number: int) -> Halves:
    """Return masks of the documents that a promise is made from and of those it is judged by."""
    first = np.random.default_rng(number).permutation(n_docs) < n_docs // 2
    return first, ~first


def _threshold(world: Judged, rows: np.ndarray, level: float) -> float | None:
    some = rows[world.true_documents]
    documents = (np.cumsum(rows) - 1)[world.true_documents[some]]
    n_true = np.bincount(documents, minlength=int(rows.sum()))
    return recall_threshold(documents, world.true_probabilities[some], n_true, level).threshold


def _found(world: Judged, threshold: np.ndarray) -> np.ndarray:
    """Return each document's recall at its threshold; 1 without right labels."""
    n_true = np.bincount(world.true_documents, minlength=len(world))
    inside = world.true_probabilities >= threshold[world.true_documents]
    hits = np.bincount(world.true_documents, weights=inside, minlength=len(world))
    return np.where(n_true > 0, hits / np.maximum(n_true, 1), 1.0)


def _sizes(world: Judged, threshold: float) -> np.ndarray:
    kept = world.probabilities >= threshold
    return np.bincount(world.documents[kept], minlength=len(world)).astype(float)


def _recall(world: Judged, plain: Judged, raw: Judged, groups: np.ndarray, alpha: float) -> Record:
    recalls, sizes, plain_sizes, raw_sizes, infeasible = [], [], [], [], 0
    by_group: dict[str, list[float]] = {str(name): [] for name in np.unique(groups)}
    for number in range(SPLITS):
        made, rest = _halves(len(world), number)
        t, plain_t, raw_t = (_threshold(one, made, 1 - alpha) for one in (world, plain, raw))
        if t is None or plain_t is None or raw_t is None:
            infeasible += 1
            continue
        recalls.append(float(_found(world, np.full(len(world), t))[rest].mean()))
        sizes.append(float(_sizes(world, t)[rest].mean()))
        plain_sizes.append(float(_sizes(plain, plain_t)[rest].mean()))
        raw_sizes.append(float(_sizes(raw, raw_t)[rest].mean()))
        for name, values in by_group.items():
            own = _threshold(world, made & (groups == name), 1 - alpha)
            if own is not None:
                values.append(float(_found(world, np.full(len(world), own))[rest & (groups == name)].mean()))
    n = len(world) // 2
    return {
        "what": "recall", "n_docs": n, "infeasible": infeasible, **_coverage(recalls, alpha, n),
        "size": float(np.mean(sizes)), "plain_size": float(np.mean(plain_sizes)),
        "raw_size": float(np.mean(raw_sizes)),
        "groups": {
            name: {"n_docs": int((groups == name).sum() // 2), **_coverage(v, alpha, (groups == name).sum() // 2)}
            for name, v in by_group.items() if v
        },
    }  # fmt: skip


def _coverage(values: Sequence[float], alpha: float, n: int) -> Record:
    """Return mean and standard error over splits, and whether it is within 3 of them of what is promised.

    The promise is at least 1 - alpha, and at most 2 / (n + 1) more.
    """
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
    within = 1 - alpha - 3 * error <= mean <= 1 - alpha + 2 / (n + 1) + 3 * error
    return {"coverage": mean, "standard_error": error, "within": bool(within)}


def _refitted(held: Judged, world: Judged, alpha: float) -> Record:
    """Promise from out-of-fold scores of the training documents; judge by scores of the model refitted on all."""
    t = _threshold(held, np.ones(len(held), bool), 1 - alpha)
    recalls = _found(world, np.full(len(world), 2.0 if t is None else t))
    return {
        "what": "refitted", "n_docs": len(world), "coverage": float(recalls.mean()),
        "standard_error": float(recalls.std() / np.sqrt(len(recalls))), "size": float(_sizes(world, t or 0.0).mean()),
    }  # fmt: skip


def _label_sets(world: Judged, alpha: float) -> Record:
    """Label sets: how often the right one is kept, and how many labels are left undecided."""
    outside = np.bincount(world.true_documents[world.true_probabilities < 0], minlength=len(world))
    bounds = world.indptr
    scores = np.array(
        [
            nonconformity(world.probabilities[a:b], world.right[a:b], int(n))
            for a, b, n in zip(bounds[:-1], bounds[1:], outside, strict=True)
        ]
    )
    coverage: list[float] = []
    for number in range(SPLITS):
        made, rest = _halves(len(world), number)
        most = budget(scores[made], 1 - alpha)
        coverage.append(float((scores[rest] <= (most or 0.0)).mean()))
    made, rest = _halves(len(world), 0)
    some = np.flatnonzero(rest)[:: max(1, int(rest.sum()) // 400)]
    sets = [
        kept_sets(world.columns[bounds[i] : bounds[i + 1]], world.probabilities[bounds[i] : bounds[i + 1]],
                  budget(scores[made], 1 - alpha) or 0.0, limit=_LABEL_SETS)
        for i in some.tolist()
    ]  # fmt: skip
    return {
        "what": "label sets", "n_docs": len(world) // 2, **_coverage(coverage, alpha, len(world) // 2),
        "undecided": float(np.median([len(one.possible) for one in sets])),
        "few": float(np.mean([one.complete and not one.others for one in sets])),
    }  # fmt: skip


def _precision(world: Judged, alpha: float) -> Record:
    """Promised precision: how often it fails on the other half, and what share of documents gets a label."""
    got, shares, failed = [], [], 0
    for number in range(_PRECISION_SPLITS):
        made, rest = (taken(world, rows) for rows in _halves(len(world), number))
        t = precision_threshold(made.documents, made.probabilities, made.right, 1 - alpha).threshold
        if t is None:
            failed += 1
            continue
        kept = rest.probabilities >= t
        size = np.bincount(rest.documents, weights=kept, minlength=len(rest))
        hits = np.bincount(rest.documents, weights=kept * rest.right, minlength=len(rest))
        got.append(float((hits[size > 0] / size[size > 0]).mean()))
        shares.append(float((size > 0).mean()))
    return {
        "what": "precision", "n_docs": len(world) // 2, "infeasible": failed, "splits": _PRECISION_SPLITS,
        "precision": float(np.mean(got)) if got else None, "missed": int(np.sum(np.array(got) < 1 - alpha)),
        "share": float(np.mean(shares)) if shares else None,
    }  # fmt: skip


def lines(found: Sequence[Record]) -> Mapping[str, list[str]]:
    """Return the tables of the page, by their places."""
    return {
        "recall": _recall_table([one for one in found if one["what"] == "recall"]),
        "groups": _group_table([one for one in found if one["what"] == "recall"]),
        "refitted": _table(
            ("corpus", "α", "promised", "recall on new documents", "standard error"),
            [one for one in found if one["what"] == "refitted"],
            lambda one: (1 - one["alpha"], one["coverage"], one["standard_error"]),
        ),
        "label-sets": _table(
            ("corpus", "α", "right set kept", "standard error", "within 3", "undecided labels (median)", "≤ 40 sets"),
            [one for one in found if one["what"] == "label sets"],
            lambda one: (one["coverage"], one["standard_error"], one["within"], one["undecided"], one["few"]),
        ),
        "precision": _table(
            ("corpus", "α", "splits", "no promise possible", "precision", "below promise", "documents with a label"),
            [one for one in found if one["what"] == "precision"],
            lambda one: (one["splits"], one["infeasible"], one["precision"], one["missed"], one["share"]),
        ),
    }


def _table(head: Sequence[str], found: Sequence[Record], cells: Callable[[Record], Sequence[object]]) -> list[str]:
    out = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for one in found:
        out.append(f"| {one['corpus']} | {one['alpha']} | " + " | ".join(map(_cell, cells(one))) + " |")
    return out


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    if isinstance(value, str):
        return value
    return f"{value:.4f}" if isinstance(value, float) else "–" if value is None else f"{value:,}"


def _recall_table(found: Sequence[Record]) -> list[str]:
    return _table(
        ("corpus", "α", "promised", "recall", "standard error", "within 3", "labels", "by probability", "raw linear",
         "smaller by"),
        found,
        lambda one: (
            1 - one["alpha"], one["coverage"], one["standard_error"], one["within"],
            one["size"], one["plain_size"], one["raw_size"], f"{1 - one['size'] / one['raw_size']:.0%}",
        ),
    )  # fmt: skip


def _group_table(found: Sequence[Record]) -> list[str]:
    rows = [
        {"corpus": f"{one['corpus']}: {name}", "alpha": one["alpha"], **group}
        for one in found
        for name, group in one["groups"].items()
    ]
    return _table(
        ("group", "α", "documents", "recall", "standard error", "within 3"),
        rows,
        lambda one: (one["n_docs"], one["coverage"], one["standard_error"], one["within"]),
    )


def draw(found: Sequence[Record], folder: Path) -> list[Path]:
    """Draw the sizes of the sets; return the file."""
    drawn = []
    for colour, corpus in enumerate(CORPORA):
        rows = [one for one in found if one["what"] == "recall" and one["corpus"] == corpus]
        for name, key, dashed in (("", "size", False), (", raw linear", "raw_size", True)):
            points = tuple((one["alpha"], one[key]) for one in rows)
            drawn.append(plot.Line(corpus + name, points, colour, dashed))
    path = folder / "set-sizes.svg"
    title = "Labels in a set with promised recall"
    path.write_text(
        plot.even(drawn, title=title, x="α, the share that may be missed", y="labels"), encoding="utf-8", newline="\n"
    )
    return [path]
