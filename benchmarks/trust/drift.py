"""False alarms and power of `headword audit drift`: `python -m benchmarks.trust.drift --data FOLDER`.

Random halves of one corpus must be said to differ in at most the accepted share of cases; the computer science of arXiv
up to 2019 and that of 2025 must be told apart, also by few documents, and also where only some documents are new.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from benchmarks import corpora, page, plot, records
from headword.audit.drift import ALPHA, compare
from headword.core.corpus import Corpus
from headword.sources.reader import read

RESULT = records.RESULTS / "drift.jsonl"
PAGE = Path(__file__).with_name("DRIFT.md")
HALVED = ("arxiv-cs", "nasa-cmr", "reuters21578")
OLD, NEW = "arxiv-cs", "arxiv-recent"
N_HALVED = 1500
SIZES = (25, 50, 100, 200, 400)
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
MIXED = 1000


def false_alarms(name: str, corpus: Corpus, repeats: int) -> records.Record:
    """Compare random halves of samples."""
    rng, alarms, families = np.random.default_rng(0), 0, Counter[str]()
    aucs, least, began = [], [], time.process_time()
    for repeat in range(repeats):
        rows = rng.permutation(len(corpus))[:N_HALVED]
        half = len(rows) // 2
        found = compare(corpus.subset(rows[:half]), corpus.subset(rows[half:]), seed=repeat, n_threads=1)
        alarms += bool(found.drifted)
        least.append(round(min(found.p.values()), 4))
        families.update(family.name for family in found.families if family.p <= ALPHA)
        families.update(["text"] if found.text and found.text.p <= ALPHA else [])
        aucs.append(found.text.auc if found.text else np.nan)
    return {
        "what": "halves", "corpus": name, "n_docs": N_HALVED, "repeats": repeats, "alarms": alarms, "alpha": ALPHA,
        "alone": dict(sorted(families.items())), "mean_auc": round(float(np.nanmean(aucs)), 4),
        "cpu_seconds_each": round((time.process_time() - began) / repeats, 3), "p": sorted(least),
    }  # fmt: skip


def undated(corpus: Corpus) -> Corpus:
    """Drop the fields, for the date would betray the year."""
    return Corpus(corpus.ids, corpus.titles, corpus.abstracts, corpus.targets, corpus.label_space, corpus.annotated)


def power(old: Corpus, new: Corpus, repeats: int) -> Iterator[records.Record]:
    """Compare samples of old with samples of new, and with old ones among which some are new."""
    rng = np.random.default_rng(1)

    def sample(corpus: Corpus, n: int) -> Corpus:
        return corpus.subset(rng.permutation(len(corpus))[:n])

    for n in SIZES:
        found = [compare(sample(old, n), sample(new, n), seed=s, n_threads=1).drifted for s in range(repeats)]
        yield {"what": "old and new", "n_docs": n, **_tally(found)}
    for share in SHARES:
        n_new = round(share * MIXED)
        found = []
        for seed in range(repeats):
            rows = rng.permutation(len(old))
            mixed = _stacked(old.subset(rows[MIXED : 2 * MIXED - n_new]), sample(new, n_new))
            found.append(compare(old.subset(rows[:MIXED]), mixed, seed=seed, n_threads=1).drifted)
        yield {"what": "some new", "n_docs": MIXED, "share": share, **_tally(found)}


def _stacked(a: Corpus, b: Corpus) -> Corpus:
    return Corpus.from_documents([*a, *b])


def _tally(found: list[list[str]]) -> records.Record:
    counts = Counter(name for drifted in found for name in drifted)
    return {"repeats": len(found), "found": sum(map(bool, found)), "by": dict(sorted(counts.items()))}


def whole(old: Corpus, new: Corpus) -> records.Record:
    """Compare all of both."""
    began = time.process_time()
    found = compare(old, new, n_threads=1)
    seconds = time.process_time() - began
    return {
        "what": "whole", "corpora": [OLD, NEW], "n_docs": [len(old), len(new)], "drifted": found.drifted,
        "auc": round(found.text.auc, 4) if found.text else None, "cpu_seconds": round(seconds, 1),
    }  # fmt: skip


def lines(found: list[records.Record]) -> list[str]:
    """Return the page's tables."""
    out = ["| random halves of | documents | comparisons | false alarms | share, 95% interval | CPU s each |"]
    out.append("|---|---|---|---|---|---|")
    halves = [r for r in found if r["what"] == "halves"]
    total = {name: sum(r[name] for r in halves) for name in ("alarms", "repeats")}
    total |= {"corpus": "all", "n_docs": N_HALVED}
    total["cpu_seconds_each"] = sum(r["cpu_seconds_each"] for r in halves) / max(len(halves), 1)
    for one in [*halves, total]:
        low, high = binomtest(one["alarms"], one["repeats"]).proportion_ci()
        share = f"{one['alarms'] / one['repeats']:.3f} ({low:.3f} to {high:.3f})"
        out.append(
            f"| {one['corpus']} | {one['n_docs']:,} | {one['repeats']} | {one['alarms']} | {share} "
            f"| {one['cpu_seconds_each']:.2f} |"
        )
    out += [
        "",
        "| old against new | documents of each | found | by text | by terms | by labels |",
        "|---|---|---|---|---|---|",
    ]
    for one in (r for r in found if r["what"] in ("old and new", "some new")):
        name = "2025 against up to 2019" if "share" not in one else f"{one['share']:.0%} of B are of 2025"
        parts = " | ".join(str(one["by"].get(by, 0)) for by in ("text", "terms", "labels"))
        out.append(f"| {name} | {one['n_docs']:,} | {one['found']} of {one['repeats']} | {parts} |")
    for one in (r for r in found if r["what"] == "whole"):
        sizes = " and ".join(f"{n:,}" for n in one["n_docs"])
        out += [
            "",
            f"All {sizes} documents: {', '.join(one['drifted'])}; AUC {one['auc']:.3f}; {one['cpu_seconds']} s.",
        ]
    return out


