"""The corpora of the learning curves, each with a thesaurus whose concepts are its labels."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks import protocol
from benchmarks.protocol import Benchmark, Part
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.thesaurus import PATH_SEPARATOR, Thesaurus
from headword.thesaurus.writer import write_thesaurus

DOCUMENTS = "documents.jsonl.gz"
GCMD = Path("gcmd-keywords") / "sciencekeywords.csv"
YKL = "ykl-skos.ttl"
TEST_DOCUMENTS = 1000


@dataclass(frozen=True, eq=False)
class Prepared:
    """A corpus that is ready: the columns of the benchmark are the concepts of the thesaurus.

    Attributes
    ----------
    thesaurus
        The file that both systems read; `skos` the same in SKOS, where its concepts have the URIs `uris`.
    uris
        By column.
    language, note
        Of the texts; what was done to the documents.
    """

    name: str
    benchmark: Benchmark
    thesaurus: Path
    skos: Path
    uris: list[str]
    language: str
    note: str


def prepare(name: str, data: Path, work: Path) -> Prepared:
    """Read a corpus of CORPORA and its thesaurus; write what is made of them below the folder `work`."""
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    return CORPORA[name](data, folder)


def subset(part: Part, n_docs: int, seed: int) -> Part:
    """Return the first `n_docs` by the hash of seed and id: a larger subset of the same seed holds the smaller ones."""
    hashes = [hashlib.md5(f"{seed}/{one}".encode(), usedforsecurity=False).hexdigest() for one in part.ids]
    return chosen(part, sorted(range(len(part)), key=hashes.__getitem__)[:n_docs])


def chosen(part: Part, rows: list[int]) -> Part:
    """Return these documents in this order."""
    return Part(
        ids=[part.ids[row] for row in rows],
        titles=[part.titles[row] for row in rows],
        abstracts=[part.abstracts[row] for row in rows],
        targets=part.targets[rows],
    )


def _makupalat(data: Path, folder: Path) -> Prepared:
    skos = data / folder.name / YKL
    thesaurus = read_thesaurus(skos, language="fi")
    ids = [concept.id for concept in thesaurus]
    note = "thesaurus: YKL; labels are its URIs"
    return _finished(folder.name, protocol.load(data / folder.name / DOCUMENTS), ids, skos, skos, ids, "fi", note)


def _nasa(data: Path, folder: Path) -> Prepared:
    """Read the GCMD keywords by name, for the labels are names in small letters, without paths."""
    benchmark = protocol.load(data / folder.name / DOCUMENTS)
    gcmd = read_thesaurus(data / GCMD)
    names = {concept.id: concept.name("en").lower() for concept in gcmd}
    broader: dict[str, dict[str, None]] = {}
    for concept in gcmd:
        above = broader.setdefault(names[concept.id], {})
        above.update(dict.fromkeys(names[one] for one in concept.broader if names[one] != names[concept.id]))
    broader |= {label: {} for label in benchmark.labels if label not in broader}
    concepts = [Concept(name, (Name(name, language="en"),), tuple(above)) for name, above in broader.items()]
    note = "thesaurus: GCMD science keywords, those of one name as one concept, and the labels it lacks"
    return _own(folder, benchmark, concepts, note)


def _noaa(data: Path, folder: Path) -> Prepared:
    """Clean with headword, and put the concepts of GCMD for the paths that lead to them."""
    from headword.cleaning.pipeline import DEFAULT_STEPS, clean
    from headword.sources.reader import read
    from headword.sources.writer import write
    from headword.thesaurus.align import align_corpus
    from headword.thesaurus.relabel import images_of, relabel

    steps = {step: {} for step in DEFAULT_STEPS} | {"labels": {"apply": "high"}}
    corpus, _ = clean(read(data / folder.name / DOCUMENTS, duplicate_ids="number"), steps)
    gcmd = read_thesaurus(data / GCMD)
    corpus, _ = relabel(corpus, images_of(align_corpus(corpus, gcmd), gcmd))
    write(corpus, folder / "documents.jsonl")
    benchmark = protocol.load(folder / "documents.jsonl")
    concepts = [
        Concept(concept.id, (Name(concept.name("en").lower(), language="en"),), concept.broader) for concept in gcmd
    ]
    known = {concept.id for concept in concepts}
    concepts += [
        Concept(label, (Name(label.split(PATH_SEPARATOR)[-1].lower(), language="en"),))
        for label in benchmark.labels
        if label not in known
    ]
    note = (
        "cleaned by headword (repeated ids and texts, safe merges of labels); thesaurus: GCMD science keywords, with "
        "the concepts for the paths that lead to one, and the last names of the other paths"
    )
    return _own(folder, benchmark, concepts, note)


def _names(data: Path, folder: Path) -> Prepared:
    benchmark = protocol.load(data / folder.name / DOCUMENTS)
    concepts = [Concept(label, (Name(label, language="en"),)) for label in benchmark.labels]
    return _own(folder, benchmark, concepts, "thesaurus: the names of its labels")


CORPORA: dict[str, Callable[[Path, Path], Prepared]] = {
    "makupalat-ykl": _makupalat,
    "nasa-cmr": _nasa,
    "noaa-iso-gcmd": _noaa,
    "inspec": _names,
    "pubmed-mesh": _names,
}


def _own(folder: Path, benchmark: Benchmark, concepts: list[Concept], note: str) -> Prepared:
    """Write a thesaurus of these concepts, and in SKOS with URIs for their ids."""
    own, skos = folder / "thesaurus.jsonl", folder / "thesaurus.ttl"
    uris = {concept.id: f"http://example.org/{row}" for row, concept in enumerate(concepts)}
    write_thesaurus(Thesaurus(tuple(concepts)), own)
    renamed = (
        dataclasses.replace(one, id=uris[one.id], broader=tuple(uris[above] for above in one.broader))
        for one in concepts
    )
    write_thesaurus(Thesaurus(tuple(renamed)), skos)
    return _finished(folder.name, benchmark, list(uris), own, skos, list(uris.values()), "en", note)


def _finished(
    name: str, benchmark: Benchmark, ids: list[str], own: Path, skos: Path, uris: list[str], language: str, note: str
) -> Prepared:
    missing = sorted(set(benchmark.labels) - set(ids))
    if missing:
        raise ValueError(f"{name}: {len(missing)} labels are no concepts of {own}: {json.dumps(missing[:3])}")
    wide = widened(benchmark, ids)
    test = chosen(wide.test, list(range(min(TEST_DOCUMENTS, len(wide.test)))))
    return Prepared(name, dataclasses.replace(wide, test=test), own, skos, uris, language, note)


def widened(benchmark: Benchmark, labels: Iterable[str]) -> Benchmark:
    """Return the benchmark with `labels`, which hold its own, for columns."""
    names = list(labels)
    place = {label: column for column, label in enumerate(names)}
    columns = np.array([place[label] for label in benchmark.labels], dtype=np.int32)

    def wide(part: Part) -> Part:
        return dataclasses.replace(part, targets=moved(part.targets, columns, len(names)))

    return Benchmark(wide(benchmark.train), wide(benchmark.valid), wide(benchmark.test), names)


def moved(matrix: sp.csr_matrix, columns: np.ndarray, width: int) -> sp.csr_matrix:
    """Return the matrix with column j at `columns[j]` of `width`."""
    wide = sp.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=(matrix.shape[0], width))
    wide.sort_indices()
    return wide
