"""The data card: what a corpus is made of, where it comes from, and what would harm those who use it.

References
----------
Holland, Hosny, Newman, Joseph and Chmielinski, "The Dataset Nutrition Label" (2018), arXiv:1805.03677.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from headword.audit.card_labels import LabelProfile, label_profile
from headword.audit.composition import counted, properties, word_counts
from headword.audit.findings import examine, warnings_of
from headword.audit.language import UNKNOWN
from headword.audit.leakage import parts_of
from headword.audit.leakage_words import torn as torn_words
from headword.audit.source import Source
from headword.audit.straddling import Straddling, straddling
from headword.core.corpus import Corpus
from headword.core.errors import DataError

_QUANTILES = {"least": 0.0, "5%": 0.05, "25%": 0.25, "median": 0.5, "75%": 0.75, "95%": 0.95, "most": 1.0}
_BINS = 20
_FOREIGN = 0.02


@dataclass(frozen=True)
class Lengths:
    """Words of title and abstract together: quantiles by name, and documents in bins of equal width.

    Attributes
    ----------
    bins
        (first, last, documents) of each bin; longer documents than the 99th percentile are in the last one.
    """

    quantiles: Mapping[str, int]
    without_title: int
    without_abstract: int
    bins: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class DataCard:
    """A corpus in figures.

    Attributes
    ----------
    found
        Counts, columns and parts, as `headword.audit.findings.examine` gives them.
    fingerprint
        SHA-256 over ids, texts and labels, whatever file they stand in.
    lengths
        None for documents that come as numbers.
    composition
        Documents by value of each property that sorts them: language, year, provider, ...
    straddling
        What belongs together and stands in different parts; empty if nothing does, or there is no split.
    warnings
        Each a problem and the command that puts it right.
    """

    source: Source
    fingerprint: str
    found: Mapping[str, Any]
    labels: LabelProfile
    lengths: Lengths | None
    composition: Mapping[str, Mapping[str, int]]
    straddling: tuple[Straddling, ...]
    warnings: tuple[Mapping[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, the findings and warnings at its top."""
        card = asdict(self)
        found, warnings = card.pop("found"), card.pop("warnings")
        return {**found, "warnings": list(warnings), **card}


def data_card(corpus: Corpus, data: str, *, near_duplicates: bool = True) -> DataCard:
    """Return the card of a corpus that was read from `data`."""
    found = examine(corpus, near_duplicates=near_duplicates)
    labels = label_profile(corpus)
    composition = {name: counted(values) for name, values in properties(corpus).items()}
    source = Source.of(data)
    torn, unclear = _straddling(corpus) if near_duplicates else ((), [])
    warnings = [
        *warnings_of(found, data),
        *_told(_source_warnings(source) + _label_warnings(labels) + _language_warnings(composition) + unclear),
        *_told([(f"{torn_words(one)}", f"headword split {data} -o split.jsonl.gz --near-duplicates") for one in torn]),
    ]
    lengths = None if corpus.features is not None else _lengths(corpus)
    return DataCard(source, corpus.fingerprint(), found, labels, lengths, composition, torn, tuple(warnings))


def _lengths(corpus: Corpus) -> Lengths:
    words = word_counts(corpus)
    quantiles = {n: int(np.quantile(words, q, method="lower")) if len(words) else 0 for n, q in _QUANTILES.items()}
    top = int(np.quantile(words, 0.99, method="lower")) if len(words) else 0
    width = max(1, -(-(top + 1) // _BINS))
    counts = np.bincount(np.minimum(words // width, top // width)) if len(words) else np.zeros(0, np.int64)
    bins = tuple((i * width, (i + 1) * width - 1, int(n)) for i, n in enumerate(counts.tolist()))
    empty = [sum(not text.strip() for text in texts) for texts in (corpus.titles, corpus.abstracts)]
    return Lengths(quantiles, empty[0], empty[1], bins)


def _straddling(corpus: Corpus) -> tuple[tuple[Straddling, ...], list[tuple[str, str]]]:
    """Return what the split tears apart, and a warning if the split is not understood."""
    if "split" not in corpus.fields:
        return (), []
    try:
        part = parts_of(corpus)
    except DataError as error:
        return (), [(str(error), "correct the values of the field split")]
    return tuple(straddling(corpus, part)), []


def _told(warnings: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"problem": problem, "fix": fix} for problem, fix in warnings]


def _source_warnings(source: Source) -> list[tuple[str, str]]:
    out = []
    if source.as_fetched is False:
        name = (source.provenance or {}).get("name") or "NAME"
        steps = source.steps()
        again = f"make it anew: {steps[-1]}" if steps else f"headword fetch {name} -o {source.file}"
        out.append(("the file is not what its provenance describes", again))
    if source.provenance is not None and source.licence is None:
        out.append(("the provenance names no licence", "ask the source before the documents are passed on"))
    return out


def _label_warnings(labels: LabelProfile) -> list[tuple[str, str]]:
    pairs = labels.inseparable
    if not pairs:
        return []
    names = ", ".join(f"{one.first} = {one.second}" for one in pairs[:3]) + (", …" if len(pairs) > 3 else "")
    said = f"{len(pairs)} pairs of labels always stand together ({names}): figures count them twice"
    return [(said, "where they mean the same, keep one of each in the source")]


def _language_warnings(composition: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str]]:
    told = {code: n for code, n in composition.get("language", {}).items() if code != UNKNOWN}
    if not told:
        return []
    main = next(iter(told))
    others = sum(told.values()) - told[main]
    if others <= _FOREIGN * sum(composition["language"].values()):
        return []
    said = f"{others:,} documents seem to be in other languages than {main}"
    return [(said, "leave them out at the source, unless documents of these languages will be tagged too")]
