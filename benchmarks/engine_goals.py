"""The engine's goals, each judged by the records of one run; what was not measured is said to be so."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.records import Record

FAST, DEFAULT, PECOS, FASTTEXT = "headword-fast", "headword-default", "pecos-xrlinear", "fasttext"
OURS = (FAST, DEFAULT)
MAIN = "arxiv-mixed"
_LIKE = 0.003  # of P@1
_QUALITY = {"p@1": "P@1", "micro_f1": "micro-F1", "macro_f1": "macro-F1", "psp@5": "PSP@5"}


@dataclass(frozen=True)
class Finding:
    """One goal on one corpus: what is wanted, what was found, and whether it is reached (None: not measured)."""

    what: str
    where: str
    goal: str
    found: str
    reached: bool | None = None


class Run:
    """The records of one run, by corpus and system."""

    def __init__(self, found: Sequence[Record]) -> None:
        self._systems = [r for r in found if r.get("kind") != "latency" and "quality" in r]
        self._latency = [r for r in found if r.get("kind") == "latency"]

    def corpora(self) -> list[str]:
        """Return the corpora in the order of their measurement."""
        return list(dict.fromkeys(record["dataset"] for record in self._systems))

    def of(self, dataset: str, system: str) -> list[Record]:
        """Return a system's records on a corpus, one a round."""
        return [r for r in self._systems if r["dataset"] == dataset and r["system"] == system]

    def peers(self, dataset: str) -> list[str]:
        """Return the systems that are not headword."""
        names = dict.fromkeys(r["system"] for r in self._systems if r["dataset"] == dataset)
        return [name for name in names if name not in OURS]

    def median(self, dataset: str, system: str, name: str) -> float:
        """Return the median over rounds of a figure, of the quality or of the record."""
        return median(float((r["quality"] if name in r["quality"] else r)[name]) for r in self.of(dataset, system))

    def ratio(self, dataset: str, system: str, peer: str, name: str = "train_wall_s") -> float:
        """Return the median of the ratios taken within rounds."""
        there = {r["round"]: float(r[name]) for r in self.of(dataset, peer)}
        return median(float(r[name]) / there[r["round"]] for r in self.of(dataset, system) if r["round"] in there)

    def latency(self, recipe: str) -> Record | None:
        """Return the latest times of single answers."""
        return next((r for r in reversed(self._latency) if r["system"] == f"headword-{recipe}"), None)


def findings(found: Sequence[Record]) -> Iterator[Finding]:
    """Yield a finding for each goal and corpus."""
    run = Run(found)
    for dataset in run.corpora():
        for judge in (_train_fast, _train_default, _better, _throughput, _memory):
            yield from judge(run, dataset)
    yield from _answers(run)
    yield from _bundles(run)


def _train_fast(run: Run, dataset: str) -> Iterator[Finding]:
    if not run.of(dataset, FAST) or not run.peers(dataset):
        return
    most = 0.6 if dataset == "reuters21578" else 0.33
    own = run.median(dataset, FAST, "p@1")
    seconds = {peer: run.median(dataset, peer, "train_wall_s") for peer in run.peers(dataset)}
    like = [peer for peer in seconds if run.median(dataset, peer, "p@1") >= own - _LIKE]
    fastest = min(seconds, key=lambda peer: seconds[peer])
    # Where no peer is as good, the fastest of all is the hardest to beat.
    rival = min(like, key=lambda peer: seconds[peer]) if like else fastest
    ratio, whole = run.ratio(dataset, FAST, rival), run.median(dataset, FAST, "whole_s") / seconds[rival]
    note = f"{ratio:.2f} x {rival} (P@1 {run.median(dataset, rival, 'p@1'):.3f}, own {own:.3f}"
    note += ")" if like else "; none within 0.3 points: the fastest of all)"
    if rival != fastest:
        note += f"; {run.ratio(dataset, FAST, fastest):.2f} x {fastest}, the fastest"
    note += f"; whole process, reading and saving included, {whole:.2f} x"
    yield Finding(
        "train from raw text, fast", dataset, f"≤ {most} x the fastest peer of like quality", note, ratio <= most
    )


def _train_default(run: Run, dataset: str) -> Iterator[Finding]:
    if run.of(dataset, DEFAULT) and run.of(dataset, PECOS):
        ratio = run.ratio(dataset, DEFAULT, PECOS)
        own, other = (run.median(dataset, system, "train_wall_s") for system in (DEFAULT, PECOS))
        found = f"{ratio:.2f} x ({own:.1f} s, {other:.1f} s)"
        yield Finding("train from raw text, default", dataset, f"≤ 1.5 x {PECOS}", found, ratio <= 1.5)


def _better(run: Run, dataset: str) -> Iterator[Finding]:
    if not run.of(dataset, DEFAULT):
        return
    for peer in run.peers(dataset):
        pairs = {name: (run.median(dataset, DEFAULT, name), run.median(dataset, peer, name)) for name in _QUALITY}
        cells = [f"{_QUALITY[name]} {own:.3f} / {other:.3f}" for name, (own, other) in pairs.items()]
        reached = all(own > other for own, other in pairs.values())
        yield Finding("quality, default", dataset, f"above {peer}", ", ".join(cells), reached)


