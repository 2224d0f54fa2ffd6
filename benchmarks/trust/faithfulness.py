"""Whether suggestions rest on what explanations put first: `python -m benchmarks.trust.faithfulness --data FOLDER`.

The default recipe is fitted on the training part; words are taken out of test documents, and put into empty ones, in
the order of the explanation, by inverse document frequency, and by lot. See `headword explain --faithfulness`.
"""

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import corpora, page, records
from benchmarks.protocol import load
from benchmarks.systems import Headword, _documents
from headword.core.corpus import Corpus
from headword.explain.faithfulness import measure_faithfulness

RESULT = records.RESULTS / "faithfulness.jsonl"
PAGE = Path(__file__).with_name("FAITHFULNESS.md")
CORPORA = ("arxiv-mixed", "reuters21578", "nasa-cmr")
SAMPLE = 300


def measured(name: str, path: Path, recipe: str) -> records.Record:
    """Fit a recipe on a corpus and measure the faithfulness of its explanations."""
    benchmark = load(path)
    system = Headword(recipe, 1)
    system.load()
    system.fit(benchmark)
    test, tagger = Corpus.from_documents(_documents(benchmark.test)), system.tagger
    began = time.process_time()
    found = measure_faithfulness(test, tagger.extractor, tagger.ensemble, sample=SAMPLE, n_threads=1)
    seconds = (time.process_time() - began) / (found.n_documents + found.n_skipped)
    members = list(tagger.ensemble.scorers)
    return {
        "corpus": name, "recipe": recipe, "members": members, **_rounded(asdict(found)),
        "cpu_seconds_each": round(seconds, 3),
    }  # fmt: skip


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def lines(found: list[records.Record]) -> list[str]:
    """Return the page's tables."""
    out = [
        "| corpus | recipe | documents | words in the order of | area as they go | area as they come | none left |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        for order in one["orders"]:
            out.append(
                f"| {one['corpus']} | {one['recipe']} | {one['n_documents']} | {order['name']} "
                f"| {_area(order['deletion'])} | {_area(order['insertion'])} | {order['deletion_curve'][-1]:.3f} |"
            )
    out += [
        "",
        "| corpus | recipe | explanation better than | as they go | p | as they come | p |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        for other in one["advantages"]:
            out.append(
                f"| {one['corpus']} | {one['recipe']} | {other['order']} | {_area(other['deletion'])} "
                f"| {_p(other['deletion_p'])} | {_area(other['insertion'])} | {_p(other['insertion_p'])} |"
            )
    return out


def _area(area: dict[str, float]) -> str:
    return f"{area['mean']:.3f} ({area['low']:.3f} to {area['high']:.3f})"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of corpora, one folder each")
    parser.add_argument("--recipe", nargs="+", default=["default"], help="recipes to fit")
    options = parser.parse_args()
    paths = corpora.find(options.data, CORPORA)
    RESULT.write_text("", encoding="utf-8")
    for name in CORPORA:
        for recipe in options.recipe:
            records.append(RESULT, measured(name, paths[name], recipe))
    page.fill(PAGE, "figures", lines(records.read(RESULT)))


if __name__ == "__main__":
    main()
