"""The engine's goals one by one, headword and its peers in turn in one run; `--short` takes under ten minutes."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks import compare, corpora, engine_goals, machine, page, published, records, running, scale
from benchmarks.compare import Plan
from benchmarks.records import Record

RESULTS = records.RESULTS / "engine.jsonl"
CORPORA = ("arxiv-cs", "arxiv-mixed", "reuters21578")
SHORT = ("reuters21578", "arxiv-mixed")
PEERS = ("pecos-xrlinear", "omikuji-parabel", "napkinxc-plt", "fasttext", "sklearn-ovr-linearsvc")
SHORT_PEERS = ("pecos-xrlinear", "fasttext")


def main(given: Sequence[str] | None = None) -> None:
    """Measure what the command line says, append the records, print the table of goals."""
    parser = compare.parser(__doc__, RESULTS)
    parser.set_defaults(repeats=3)
    parser.add_argument("--short", action="store_true", help=f"one round of {', '.join(SHORT)}, fewest peers")
    parser.add_argument("--runs", type=int, help="cold commands of each recipe; without: 10, or 3 if --short")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--write", action="store_true", help="put the table into ENGINE.md")
    options = parser.parse_args(given)
    if not options.table:
        wanted = SHORT if options.short else CORPORA
        options.repeats = 1 if options.short else options.repeats
        options.corpora = options.corpora or [name for name in corpora.find(options.data, ["all"]) if name in wanted]
        if not options.corpora:
            running.say(f"no corpus of {', '.join(wanted)} in {options.data}: the goals that need one are left out")
            return
        with ExitStack() as stack:
            models = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="headword-models-")))
            plan = replace(compare.planned(options, options.data, stack), models=models)
            plan = plan if options.systems else chosen(plan, SHORT_PEERS if options.short else PEERS)
            running.say(f"run {plan.run}: {', '.join(plan.corpora)}; {', '.join(plan.ours + plan.others)}")
            if options.plan:
                return
            running.warm_up(options.recipes)
            for record in measure(plan, options.runs or (3 if options.short else 10)):
                records.append(options.results, record)
                running.say(f"  {record['dataset']} {record['system']}: {record.get('error') or record['kind']}")
    lines = list(table(records.read(options.results)))
    print("\n".join(lines))
    if options.write:
        page.fill(page.ENGINE, "goals", lines)


def measure(plan: Plan, runs: int) -> Iterator[Record]:
    """Yield the comparison's records, then those of single answers."""
    for record in compare.measure(plan):
        yield {"kind": "comparison"} | record
    # From here on this process has numpy, so that no child's peak memory may be looked at any more.
    from benchmarks import latency

    dataset = engine_goals.MAIN if engine_goals.MAIN in plan.corpora else next(iter(plan.corpora))
    paths = {name: (plan.models or Path()) / dataset / name / "model.hw" for name in plan.ours}
    paths = {name: path for name, path in paths.items() if path.is_file()}
    about = {"kind": "latency", "run": plan.run, "commit": machine.commit(), "dataset": dataset}
    for name, times in latency.timed(paths, plan.corpora[dataset], runs, 1000, plan.threads):
        yield about | {"system": name} | times


def table(found: Sequence[Record]) -> Iterator[str]:
    """Yield the lines of the table of goals: the latest run's, and what scale and published found."""
    latest = [record for record in found if record["run"] == max(one["run"] for one in found)]
    judged = list(engine_goals.findings(latest))
    figures = published.published()
    kept = records.read(published.RESULTS)
    judged += engine_goals.published(
        [record for dataset in figures for record in published.latest(kept, dataset)],
        {dataset: rows["goal"] for dataset, rows in figures.items()},
    )
    judged += engine_goals.scale(scale.latest(records.read(scale.RESULTS)))
    measured = [record for record in latest if "machine" in record]
    if measured:
        one, others = measured[0], [r["others_cores"] for r in measured if r.get("others_cores") is not None]
        busy = f"; other programs kept at most {max(others):.1f} cores busy" if others else ""
        rounds = len({record.get("round") for record in measured})
        yield (
            f"{one['run'][:10]}, commit {one['commit']}, {one['machine']['cpu']}, {one['machine']['cores']} cores, "
            f"{one['threads']} threads, median of {rounds} round{'s' * (rounds > 1)}{busy}. Times are from raw texts "
            f"in memory to a fitted model, importing included, for every system alike.{machine.warning(others)}\n"
        )
    yield from engine_goals.markdown(judged)


def chosen(plan: Plan, wanted: Sequence[str]) -> Plan:
    """Return the plan with those peers alone, or as it is if none of them is there."""
    return replace(plan, others=[name for name in plan.others if name in wanted] or plan.others)
