"""Growth curves from the records of scale.py: exponents, what a curve foretells, tables and plots."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression

from benchmarks import machine
from benchmarks.plot import Line, loglog
from benchmarks.records import Record

SIZES = ("documents", "labels")
_LEAST = 3  # points of a curve that has an exponent
_DRAWN = ("train", "memory", "predict")
_TITLES = (
    "documents", "labels (seen)", "system", "P@1", "P@3", "P@5", "train s", "CPU s", "peak MiB", "documents/s",
    "model MiB",
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What is plotted against size: its name in files, in words, its unit, and its value in a record."""

    file: str
    words: str
    unit: str
    of: Callable[[Record], float]

    @property
    def title(self) -> str:
        """Words and unit."""
        return f"{self.words}, {self.unit}"


COSTS = (
    Cost("train", "training time", "seconds", lambda record: float(record["train_wall_s"])),
    Cost("cpu", "processor time of training", "seconds", lambda record: float(record["train_cpu_s"])),
    Cost("memory", "peak memory of training", "MiB", lambda record: float(record["train_peak_rss_mb"])),
    Cost("predict", "prediction", "ms a document", lambda record: 1000.0 / record["predict_docs_per_s"]),
)


def curves(found: Sequence[Record], cost: Cost, along: str) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Return (system, the other size) -> points (size, cost), ascending."""
    other = SIZES[along == SIZES[0]]
    out: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for record in sorted(measured(found), key=lambda record: record[along]):
        out.setdefault((record["system"], record[other]), []).append((float(record[along]), cost.of(record)))
    return out


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return b of cost ~ size^b: the slope of the regression line through the logarithms."""
    return linear_regression([math.log(x) for x, _ in points], [math.log(y) for _, y in points]).slope


def foretold(found: Sequence[Record], cost: Cost, target: Record) -> float | None:
    """Return the cost that the other points of its system foretell for a point; None with fewer than 4 of them.

    The plane log cost = a + b log documents + c log labels, by least squares, drawn through the nearest point.
    """
    import numpy as np

    others = [r for r in measured(found) if r["system"] == target["system"] and _size(r) != _size(target)]
    if len(others) < 4:
        return None
    places = np.log([[1.0 * size for size in _size(record)] for record in others])
    costs = np.log([cost.of(record) for record in others])
    if any(len(np.unique(column)) < 2 for column in places.T):
        return None
    centred = places - places.mean(axis=0)
    slopes = np.linalg.lstsq(centred, costs - costs.mean(), rcond=None)[0]
    away = np.log(np.array(_size(target), dtype=float)) - places
    nearest = int(np.argmin((away**2).sum(axis=1)))
    return float(np.exp(costs[nearest] + away[nearest] @ slopes))


def markdown(found: Sequence[Record]) -> Iterator[str]:
    """Yield the lines of the tables: every point, the exponents, and the largest point beside what was foretold."""
    good = measured(found)
    if not good:
        yield "Nothing measured."
        return
    host = good[0]["machine"]
    yield (
        f"{good[0]['run'][:10]}, {host['cpu']}, {host['cores']} cores, {host['memory_gb']} GB, {good[0]['threads']} "
        f"threads, commit {', '.join(sorted({str(record['commit']) for record in good}))}."
        f"{machine.warning(record['others_cores'] for record in good)}\n"
    )
    yield "| " + " | ".join(_TITLES) + " |"
    yield "|---" * len(_TITLES) + "|"
    for record in sorted(found, key=lambda record: (_size(record), record["system"])):
        yield _row(record)
    yield from _exponents(found)
    yield from _foretellings(found)


def draw(found: Sequence[Record], folder: Path) -> list[Path]:
    """Write a plot for each cost and size; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    systems = list(dict.fromkeys(record["system"] for record in measured(found)))
    written = []
    for cost in COSTS:
        for along in SIZES if cost.file in _DRAWN else ():
            other = SIZES[along == SIZES[0]]
            by_line = curves(found, cost, along)
            fixed = sorted({size for (_, size), points in by_line.items() if len(points) > 1})
            lines = [
                Line(f"{system}, {size:,} {other}", tuple(points), fixed.index(size), system != systems[0])
                for (system, size), points in by_line.items()
                if size in fixed
            ]
            if lines:
                path = folder / f"{cost.file}-{along}.svg"
                path.write_text(loglog(lines, title=cost.words.capitalize(), x=along, y=cost.unit), encoding="utf-8")
                written.append(path)
    return written


def measured(found: Sequence[Record]) -> list[Record]:
    """Return the records that have figures."""
    return [record for record in found if "quality" in record]


def _size(record: Record) -> tuple[int, int]:
    return record["documents"], record["labels"]


def _row(record: Record) -> str:
    head = f"| {record['documents']:,} | {record['labels']:,}"
    if "quality" not in record:
        return f"{head} | {record['system']} | {record.get('error', 'no result')[:60]} |||||||||"
    quality = " | ".join(f"{record['quality'][name]:.3f}".removeprefix("0") for name in ("p@1", "p@3", "p@5"))
    return (
        f"{head} ({record['labels_seen']:,}) | {record['system']} | {quality} | {record['train_wall_s']:,.1f} | "
        f"{record['train_cpu_s']:,.1f} | {record['train_peak_rss_mb']:,.0f} | {record['predict_docs_per_s']:,.0f} | "
        f"{record['model_mb']:,.1f} |"
    )


def _exponents(found: Sequence[Record]) -> Iterator[str]:
    rows = []
    for along in SIZES:
        for cost in COSTS:
            for (system, fixed), points in curves(found, cost, along).items():
                if len(points) >= _LEAST:
                    other = SIZES[along == SIZES[0]]
                    span = f"{points[0][0]:,.0f} to {points[-1][0]:,.0f} {along}, {fixed:,} {other}"
                    rows.append(
                        f"| {system} | {cost.title} | {span} | {exponent(points):.2f} | {exponent(points[-2:]):.2f} |"
                    )
    if rows:
        yield "\nExponents b of cost ~ size^b, fitted to logarithms:\n"
        yield "| system | cost | over | b | b of the last step |"
        yield "|---" * 5 + "|"
        yield from rows


def _foretellings(found: Sequence[Record]) -> Iterator[str]:
    good = measured(found)
    documents, labels = largest = max(_size(record) for record in good)
    rows = []
    for record in (record for record in good if _size(record) == largest):
        for cost in COSTS:
            value, seen = foretold(good, cost, record), cost.of(record)
            if value is not None:
                rows.append(f"| {record['system']} | {cost.title} | {value:,.4g} | {seen:,.4g} | {seen / value:.2f} |")
    if rows:
        yield f"\nThe largest point, {documents:,} documents x {labels:,} labels, beside what the others foretell:\n"
        yield "| system | cost | foretold | measured | ratio |"
        yield "|---" * 5 + "|"
        yield from rows
