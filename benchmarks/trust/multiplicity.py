"""How many suggestions depend on luck: near-equal variants of the default recipe on three corpora.

`python -m benchmarks.trust.multiplicity --data FOLDER` writes ../results/trust-multiplicity.jsonl.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

CORPORA = ("reuters21578", "nasa-cmr", "arxiv-mixed")
RESULTS = Path(__file__).parents[1] / "results" / "trust-multiplicity.jsonl"
_EPS = (0.01, 0.02, 0.05, 0.1)


def measure(name: str, data: Path, recipe: str, most_docs: int) -> list[dict[str, Any]]:
    """Cross-fit the variants on the training part, and compare them for several eps."""
    from headword.audit.multiplicity import measure_multiplicity
    from headword.audit.near_equal import fit_variants, variants
    from headword.cleaning.annotation import learnable
    from headword.recipes.reader import load_recipe
    from headword.sources.reader import read

    corpus = read(str(data / f"{name}.jsonl"))
    corpus = corpus.subset([part == "train" for part in corpus.fields["split"]])
    if len(corpus) > most_docs:
        corpus = corpus.subset(np.sort(np.random.default_rng(0).permutation(len(corpus))[:most_docs]))
    corpus = learnable(corpus)
    wanted = variants(load_recipe(recipe))
    start = time.process_time()
    found = fit_variants(corpus, wanted, n_threads=1)
    seconds = time.process_time() - start
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    rows = []
    for eps in _EPS:
        measured = measure_multiplicity(found, [one.name for one in wanted], corpus.targets, eps=eps)
        row = {"corpus": name, "recipe": recipe, "n_docs": len(corpus), "eps": eps, "delta": 0.1, **measured.to_json()}
        row |= {"rare_labels": _mean(measured.per_label[support < 20]), "cpu_seconds": seconds}
        rows.append(row | {"frequent_labels": _mean(measured.per_label[support >= 100])})
    return rows


def _mean(values: np.ndarray) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of NAME.jsonl with a split field")
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--most-docs", type=int, default=4_000)
    options = parser.parse_args(arguments)
    rows = [row for name in CORPORA for row in measure(name, options.data, options.recipe, options.most_docs)]
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
