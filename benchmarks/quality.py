"""How good the recipes are on the corpora with goals, beside those goals and the best peer."""

from collections.abc import Sequence

from benchmarks import corpora, goals, machine, records, running
from benchmarks.records import Record

RESULTS = records.RESULTS / "quality.jsonl"


def main(given: Sequence[str] | None = None) -> None:
    """Train and test every recipe on every corpus, append the records and print the table."""
    parser = running.arguments(__doc__, RESULTS)
    parser.add_argument("--bootstrap", type=int, default=1000, help="resamples behind the intervals")
    options = parser.parse_args(given)
    files = corpora.find(options.data, options.corpora)
    if not files:
        raise SystemExit(f"no corpus in {options.data}; give --data FOLDER with NAME/documents.jsonl.gz")
    settings = {"run": machine.today(), "commit": machine.commit(), "machine": machine.describe()}
    running.warm_up(options.recipes)
    print(header())
    for dataset, documents in files.items():
        null = running.work(documents, running.NULL, threads=options.threads)
        known = {"dataset": dataset, "data_sha256": corpora.fingerprint(documents), "baselines": null.get("baselines")}
        _print_beside(dataset, known)
        for recipe in options.recipes:
            found = running.work(
                documents, f"headword-{recipe}", threads=options.threads, bootstrap=options.bootstrap, latency=0
            )
            records.append(options.results, settings | known | found)
            print(row(known | found), flush=True)


def header() -> str:
    """Return the head of the Markdown table."""
    return "| corpus | system | P@1 | micro-F1 | macro-F1 | train s |\n|---|---|---|---|---|---|"


def row(record: Record) -> str:
    """Return one line: figures with their 95 % interval, and * where the goal is reached."""
    name = f"| {record['dataset']} | {record['system']} |"
    if "quality" not in record:
        return f"{name} {record.get('error', 'no result')} ||||"
    goal = goals.GOALS.get(record["dataset"])
    cells = []
    for place, metric in enumerate(goals.METRICS):
        value, (low, high) = record["quality"][metric], record["intervals"][metric]
        reached = "*" if goal is not None and round(value, 3) >= goal[place] else ""
        cells.append(f"{short(value)}{reached} ({short(low)} to {short(high)})")
    return f"{name} {' | '.join(cells)} | {record['train_wall_s']:.1f} |"


def short(value: float) -> str:
    """Return a fraction with three decimals and without the leading 0."""
    return f"{value:.3f}".removeprefix("0")


def _print_beside(dataset: str, known: Record) -> None:
    """Print the null baseline, the best peer and the goal of the corpus."""
    beside = {"best peer, earlier": goals.BEST_PEER.get(dataset), "goal": goals.GOALS.get(dataset)}
    null = (known["baselines"] or {}).get("most_frequent_labels")
    figures = None if null is None else [null[metric] for metric in goals.METRICS]
    for name, values in {"most frequent labels": figures, **beside}.items():
        if values is not None:
            print(f"| {dataset} | {name} | {' | '.join(map(short, values))} | |")


if __name__ == "__main__":
    main()
