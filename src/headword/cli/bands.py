"""headword bands: which suggestions need no human, and what that costs."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.decisions.band_audit import BandAudit

Precision = Annotated[
    float, typer.Option(metavar="P", help="Of the labels accepted unseen, at least this share shall be right.")
]
Recall = Annotated[
    float, typer.Option(metavar="R", help="Of a document's right labels, at least this share shall not be rejected.")
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the model with its bands: suggest shows them."),
]
Part = Annotated[
    str,
    typer.Option(
        metavar="PART,…", help="Rows to make the bands from, by their split field; none that was learnt from."
    ),
]
Audit = Annotated[str, typer.Option(metavar="PART,…", help="Rows to audit the bands by.")]

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def bands(
    model: options.Model,
    data: options.Data,
    precision: Precision = 0.95,
    recall: Recall = 0.95,
    part: Part = "valid",
    audit: Audit = "test",
    output: Output = None,
    empty_labels: options.EmptyLabels = "unannotated",
    seed: options.Seed = 0,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Sort suggestions into accept, review and reject, and find the documents that need no human.

    The bands are made from one part of DATA and audited by another, neither of which the model may have learnt from;
    without a split field, DATA is halved at random. An accepted label is right in at least --precision of the cases on
    average over documents, with 95% confidence; the same holds of the chosen labels of documents that need no human.
    """
    require_writable(output, json)
    from headword.decisions.band_audit import audit_bands, coverage_curve
    from headword.decisions.judged import Judged
    from headword.tagger import Tagger
    from headword.tagger.trust import banded

    tagger = Tagger.load(model)
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    made_from, judged_by = (
        only_annotated(some, "bands", quiet, empty_labels) for some in _parts(corpus, part, audit, seed, quiet)
    )
    found = banded(tagger.suggest(made_from), made_from, precision, recall, "exact")
    judged = Judged.of(tagger.suggest(judged_by), judged_by)
    audited, curve = audit_bands(found, judged), coverage_curve(judged)
    if output is not None:
        tagger.trust = replace(tagger.trust, bands=found)
        tagger.save(output)
        tell(f"wrote the model with its bands to {output}", quiet)
    if json != "-":
        _show(audited, curve, len(made_from), len(judged_by))
    write_json(
        json, {"bands": found.manifest(), "audit": audited.to_json(), "curve": curve, "model": model, "data": data}
    )


def _parts(corpus: "Corpus", part: str, audit: str, seed: int, quiet: bool) -> "tuple[Corpus, Corpus]":
    """Return the documents to make the bands from and those to audit them by."""
    if "split" in corpus.fields:
        return rows_marked(corpus, parts_of(part), quiet), rows_marked(corpus, parts_of(audit), quiet)
    tell("there is no split field: one random half makes the bands, the other audits them", quiet)
    import numpy as np

    half = np.random.default_rng(seed).permutation(len(corpus)) < len(corpus) // 2
    return corpus.subset(half), corpus.subset(~half)


def _show(audited: "BandAudit", curve: list[dict[str, float]], n_made: int, n_judged: int) -> None:
    rows = [(one.name, one.n, one.share, one.precision, f"{one.low:.3f} … {one.high:.3f}") for one in audited.bands]
    title = f"bands made from {n_made:,} documents, audited by {n_judged:,}"
    show_table(["suggestions", "number", "share", "right", "95% interval"], rows, title=title)
    documents = [
        (one.name, one.n, one.share, one.precision, f"{one.low:.3f} … {one.high:.3f}") for one in audited.documents
    ]
    show_table(["documents with", "number", "share", "right", "95% interval"], documents, title="a document's mean")
    points = [min(curve, key=lambda point: abs(point["share"] - share)) for share in _SHARES]
    show_table(
        ["share of documents", "precision", "recall"],
        [(point["share"], point["precision"], point["recall"]) for point in points],
        title="documents left to the machine, surest first",
    )
