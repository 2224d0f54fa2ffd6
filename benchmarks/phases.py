"""Where the time of a fit and of a prediction goes, phase by phase, beside the least that this machine would need."""

import argparse
import inspect
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import corpora, machine, page, protocol, records, running
from benchmarks.floor import Floor, measure
from benchmarks.probes import PROBES, Probe
from benchmarks.records import Record
from benchmarks.scale_point import compiling
from benchmarks.synthetic import Synthetic

if TYPE_CHECKING:
    from headword.core.corpus import Corpus

RESULTS = records.RESULTS / "phases.jsonl"
_SYNTHETIC = re.compile(r"synthetic-(\d+)x(\d+)(?:-(\d+))?")
_REST = "everything else"


@dataclass
class Spent:
    """What one phase took so far: seconds without those of phases inside it, and its least."""

    calls: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    streamed_gb: float = 0.0
    gathered_gb: float = 0.0
    multiply_adds_g: float = 0.0
    floor_s: float = 0.0


class Clocks:
    """Clocks on the probes: only one runs at a time, that of the innermost phase, in the main thread."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.spent = floor, {_REST: Spent()}
        self._open = [_REST]
        self._since = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def _settle(self) -> None:
        now = self._now()
        spent = self.spent[self._open[-1]]
        spent.wall_s += now[0] - self._since[0]
        spent.cpu_s += now[1] - self._since[1]
        self._since = now

    def clocked(self, probe: Probe, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with a clock on it."""
        signature = inspect.signature(function)

        @wraps(function)
        def run(*given: Any, **named: Any) -> Any:
            if threading.current_thread() is not threading.main_thread():
                return function(*given, **named)
            arguments = signature.bind(*given, **named).arguments
            phase = probe.phase(arguments)
            self._settle()
            self.spent.setdefault(phase, Spent()).calls += 1
            self._open.append(phase)
            try:
                result = function(*given, **named)
            finally:
                self._settle()
                self._open.pop()
            self._add(phase, probe, arguments, result)
            return result

        return run

    def _add(self, phase: str, probe: Probe, arguments: Any, result: Any) -> None:
        least, spent = probe.least(arguments, result), self.spent[phase]
        spent.streamed_gb += (least.streamed + least.scanned) / 1e9
        spent.gathered_gb += (least.hot + least.gathered) / 1e9
        spent.multiply_adds_g += least.multiply_adds / 1e9
        spent.floor_s += self.floor.seconds(
            streamed=least.streamed, scanned=least.scanned, hot=least.hot, gathered=least.gathered,
            table=least.table, width=least.row // 4, multiply_adds=least.multiply_adds,
        )  # fmt: skip
        self._since = self._now()  # counting is no phase

    def taken(self) -> dict[str, Spent]:
        """Return what every phase took since the last time, and begin anew."""
        self._settle()
        found, self.spent = self.spent, {_REST: Spent()}
        return {name: spent for name, spent in found.items() if name != _REST} | {_REST: found[_REST]}


@contextmanager
def clocks(floor: Floor, probes: Sequence[Probe] = PROBES) -> Iterator[Clocks]:
    """Put clocks on the probes for a while.

    Raises
    ------
    AttributeError, ImportError
        If a probe's place is not there: the engine has changed and probes.py has not.
    """
    found = Clocks(floor)
    with ExitStack() as stack:
        for probe in probes:
            owner, name = place(probe)
            before = inspect.getattr_static(owner, name)
            after = found.clocked(probe, before.__func__ if isinstance(before, classmethod) else before)
            setattr(owner, name, classmethod(after) if isinstance(before, classmethod) else after)
            stack.callback(setattr, owner, name, before)
        yield found


def place(probe: Probe) -> tuple[Any, str]:
    """Return the module or class that holds the probe's function, and its name there."""
    module, _, path = probe.place.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    inspect.getattr_static(owner, name)
    return owner, name


def main(given: Sequence[str] | None = None) -> None:
    """Fit and predict as the command line says, append the record, print the tables."""
    options = _parser().parse_args(given)
    with ExitStack() as stack:
        train, test = _parts(options.corpus, options.data, stack)
        record = measured(train, test, options.recipe, options.threads)
    record = {"run": machine.today(), "commit": machine.commit(), "machine": machine.describe()} | {
        "dataset": options.corpus, **record
    }  # fmt: skip
    records.append(options.results, record)
    lines = markdown(record)
    print("\n".join(lines))
    if options.write:
        page.fill(page.ENGINE, f"phases {options.corpus} {options.recipe}", lines)


