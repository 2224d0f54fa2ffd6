"""headword beside other systems, on the same documents, by the same rules, in turn."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpora, foreign, machine, records, running
from benchmarks.records import Record
from benchmarks.running import NULL, SVC

RESULTS = records.RESULTS / "compare.jsonl"


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    run: str
    corpora: dict[str, Path]
    ours: list[str]
    others: list[str]
    repeats: int
    threads: int
    cap: int
    harness: foreign.Harness | None
    models: Path | None = None  # where headword's models are kept, CORPUS/SYSTEM, of the last round


def main(given: Sequence[str] | None = None) -> None:
    """Measure what the command line says and append the records."""
    options = parser(__doc__, RESULTS).parse_args(given)
    with ExitStack() as stack:
        data = stack.enter_context(corpora.demo()) if options.demo else options.data
        plan = planned(options, data, stack)
        running.say(f"run {plan.run}: {', '.join(plan.corpora)}; {', '.join(plan.ours + plan.others)}")
        if options.plan:
            return
        running.warm_up(options.recipes)
        for record in measure(plan):
            records.append(options.results, record)
            running.say("  " + _line(record))
    if options.earlier:
        for record in _given(options.earlier, plan):
            records.append(options.results, record)


def measure(plan: Plan) -> Iterator[Record]:
    """Yield one record a corpus, round and system, in alternating order."""
    settings = {"run": plan.run, "source": "measured", "commit": machine.commit(), "machine": machine.describe()}
    for dataset, documents in plan.corpora.items():
        null = running.work(documents, NULL, threads=plan.threads)
        if "error" in null:
            yield settings | null | {"dataset": dataset}
            continue
        beside = {"data_sha256": corpora.fingerprint(documents), "baselines": null["baselines"]}
        for turn in range(plan.repeats):
            for place, system in enumerate(alternating(plan.ours, plan.others, turn)):
                others = machine.Others()
                found = _one(plan, dataset, documents, system)
                turned = {"round": turn, "place": place, "threads": plan.threads, "others_cores": others.cores()}
                yield settings | {"dataset": dataset} | null | {"system": system} | turned | found | beside


def alternating(ours: Sequence[str], others: Sequence[str], turn: int) -> list[str]:
    """Return all systems, ours spread evenly among the others; backwards in every second turn."""
    placed = [((i + 0.5) / len(group), name) for group in (ours, others) for i, name in enumerate(group)]
    order = [name for _, name in sorted(placed, key=lambda pair: pair[0])]
    return order[::-1] if turn % 2 else order


def _one(plan: Plan, dataset: str, documents: Path, system: str) -> Record:
    if plan.harness is not None and system in plan.others:
        return plan.harness.run(system, dataset, cap=plan.cap, threads=plan.threads)
    metrics = plan.harness and plan.harness.metrics
    save = plan.models / dataset / system if plan.models and system in plan.ours else None
    return running.work(documents, system, threads=plan.threads, cap=plan.cap, metrics=metrics, save=save)


def planned(options: argparse.Namespace, data: Path, stack: ExitStack) -> Plan:
    """Return what the command line says, as far as corpora and systems are there; ends the program if nothing is."""
    found = corpora.find(data, None if options.demo else options.corpora)
    if not found:
        raise SystemExit(f"no corpus in {data}; give --data FOLDER with NAME/documents.jsonl.gz, or --demo")
    harness, others = None, [SVC]
    # The harness reads .gz alone, so the demo is left to scikit-learn.
    if options.peers.is_file() and not options.demo:
        harness = stack.enter_context(foreign.harness(options.peers, data, options.venvs))
        others = foreign.installed(options.venvs)
        if not others:
            running.say(f"no peer is installed in {options.venvs}: scikit-learn of this environment alone")
            harness, others = None, [SVC]
    if options.systems:
        unknown = sorted(set(options.systems) - set(others))
        if unknown:
            raise SystemExit(f"not installed here: {', '.join(unknown)}; there are: {', '.join(others)}")
        others = options.systems
    return Plan(
        run=machine.today(), corpora=found, ours=[f"headword-{recipe}" for recipe in options.recipes],
        others=others, repeats=options.repeats, threads=options.threads, cap=options.cap, harness=harness,
    )  # fmt: skip


def _given(path: Path, plan: Plan) -> Iterator[Record]:
    """Yield older figures of systems that this run did not measure, marked as given."""
    for record in records.earlier(path):
        if record["dataset"] in plan.corpora and record["system"] not in plan.others:
            yield {"run": plan.run, "source": "given"} | record


def _line(record: Record) -> str:
    head = f"{record['dataset']:14} {record['system']:24} "
    if "quality" not in record:
        return head + str(record.get("error", "no result"))
    quality = " ".join(f"{name} {record['quality'][name]:.3f}" for name in ("p@1", "micro_f1", "macro_f1"))
    return f"{head}{quality}  train {record['train_wall_s']:.1f} s  others {record['others_cores']} cores"


def parser(description: str | None, results: Path) -> argparse.ArgumentParser:
    """Return a parser with the options of a comparison."""
    parser = running.arguments(description, results)
    peers = running.SHARED / "bench" / "peers.py"
    parser.add_argument("--peers", type=Path, default=peers, help="the peers' harness; absent: scikit-learn alone")
    parser.add_argument("--venvs", type=Path, default=foreign.default_venvs(), help="the peers' environments")
    parser.add_argument("--systems", nargs="+", metavar="PEER", help="peers to run; without: all installed")
    parser.add_argument("--repeats", type=int, default=1, help="rounds; the table shows medians")
    parser.add_argument("--cap", type=int, default=900, help="seconds that one system may take on one corpus")
    parser.add_argument("--earlier", type=Path, help="older results of the harness, kept as given figures")
    parser.add_argument("--demo", action="store_true", help="the demo corpus instead of --data")
    parser.add_argument("--plan", action="store_true", help="say what would be run, and stop")
    return parser


if __name__ == "__main__":
    main()
