"""The comparison as Markdown, from the records of compare.py: for each corpus its latest run, medians over rounds."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine, records
from benchmarks.records import Record

BASES = ("headword-default", "headword-fast")
NULLS = ("predict_nothing", "most_frequent_labels", "label_prior")
QUALITY = {
    "p@1": "P@1", "micro_f1": "micro-F1", "macro_f1": "macro-F1", "p@3": "P@3", "p@5": "P@5", "ndcg@5": "nDCG@5",
    "psp@5": "PSP@5", "lrap": "LRAP",
}  # fmt: skip
COST = {
    "train_cpu_s": "CPU s", "whole_s": "whole s", "peak_rss_mb": "peak MiB", "model_mb": "model MiB",
    "predict_s_per_1000": "s per 1000", "latency_ms_p50": "p50 ms", "latency_ms_p99": "p99 ms",
}  # fmt: skip
_SHORT = ("p@1", "micro_f1", "macro_f1")


@dataclass(frozen=True)
class Row:
    """A system on a corpus: median of each figure over the rounds of one run."""

    system: str
    source: str
    quality: dict[str, float]
    cost: dict[str, float]
    ratios: dict[str, float]
    error: str = ""


def main(given: Sequence[str] | None = None) -> None:
    """Print a table for each corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=records.RESULTS / "compare.jsonl")
    parser.add_argument("--full", action="store_true", help="all measures, not only the main ones")
    options = parser.parse_args(given)
    found = records.read(options.results)
    for dataset in dict.fromkeys(record["dataset"] for record in found):
        print("\n".join(markdown(latest(found, dataset), full=options.full)))


def latest(found: Sequence[Record], dataset: str) -> list[Record]:
    """Return the records of the corpus's latest run: times of different runs are not to be compared."""
    of_corpus = [record for record in found if record["dataset"] == dataset]
    run = max(record["run"] for record in of_corpus)
    return [record for record in of_corpus if record["run"] == run]


def markdown(found: Sequence[Record], *, full: bool = False) -> Iterator[str]:
    """Yield the lines of one corpus's table."""
    measured = [record for record in found if record["source"] == "measured" and "quality" in record]
    if not measured:
        return
    quality = list(QUALITY) if full else list(_SHORT)
    cost = ["train_wall_s", *(COST if full else ())]
    titles = [*(QUALITY[name] for name in quality), "train s", *(f"÷ {base.split('-')[1]}" for base in BASES)]
    titles += [COST[name] for name in cost[1:]]
    yield from _heading(measured)
    yield "| system | " + " | ".join(titles) + " |"
    yield "|---" * (len(titles) + 1) + "|"
    for name in NULLS:
        figures = measured[0]["baselines"][name]
        yield _joined(name.replace("_", " "), [_fraction(figures.get(metric)) for metric in quality], len(titles))
    rows = [_row(group, measured) for group in _by_system(found)]
    for row in sorted(rows, key=lambda row: row.quality.get("micro_f1", 0.0)):
        mark = "**" if row.system in BASES else ""
        name = f"{mark}{row.system}{mark}" + ("†" if row.source == "given" else "")
        cells = [_fraction(row.quality.get(metric)) for metric in quality] + [_figure(row.cost.get("train_wall_s"))]
        cells += [_figure(row.ratios.get(base)) for base in BASES] + [_figure(row.cost.get(name)) for name in cost[1:]]
        yield _joined(name, [row.error[:60]] if row.error else cells, len(titles))
    if any(row.source == "given" for row in rows):
        yield "\n† given: measured earlier on a machine of this kind, so its times stand in no ratio."
    yield ""


def _heading(measured: Sequence[Record]) -> Iterator[str]:
    one, rounds = measured[0], len({record["round"] for record in measured})
    host, others = one["machine"], [r["others_cores"] for r in measured if r["others_cores"] is not None]
    yield f"### {one['dataset']}\n"
    yield (
        f"{one['n_train']:,} training, {one['n_valid']:,} valid and {one['n_test']:,} test documents, "
        f"{one['n_labels']:,} labels, {one['labels_per_doc']} a document; {one['unseen_share']:.1%} of the test "
        f"assignments are of labels that training never saw. {one['run'][:10]}, {host['cpu']}, {host['cores']} cores, "
        f"{one['threads']} threads, median of {rounds} round{'s' * (rounds > 1)}"
        + (f"; other programs kept {median(others):.1f} cores busy (at most {max(others):.1f})" if others else "")
        + "."
        + machine.warning(others)
        + "\n"
    )


def _by_system(found: Sequence[Record]) -> Iterator[list[Record]]:
    for system in dict.fromkeys(record["system"] for record in found):
        if system != "null":
            yield [record for record in found if record["system"] == system]


def _row(group: Sequence[Record], measured: Sequence[Record]) -> Row:
    good = [record for record in group if "quality" in record]
    system, source = group[0]["system"], group[0]["source"]
    if not good:
        return Row(system, source, {}, {}, {}, error=str(group[-1].get("error", "no result")))
    ratios = {}
    for base in BASES:
        seconds = {record["round"]: record["train_wall_s"] for record in measured if record["system"] == base}
        # Systems of one round ran within minutes of each other, so the ratio is taken there and not between medians.
        pairs = [r["train_wall_s"] / seconds[r["round"]] for r in good if r.get("round") in seconds]
        if pairs:
            ratios[base] = median(pairs)
    return Row(
        system=system,
        source=source,
        quality={name: _median(good, name, "quality") for name in QUALITY if name in good[0]["quality"]},
        cost={name: _median(good, name) for name in ("train_wall_s", *COST) if name in good[0]},
        ratios=ratios,
    )


def _median(group: Sequence[Record], name: str, inside: str | None = None) -> float:
    return median(float((record[inside] if inside else record)[name]) for record in group)


def _joined(name: str, cells: Sequence[str], width: int) -> str:
    return f"| {name} | " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"


def _fraction(value: Any) -> str:
    return "" if value is None else f"{value:.3f}".removeprefix("0")


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
