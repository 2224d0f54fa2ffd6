"""How many documents need no human at 95 % precision? Bands made from the valid part, audited by the test part."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import plot
from benchmarks.records import Record
from benchmarks.trust.judging import judged
from benchmarks.trust.scores import CORPORA, scored
from headword.decisions.band_audit import audit_bands, coverage_curve
from headword.decisions.bands import fit_bands

PRECISION, RECALL = 0.95, 0.95
SOURCES = {"valid": "exact", "held": "cross-fit"}


def measure(data: Path, cache: Path) -> list[Record]:
    """Return a record for each corpus, with bands from valid documents and from out-of-fold scores."""
    found = []
    for corpus in CORPORA:
        ours = scored(corpus, "headword", data, cache)
        test = judged(ours, "test")
        for part, split in SOURCES.items():
            bands = fit_bands(judged(ours, part), precision=PRECISION, recall=RECALL, split=split)
            audit = audit_bands(bands, test).to_json()
            one = {"corpus": corpus, "part": part, "n_test": len(test), "bands": bands.manifest(), "audit": audit}
            found.append(one | ({"curve": coverage_curve(test)} if part == "valid" else {}))
    return found


def lines(found: Sequence[Record]) -> list[str]:
    """Return the table of the page."""
    out = [
        "| corpus | made from | what | share | precision on test (95% interval) | promise kept | recall |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        source = f"{one['bands']['n_docs']:,} " + {"valid": "held out", "held": "out of fold"}[one["part"]]
        accept = one["audit"]["bands"][0]
        documents = {share["name"]: share for share in one["audit"]["documents"]}
        rows = (
            ("accepted suggestions, pooled", accept, None),
            ("accepted labels, a document's mean", documents["accepted labels"], None),
            ("documents without a human", documents["automatic documents"], one["audit"]["automatic_recall"]),
        )
        for name, share, recall in rows:
            if share["precision"] is None:
                out.append(f"| {one['corpus']} | {source} | {name} | {share['share']:.1%} | – | – | – |")
                continue
            shown = f"{share['precision']:.4f} ({share['low']:.4f} to {share['high']:.4f})"
            kept = "yes" if share["precision"] >= PRECISION else "within" if share["high"] >= PRECISION else "**no**"
            found_share = "" if recall is None else f"{recall:.3f}"
            out.append(
                f"| {one['corpus']} | {source} | {name} | {share['share']:.1%} | {shown} | {kept} | {found_share} |"
            )
    return out


def draw(found: Sequence[Record], folder: Path) -> list[Path]:
    """Draw what it costs to leave documents to the machine; return the file."""
    drawn = []
    for colour, one in enumerate(one for one in found if "curve" in one):
        points = tuple((100 * point["share"], 100 * point["precision"]) for point in one["curve"][4::5])
        drawn.append(plot.Line(one["corpus"], points, colour))
    path = folder / "automatic-documents.svg"
    text = plot.even(
        drawn, title="Documents left to the machine", x="% of documents, surest first", y="% right of chosen"
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return [path]
