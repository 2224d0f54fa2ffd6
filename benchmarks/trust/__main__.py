"""`python -m benchmarks.trust --data FOLDER [calibration] [conformal] [bands]`: measure, keep, and write the page."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks import page, records
from benchmarks.trust.scores import default_cache

PAGE = Path(__file__).with_name("TRUST.md")
PLOTS = Path(__file__).with_name("plots")
WHAT = ("calibration", "conformal", "bands")


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is asked for (all, if nothing is), or write the page anew from what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks trust", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*WHAT, []], metavar="WHAT", help=", ".join(WHAT))
    parser.add_argument(
        "--data", type=Path, help="folder of corpora, one folder each; without, only the page is written"
    )
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where scores are kept")
    options = parser.parse_args(words)
    PLOTS.mkdir(exist_ok=True)
    for what in options.what or WHAT:
        measurement = import_module(f"benchmarks.trust.{what}")
        result = records.RESULTS / f"trust-{what}.jsonl"
        if options.data is not None:
            found = measurement.measure(options.data, options.cache)
            result.write_text("", encoding="utf-8")
            for one in found:
                records.append(result, one)
        found = records.read(result)
        pictures = [f"![{path.stem}]({PLOTS.name}/{path.name})" for path in measurement.draw(found, PLOTS)]
        tables = measurement.lines(found)
        for place, lines in ({what: tables} if isinstance(tables, list) else tables).items():
            page.fill(PAGE, place, lines)
        page.fill(PAGE, f"{what}-plots", pictures)


if __name__ == "__main__":
    main()
