"""The demo corpus that comes with the package: documents, headings, and what was planted in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from headword.core.corpus import Corpus, Document


@dataclass(frozen=True)
class DemoHeading:
    """One heading of the demo corpus.

    Attributes
    ----------
    id
        A short identifier, unique among the headings.
    name
        The name that documents carry as label.
    alt
        Other names of the same subject.
    broader
        Ids of the headings one level up; none for a top heading, more than one is possible.
    definition
        What the heading is to be used for.
    """

    id: str
    name: str
    alt: tuple[str, ...]
    broader: tuple[str, ...]
    definition: str


def demo_corpus() -> Corpus:
    """Return the 300 documents of the demo, with the fields `split` (train or test), `date` (ISO) and `provider`.

    Labels stand as they are in the file, planted mistakes included: see `planted`.

    Examples
    --------
    >>> corpus = demo_corpus()
    >>> len(corpus), corpus.fields["split"].count("test")
    (300, 60)
    """
    return Corpus.from_documents(
        Document(
            id=row["id"],
            title=row["title"],
            abstract=row["abstract"],
            labels=tuple(row["labels"]),
            fields={name: row[name] for name in ("split", "date", "provider")},
        )
        for row in _rows("corpus.jsonl")
    )


def demo_headings() -> tuple[DemoHeading, ...]:
    """Return the headings of the demo corpus in the order of their file, a field of science at a time.

    Examples
    --------
    >>> [heading.name for heading in demo_headings() if "ocean-chemistry" in heading.broader]
    ['Ocean acidification']
    """
    return tuple(
        DemoHeading(row["id"], row["name"], tuple(row["alt"]), tuple(row["broader"]), row["definition"])
        for row in _rows("headings.jsonl")
    )


def planted() -> dict[str, list[dict[str, Any]]]:
    """Return what was put into the demo corpus on purpose, each entry with its reason.

    `near_duplicates`: pairs of `ids`, their `parts`, and whether the pair is a `leak` from train to test.
    `wrong_labels`: the `id` of a train document, and the `label` that was `added` or `removed` (`kind`).
    `label_variants`: a `variant` spelling of a `heading`, and the `ids` of the documents that have it.

    Examples
    --------
    >>> sorted((name, len(entries)) for name, entries in planted().items())
    [('label_variants', 1), ('near_duplicates', 6), ('wrong_labels', 10)]
    """
    found: dict[str, list[dict[str, Any]]] = json.loads(_text("planted.json"))
    return found


def _rows(name: str) -> Iterator[dict[str, Any]]:
    # not splitlines(): it would also break at the line separators that JSON leaves unescaped within strings
    return (json.loads(line) for line in _text(name).split("\n") if line.strip())


def _text(name: str) -> str:
    return files("headword.demo").joinpath(name).read_text(encoding="utf-8")