def measured(train: "Corpus", test: "Corpus", recipe: str, threads: int) -> Record:
    """Return what fitting and predicting took, phase by phase; functions are compiled beforehand, on the demo."""
    from headword.demo.corpus import demo_corpus
    from headword.tagger import Tagger

    Tagger(recipe, n_threads=threads).fit(demo_corpus()).suggest(["warm"] * 2)
    floor, others = measure(threads), machine.Others()
    with compiling() as compiled, clocks(floor) as clock, tempfile.TemporaryDirectory() as folder:
        tagger = Tagger(recipe, n_threads=threads).fit(train)
        tagger.save(Path(folder) / "model.hw")
        fitting = clock.taken()
        tagger.suggest(test)
        predicting = clock.taken()
    return {
        "recipe": recipe, "threads": threads, "n_train": len(train), "n_test": len(test),
        "n_labels": len(tagger.label_space), "compile_s": round(sum(compiled, 0.0), 3), "others_cores": others.cores(),
        "fit": {name: vars(spent) for name, spent in fitting.items()},
        "predict": {name: vars(spent) for name, spent in predicting.items()},
        "versions": machine.versions(),
    }  # fmt: skip


def markdown(record: Record) -> list[str]:
    """Return the lines of the two tables, the dearest phase first."""
    lines = [
        f"{record['dataset']}, recipe {record['recipe']}: {record['n_train']:,} training and {record['n_test']:,} test "
        f"documents, {record['n_labels']:,} labels, {record['threads']} thread{'s' * (record['threads'] > 1)}; "
        f"{record['run'][:10]}, commit {record['commit']}, {record['machine']['cpu']}; other programs kept "
        f"{record['others_cores']} cores busy, compiling took {record['compile_s']:.1f} s."
        f"{machine.warning([record['others_cores']])}\n"
    ]
    for title, name in (("fitting", "fit"), ("predicting", "predict")):
        spent = sorted(record[name].items(), key=lambda pair: -pair[1]["cpu_s"])
        whole = sum(one["cpu_s"] for _, one in spent)
        lines.append(f"| {title} | calls | CPU s | share | wall s | least GB | 10⁹ multiply-adds | floor s | ÷ floor |")
        lines.append("|---" * 9 + "|")
        lines += [_row(phase, one, whole) for phase, one in spent if one["cpu_s"] >= 0.001 * whole]
        floor = sum(one["floor_s"] for _, one in spent)
        wall = sum(one["wall_s"] for _, one in spent)
        lines.append(f"| **all** | | {whole:.3g} | | {wall:.3g} | | | {floor:.3g} | {_ratio(whole / floor)} |\n")
    return lines


def _row(phase: str, spent: Record, whole: float) -> str:
    moved, fused, floor = spent["streamed_gb"] + spent["gathered_gb"], spent["multiply_adds_g"], spent["floor_s"]
    ratio = _ratio(spent["cpu_s"] / floor) if floor else ""
    return (
        f"| {phase} | {spent['calls'] or ''} | {spent['cpu_s']:.3g} | {spent['cpu_s'] / whole:.0%} | "
        f"{spent['wall_s']:.3g} | {_figure(moved)} | {_figure(fused)} | {_figure(floor)} | "
        f"{ratio} |"
    )


def _ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _figure(value: float) -> str:
    return f"{value:.2g}" if value else ""


def _parts(name: str, data: Path, stack: ExitStack) -> "tuple[Corpus, Corpus]":
    """Return the train and the test part of a corpus in `data`, of the demo, or of a synthetic one."""
    made = _SYNTHETIC.fullmatch(name)
    if made:
        train, test, _ = Synthetic(int(made[1]), int(made[2]), seed=int(made[3] or 0)).corpora()
        return train, test
    folder = stack.enter_context(corpora.demo()) if name == corpora.DEMO else data
    return parts_of(protocol.load(corpora.find(folder, [name])[name]))


def parts_of(benchmark: protocol.Benchmark) -> "tuple[Corpus, Corpus]":
    """Return its train and its test part as headword knows them."""
    from headword.core.corpus import Corpus, Document
    from headword.core.labels import LabelSpace

    space = LabelSpace(tuple(benchmark.labels))
    train, test = (
        Corpus.from_documents(
            (Document(*row) for row in zip(p.ids, p.titles, p.abstracts, space.decode(p.targets), strict=True)),
            label_space=space,
        )
        for p in (benchmark.train, benchmark.test)
    )
    return train, test


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", help="a name in --data, demo, or synthetic-DOCUMENTSxLABELS")
    parser.add_argument("--data", type=Path, default=running.SHARED / "data", help="folder of NAME/documents.jsonl.gz")
    parser.add_argument("--recipe", default="default", help="a name, or a TOML file")
    parser.add_argument("--threads", type=int, default=1, help="with one, processor time is what a phase costs")
    parser.add_argument("--write", action="store_true", help="put the tables into ENGINE.md, where it has a place")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser
