"""The learning curves as tables and plots, from the records of curves.py."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import page, plot
from benchmarks.curves_judge import METRICS
from benchmarks.records import Record

PAGE = Path(__file__).with_name("CURVES.md")
PLOTS = Path(__file__).with_name("plots")
TITLES = {
    "p@1": "P@1", "f1@5": "F1@5", "ndcg@5": "nDCG@5", "unseen_r@5": "unseen R@5", "unseen_r@10": "unseen R@10",
    "micro_f1": "micro-F1",
}  # fmt: skip
GOAL_METRICS = ("p@1", "f1@5", "ndcg@5", "unseen_r@10")
GOAL_GAIN = {"f1@5": 0.02}
FEWEST_UNSEEN = 20  # test assignments below which their recall says nothing
FUSED = "headword fused"
# Ensembles have a space in their name behind "annif": what is joined, and how.
BEST = "annif best ensemble"
TOPS = "annif best of each figure"
ROWS = (
    "null nothing", "null most frequent", "annif tfidf", "annif bonsai", "annif mllm", BEST, TOPS, "headword linear",
    "headword lexical", "headword default", FUSED,
)  # fmt: skip
DRAWN = {
    FUSED: (0, False), "headword lexical": (4, False), "headword linear": (2, False), BEST: (1, True),
    "annif mllm": (5, True), "annif bonsai": (3, True), "null most frequent": (6, True),
}  # fmt: skip
PLOTTED = {"f1@5": "F1@5", "unseen_r@10": "recall at 10 of concepts unseen in training"}
Value = float | None


@dataclass(frozen=True)
class Figures:
    """A system after `n_train` documents: medians over subsets; the interval is of F1@5 of the middle one."""

    n_train: int
    system: str
    n_seeds: int
    values: dict[str, Value]
    interval: tuple[float, float] | None = None
    which: str = ""
    n_unseen: int = 0


def latest(found: Sequence[Record]) -> list[Record]:
    """Return the last record of each measurement."""
    return list({(r["dataset"], r["n_train"], r["seed"], r["system"]): r for r in found}.values())


def figures(found: Sequence[Record], dataset: str) -> list[Figures]:
    """Return a row for each size and each of ROWS that was measured, over the subsets that all of them were given."""
    of_corpus = [record for record in latest(found) if record["dataset"] == dataset]
    rows = []
    for n_train in sorted({record["n_train"] for record in of_corpus}):
        here = [record for record in of_corpus if record["n_train"] == n_train]
        given: dict[str, set[int]] = {}
        for record in here:
            given.setdefault(record["system"], set()).add(record["seed"])
        common = set.intersection(*given.values())
        here = sorted((record for record in here if record["seed"] in common), key=lambda record: record["seed"])
        for system in ROWS:
            row = _row(here, n_train, system)
            rows += [row] if row else []
    return rows


def is_ensemble(system: str) -> bool:
    """Tell whether a system of Annif joins others."""
    return system.startswith("annif ") and system.count(" ") > 1


def _row(here: Sequence[Record], n_train: int, system: str) -> Figures | None:
    if system in (BEST, TOPS):
        by_seed: dict[int, list[Record]] = {}
        for record in here:
            if is_ensemble(record["system"]):
                by_seed.setdefault(record["seed"], []).append(record)
        mine = [max(records, key=_f1) for records in by_seed.values()]
    else:
        mine = [record for record in here if record["system"] == system]
    if not mine:
        return None
    middle = _middle(mine)
    if system == TOPS:
        values = {name: _median([_top(records, name) for records in by_seed.values()]) for name in METRICS}
        return Figures(n_train, system, len(mine), values)
    values = {name: _median([record["quality"][name] for record in mine]) for name in METRICS}
    low, high = middle["intervals"]["f1@5"]
    which = middle["system"].removeprefix("annif ") if system == BEST else ""
    return Figures(n_train, system, len(mine), values, (low, high), which, middle["n_unseen"])


def _top(found: Sequence[Record], metric: str) -> Value:
    return max((r["quality"][metric] for r in found if r["quality"][metric] is not None), default=None)


def markdown(found: Sequence[Record]) -> Iterator[str]:
    """Yield the goals, then a table for each corpus."""
    datasets = list(dict.fromkeys(record["dataset"] for record in found))
    yield from goals(found, datasets)
    for dataset in datasets:
        yield from _table(found, dataset)


def goals(found: Sequence[Record], datasets: Sequence[str]) -> Iterator[str]:
    """Yield a table of what headword's fusion is ahead of Annif's best ensemble, and of the best of each figure."""
    names = [TITLES[name] for name in GOAL_METRICS]
    yield "| corpus | documents | " + " | ".join([*names, *(f"{name}, best of each" for name in names)]) + " |"
    yield "|---" * (2 * len(GOAL_METRICS) + 2) + "|"
    reached, total = {BEST: 0, TOPS: 0}, 0
    for dataset in datasets:
        rows = {(row.n_train, row.system): row for row in figures(found, dataset)}
        for n_train in sorted({n for n, _ in rows}):
            if (n_train, FUSED) not in rows or (n_train, BEST) not in rows:
                continue
            total += 1
            cells = []
            for other in reached:
                gains = list(_gains(rows[n_train, FUSED], rows[n_train, other]))
                reached[other] += all(good for _, good in gains)
                cells += [text + ("" if good else " ✗") for text, good in gains]
            yield f"| {dataset} | {n_train:,} | " + " | ".join(cells) + " |"
    yield (
        f"\nAll goals are reached at {reached[BEST]} of {total} points against the best ensemble, at {reached[TOPS]} "
        "against the best of each figure.\n"
    )


def _gains(ours: Figures, theirs: Figures) -> Iterator[tuple[str, bool]]:
    """Iterate over the gain in points and whether it reaches the goal; "" where there is nothing to compare."""
    for name in GOAL_METRICS:
        one, other = ours.values[name], theirs.values[name]
        if one is None or other is None or (name.startswith("unseen") and ours.n_unseen < FEWEST_UNSEEN):
            yield "", True
        else:
            gain = round(one - other, 5) + 0.0  # no negative zero
            yield f"{100 * gain:+.1f}", gain >= GOAL_GAIN.get(name, 0.0)


def _table(found: Sequence[Record], dataset: str) -> Iterator[str]:
    about = next(record for record in reversed(found) if record["dataset"] == dataset)
    shares = {r["n_train"]: r["unseen_share"] for r in latest(found) if r["dataset"] == dataset and r["seed"] == 0}
    unseen = ", ".join(f"{share:.1%} after {n:,}" for n, share in sorted(shares.items()))
    most = next(r["most_f1@5"] for r in reversed(found) if r["dataset"] == dataset and "most_f1@5" in r)
    yield f"### {dataset}\n"
    yield (
        f"{about['n_test']:,} test documents, {about['n_concepts']:,} concepts; {about['note']}. A perfect "
        f"ranking has an F1@5 of {_points(most)}. Test assignments of concepts without a training "
        f"document: {unseen} documents.\n"
    )
    yield "| documents | system | " + " | ".join(TITLES[name] for name in METRICS) + " | 95 % of F1@5 |"
    yield "|---" * (len(METRICS) + 3) + "|"
    for row in figures(found, dataset):
        mark = "**" if row.system == FUSED else ""
        name = row.system.removeprefix("null ") + (f" ({row.which})" if row.which else "")
        cells = [_points(row.values[metric]) for metric in METRICS]
        spread = "" if row.interval is None else f"{_points(row.interval[0])} to {_points(row.interval[1])}"
        yield f"| {row.n_train:,} | {mark}{name}{mark} | " + " | ".join([*cells, spread]) + " |"
    yield ""


def draw(found: Sequence[Record], folder: Path) -> list[Path]:
    """Draw each of PLOTTED for each corpus; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for dataset in dict.fromkeys(record["dataset"] for record in found):
        rows = figures(found, dataset)
        for metric, title in PLOTTED.items():
            lines = []
            for system, (colour, dashed) in DRAWN.items():
                known = [(row.n_train, row.values[metric]) for row in rows if row.system == system]
                places = tuple((float(n), 100 * value) for n, value in known if value is not None)
                lines += [plot.Line(system.removeprefix("null "), places, colour, dashed)] if places else []
            if lines:
                path = folder / f"curves-{dataset}-{metric.split('@')[0].replace('_', '-')}.svg"
                text = plot.learning_curves(lines, title=f"{dataset}: {title}", x="training documents", y="%")
                path.write_text(text, encoding="utf-8", newline="\n")
                drawn.append(path)
    return drawn


def write(found: Sequence[Record], target: Path = PAGE, folder: Path = PLOTS) -> None:
    """Put the tables and the plots into the page."""
    pictures = [f"![{path.stem}]({folder.name}/{path.name})" for path in draw(found, folder)]
    datasets = list(dict.fromkeys(record["dataset"] for record in found))
    page.fill(target, "goals", list(goals(found, datasets)))
    page.fill(target, "plots", pictures)
    page.fill(target, "tables", [line for dataset in datasets for line in _table(found, dataset)])


def _f1(record: Record) -> float:
    return float(record["quality"]["f1@5"])


def _middle(found: Sequence[Record]) -> Record:
    return sorted(found, key=_f1)[len(found) // 2]


def _median(values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _points(value: Value) -> str:
    return "" if value is None else f"{100 * value:.1f}"