def draw(found: Sequence[records.Record]) -> list[str]:
    """Draw false alarms at every accepted rate, and the power; return the lines that show the pictures."""
    folder = PAGE.with_name("plots")
    folder.mkdir(exist_ok=True)
    rates = np.arange(1, 21) / 100
    accepted = [plot.Line("accepted", tuple((100 * rate, 100 * rate) for rate in rates), 0)]
    for colour, one in enumerate((r for r in found if r["what"] == "halves"), start=1):
        share = [float(np.mean(np.array(one["p"]) <= rate)) for rate in rates]
        points = tuple((100 * rate, 100 * part) for rate, part in zip(rates, share, strict=True))
        accepted.append(plot.Line(one["corpus"], points, colour))
    title = "Random halves said to differ"
    alarms = plot.even(accepted, title=title, x="% accepted (--alpha)", y="% of comparisons")
    some = [r for r in found if r["what"] == "some new"]
    power = [
        plot.Line(name, tuple((100 * r["share"], 100 * count(r) / r["repeats"]) for r in some), colour)
        for colour, (name, count) in enumerate(
            (
                ("anything", lambda r: r["found"]),
                ("text", lambda r: r["by"].get("text", 0)),
                ("terms", lambda r: r["by"].get("terms", 0)),
                ("labels", lambda r: r["by"].get("labels", 0)),
            )
        )
    ]
    title = f"Drift found, {MIXED:,} documents of each"
    found_new = plot.even(power, title=title, x="% of B that is of 2025", y="% of comparisons")
    for name, text in (("drift-false-alarms", alarms), ("drift-power", found_new)):
        (folder / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")
    return [
        "![Random halves said to differ](plots/drift-false-alarms.svg)",
        "",
        "![Drift found](plots/drift-power.svg)",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, help="folder of corpora, one folder each; without, only the page is written"
    )
    parser.add_argument("--repeats", type=int, default=200)
    options = parser.parse_args()
    if options.data is not None:
        found = measure(options.data, options.repeats)
        RESULT.write_text("", encoding="utf-8")
        for one in found:
            records.append(RESULT, one)
    found = records.read(RESULT)
    page.fill(PAGE, "figures", [*lines(found), "", *draw(found)])


def measure(data: Path, repeats: int) -> list[records.Record]:
    """Measure false alarms and power."""
    loaded = {name: read(path) for name, path in corpora.find(data, [*HALVED, NEW]).items()}
    old, new = undated(loaded[OLD]), undated(loaded[NEW])
    halves = [false_alarms(name, loaded[name], repeats) for name in HALVED]
    return [*halves, *power(old, new, repeats // 10), whole(old, new)]


if __name__ == "__main__":
    main()