def _throughput(run: Run, dataset: str) -> Iterator[Finding]:
    if run.of(dataset, DEFAULT):
        speed = 1000 / run.median(dataset, DEFAULT, "predict_s_per_1000")
        found = f"{speed:,.0f} documents/s"
        yield Finding("batch prediction, default", dataset, "≥ 5,000 documents/s", found, speed >= 5000)
    if run.of(dataset, FAST) and run.of(dataset, FASTTEXT):
        ratio = 1 / run.ratio(dataset, FAST, FASTTEXT, "predict_s_per_1000")
        speed = 1000 / run.median(dataset, FAST, "predict_s_per_1000")
        found = f"{ratio:.1f} x ({speed:,.0f} documents/s)"
        yield Finding("batch prediction, fast", dataset, f"≥ 2 x {FASTTEXT}", found, ratio >= 2)


def _memory(run: Run, dataset: str) -> Iterator[Finding]:
    peaks = {peer: run.median(dataset, peer, "peak_rss_mb") for peer in run.peers(dataset)}
    if not peaks:
        return
    leanest = min(peaks, key=lambda peer: peaks[peer])
    for system in OURS:
        if run.of(dataset, system):
            peak = run.median(dataset, system, "peak_rss_mb")
            found, goal = f"{peak:,.0f} MiB", f"≤ {leanest} ({peaks[leanest]:,.0f} MiB)"
            yield Finding(f"peak memory, {_recipe(system)}", dataset, goal, found, peak <= peaks[leanest])


def _answers(run: Run) -> Iterator[Finding]:
    for recipe, p50, p99 in (("fast", 0.15, 0.5), ("default", 1.0, 3.0)):
        found = run.latency(recipe)
        if found is None:
            continue
        where, measured = found["dataset"], (found["single_ms_p50"], found["single_ms_p99"])
        reached = measured[0] <= p50 and measured[1] <= p99
        said = f"{measured[0]:.3f} / {measured[1]:.3f} ms"
        yield Finding(f"one document in process, p50 / p99, {recipe}", where, f"≤ {p50} / {p99} ms", said, reached)
        cold = median(found["cold_s"])
        said = f"{cold:.2f} s ({min(found['cold_s']):.2f} to {max(found['cold_s']):.2f}; the very first "
        said += f"{found['first_ever_s']:.1f} s)"
        yield Finding(f"cold headword suggest --text, {recipe}", where, "≤ 1.0 s", said, cold <= 1.0)


def _bundles(run: Run) -> Iterator[Finding]:
    for system, most in ((FAST, 15), (DEFAULT, 40)):
        if run.of(MAIN, system):
            size = run.median(MAIN, system, "model_mb") * 2**20 / 1e6
            yield Finding(f"bundle, {_recipe(system)}", MAIN, f"≤ {most} MB", f"{size:.1f} MB", size <= most)


def published(found: Sequence[Record], goals: dict[str, Sequence[float]]) -> Iterator[Finding]:
    """Yield a finding for each corpus with published figures, of the recipe `default`."""
    for dataset, goal in goals.items():
        wanted = "≥ " + " / ".join(f"{value:.1f}" for value in goal)
        for record in found:
            if record["dataset"] == dataset and record["recipe"] == "default" and "quality" in record:
                values = [round(100 * record["quality"][name], 2) for name in ("p@1", "p@3", "p@5")]
                said = " / ".join(f"{value:.2f}" for value in values) + f" ({record['run'][:10]}, {record['commit']})"
                reached = all(value >= least for value, least in zip(values, goal, strict=True))
                yield Finding("P@1 / 3 / 5, default", dataset, wanted, said, reached)


def scale(found: Sequence[Record]) -> Iterator[Finding]:
    """Yield a finding for each of the two large synthetic corpora, from the records of scale.py."""
    limits = {(100_000, 100_000): (1800.0, 8.0), (1_000_000, 200_000): (None, 16.0)}
    for (documents, labels), (seconds, memory) in limits.items():
        here = [r for r in found if (r["documents"], r["labels"]) == (documents, labels) and "quality" in r]
        peer = next((r for r in here if r["system"] == PECOS), None)
        for record in (r for r in here if r["system"] != PECOS):
            took, peak = record["train_wall_s"], record["train_peak_rss_mb"] / 1024
            reached = (seconds is None or took <= seconds) and peak <= memory
            said = f"{took / 60:.1f} min, {peak:.1f} GiB, P@1 {record['quality']['p@1']:.3f}"
            if peer is not None:
                said += f"; {PECOS} {peer['train_wall_s'] / 60:.1f} min, P@1 {peer['quality']['p@1']:.3f}"
                reached = reached and (seconds is None or took < peer["train_wall_s"])
            goal = f"≤ {memory:g} GiB" + (f", ≤ {seconds / 60:g} min, faster than XR-Linear" if seconds else "")
            where = f"synthetic, {documents:,} x {labels:,}"
            yield Finding(f"train, {_recipe(record['system'])}", where, goal, said, reached)


def markdown(found: Sequence[Finding]) -> list[str]:
    """Return the lines of the table."""
    marks: Callable[[bool | None], str] = {True: "yes", False: "**no**", None: ""}.__getitem__
    rows = [f"| {one.what} | {one.where} | {one.goal} | {one.found} | {marks(one.reached)} |" for one in found]
    return ["| what | where | goal | measured | reached |", "|---" * 5 + "|", *rows]


def _recipe(system: str) -> str:
    return system.removeprefix("headword-")
