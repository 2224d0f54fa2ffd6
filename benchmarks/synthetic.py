"""Synthetic corpora of any size: Zipf labels in topics, texts to match, the same bytes for the same numbers.

`python -m benchmarks synthetic --documents 10000 --labels 1000 --output FOLDER` writes FOLDER/NAME/documents.jsonl,
which every command here reads as a corpus; with --numbers also train.xmc.txt and test.xmc.txt, bags of words for other
systems.
"""

import argparse
import gzip
import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.running import say
from benchmarks.synthetic_kernels import MOST_LABELS
from benchmarks.synthetic_lines import MOST_BYTES, MOST_WORDS, write_documents, write_numbers
from benchmarks.synthetic_world import IN_ABSTRACT, IN_TITLE, World
from headword.core.parallel import run_chunks

if TYPE_CHECKING:
    from headword.core.corpus import Corpus

PARTS = ("train", "test")
_CHUNK = 1024
_AT_ONCE = 8
_TEST_FROM = 1 << 32  # test documents have numbers of their own, so that training size does not change them


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some consecutive documents.

    Attributes
    ----------
    lines
        JSON lines.
    texts
        int64 (n_docs, 6): start and end of id, title and abstract in `lines`.
    given, given_bounds, kinds, kind_bounds
        The labels and the words of each document, as numbers.
    """

    lines: bytes
    texts: np.ndarray
    given: np.ndarray
    given_bounds: np.ndarray
    kinds: np.ndarray
    kind_bounds: np.ndarray


@dataclass(frozen=True)
class Synthetic:
    """A corpus of `n_docs` training and `n_test` test documents over at most `n_labels` labels.

    A document depends on the labels, the seed and its number alone: a smaller corpus is the beginning of a larger one,
    and the test part is the same for every `n_docs`.
    """

    n_docs: int
    n_labels: int
    n_test: int = 2_000
    seed: int = 0

    @property
    def name(self) -> str:
        """Say its numbers."""
        return f"synthetic-{self.n_docs}x{self.n_labels}-{self.seed}"

    @cached_property
    def world(self) -> World:
        """Lexicon, topics and labels."""
        return World(self.n_labels, self.seed)

    def chunks(self, part: str, *, n_threads: int | None = None) -> Iterator[Chunk]:
        """Yield the documents of `train` or `test` in order, a few chunks in memory at a time."""
        first, n_docs = (0, self.n_docs) if part == "train" else (_TEST_FROM, self.n_test)
        starts = range(first, first + n_docs, _CHUNK)
        names = [name.encode() for name in self.world.names]
        bounds = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.int64)
        letters = np.frombuffer(b"".join(names), dtype=np.uint8)

        def drawn(start: int) -> Chunk:
            return self._chunk(part, start, min(_CHUNK, first + n_docs - start), letters, bounds)

        for at in range(0, len(starts), _AT_ONCE):
            yield from run_chunks(drawn, starts[at : at + _AT_ONCE], n_threads)

    def _chunk(self, part: str, first: int, n_docs: int, names: np.ndarray, name_bounds: np.ndarray) -> Chunk:
        world = self.world
        out = np.empty(n_docs * MOST_BYTES, dtype=np.uint8)
        texts = np.empty((n_docs, 6), dtype=np.int64)
        given, kinds = np.empty(n_docs * MOST_LABELS, dtype=np.int64), np.empty(n_docs * MOST_WORDS, dtype=np.int64)
        given_bounds, kind_bounds = np.zeros(n_docs + 1, dtype=np.int64), np.zeros(n_docs + 1, dtype=np.int64)
        size = write_documents(
            first, n_docs, self.seed, np.frombuffer(part.encode(), dtype=np.uint8), world.topics, world.words,
            world.profiles, IN_TITLE, IN_ABSTRACT, world.lengths, names, name_bounds, out, texts, given, given_bounds,
            kinds, kind_bounds,
        )  # fmt: skip
        return Chunk(
            out[:size].tobytes(), texts, given[: given_bounds[-1]].copy(), given_bounds,
            kinds[: kind_bounds[-1]].copy(), kind_bounds,
        )  # fmt: skip

    def fingerprint(self, *, n_threads: int | None = None) -> str:
        """Return the first 16 hex digits of the SHA-256 of its JSON lines."""
        digest = hashlib.sha256()
        for part in PARTS:
            for chunk in self.chunks(part, n_threads=n_threads):
                digest.update(chunk.lines)
        return digest.hexdigest()[:16]

    def corpora(self, *, n_threads: int | None = None) -> "tuple[Corpus, Corpus, str]":
        """Return the train and the test part as `headword.sources.read` would, and the fingerprint.

        Both have one label space: the labels that some document of either part has, sorted.
        """
        digest = hashlib.sha256()
        parts = [self._read(part, digest, n_threads) for part in PARTS]
        seen = np.unique(np.concatenate([part.given for part in parts]))
        names = self.world.names
        ordered = np.array(sorted(seen.tolist(), key=names.__getitem__), dtype=np.int64)
        column = np.empty(self.n_labels, dtype=np.int32)
        column[ordered] = np.arange(len(ordered))
        seen_names = [names[label] for label in ordered.tolist()]
        train, test = (_corpus(part, name, column, seen_names) for part, name in zip(parts, PARTS, strict=True))
        return train, test, digest.hexdigest()[:16]

    def _read(self, part: str, digest: Any, n_threads: int | None) -> "_Read":
        ids: list[str] = []
        titles: list[str] = []
        abstracts: list[str] = []
        given, sizes = [], []
        for chunk in self.chunks(part, n_threads=n_threads):
            digest.update(chunk.lines)
            letters = chunk.lines.decode("ascii")
            for a, b, c, d, e, f in chunk.texts.tolist():
                ids.append(letters[a:b])
                titles.append(letters[c:d])
                abstracts.append(letters[e:f])
            given.append(chunk.given)
            sizes.append(np.diff(chunk.given_bounds))
        return _Read(ids, titles, abstracts, np.concatenate(given), np.concatenate(sizes))

    def write(self, folder: Path, *, packed: bool = False, numbers: bool = False) -> str:
        """Write documents.jsonl (.gz if `packed`), with `numbers` the XMC files too; return the fingerprint."""
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with ExitStack() as stack:
            target = folder / ("documents.jsonl.gz" if packed else "documents.jsonl")
            file: Any = stack.enter_context(target.open("wb"))
            if packed:
                file = stack.enter_context(gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0))
            for part, n_docs in (("train", self.n_docs), ("test", self.n_test)):
                beside = self._numbers(folder, part, n_docs, stack) if numbers else None
                for chunk in self.chunks(part):
                    digest.update(chunk.lines)
                    file.write(chunk.lines)
                    if beside is not None:
                        beside.write(_numbered(chunk))
        return digest.hexdigest()[:16]

    def _numbers(self, folder: Path, part: str, n_docs: int, stack: ExitStack) -> IO[bytes]:
        file = stack.enter_context((folder / f"{part}.xmc.txt").open("wb"))
        file.write(f"{n_docs} {self.world.n_kinds} {self.n_labels}\n".encode())
        return file


class _Read(NamedTuple):
    """One part: columns of texts, the labels of all documents, and how many each has."""

    ids: list[str]
    titles: list[str]
    abstracts: list[str]
    given: np.ndarray
    sizes: np.ndarray


def _corpus(part: _Read, name: str, column: np.ndarray, names: list[str]) -> "Corpus":
    import scipy.sparse as sp

    from headword.core.corpus import Corpus
    from headword.core.labels import LabelSpace

    indptr = np.concatenate([[0], np.cumsum(part.sizes)]).astype(np.int64)
    ones = np.ones(len(part.given), dtype=np.float32)
    targets = sp.csr_matrix((ones, column[part.given], indptr), shape=(len(part.ids), len(names)))
    targets.sort_indices()
    return Corpus(
        ids=tuple(part.ids),
        titles=tuple(part.titles),
        abstracts=tuple(part.abstracts),
        targets=targets,
        label_space=LabelSpace(tuple(names)),
        annotated=np.ones(len(part.ids), dtype=bool),
        fields={"split": (name,) * len(part.ids)},
    )


def _numbered(chunk: Chunk) -> bytes:
    # A number of at most 11 digits, a colon, a count and a blank for each word; a number and a comma for each label.
    out = np.empty(20 * (len(chunk.kinds) + len(chunk.given)) + 2 * len(chunk.texts), dtype=np.uint8)
    return out[: write_numbers(chunk.given, chunk.given_bounds, chunk.kinds, chunk.kind_bounds, out)].tobytes()


def main(given: Sequence[str] | None = None) -> None:
    """Write the corpus that the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, help="training documents")
    parser.add_argument("--labels", type=int, default=1_000)
    parser.add_argument("--test", type=int, default=2_000, help="test documents")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, required=True, help="the folder that gets a folder NAME")
    parser.add_argument("--packed", action="store_true", help="write documents.jsonl.gz")
    parser.add_argument("--numbers", action="store_true", help="write train.xmc.txt and test.xmc.txt too")
    options = parser.parse_args(given)
    corpus = Synthetic(options.documents, options.labels, options.test, options.seed)
    begun = time.perf_counter()
    fingerprint = corpus.write(options.output / corpus.name, packed=options.packed, numbers=options.numbers)
    say(f"{options.output / corpus.name}: {fingerprint}, {time.perf_counter() - begun:.1f} s")
