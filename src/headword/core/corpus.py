"""Document and Corpus: what is learnt from and what is labelled."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace


@dataclass(frozen=True)
class Document:
    """One document.

    `labels=None` means not annotated; an empty tuple means that none apply. `fields` holds every other column of the
    source (`split`, `date`, `provider`, ...).
    """

    id: str
    title: str = ""
    abstract: str = ""
    labels: tuple[str, ...] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents as columns, with their targets.

    Attributes
    ----------
    ids, titles, abstracts
        One string a document.
    targets
        CSR matrix (n_docs, n_labels), float32 ones, sorted indices. A row without ones is a document to which no label
        applies, or one that is not annotated: `annotated` tells.
    label_space
        The names of the columns of `targets`.
    annotated
        bool (n_docs,); False where the source gives no labels for the document.
    fields
        Further columns, each of n_docs values (None where a document lacks it).
    features
        For corpora that come as numbers and not as text: CSR matrix (n_docs, n_features), float32; else None.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    targets: sp.csr_matrix
    label_space: LabelSpace
    annotated: np.ndarray
    fields: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    features: sp.csr_matrix | None = None

    def __post_init__(self) -> None:
        lengths = {
            "titles": len(self.titles),
            "abstracts": len(self.abstracts),
            "targets": self.targets.shape[0],
            "annotated": len(self.annotated),
            **{f"field {name!r}": len(column) for name, column in self.fields.items()},
        }
        if self.features is not None:
            lengths["features"] = self.features.shape[0]
        for name, length in lengths.items():
            if length != len(self.ids):
                raise DataError(f"a corpus of {len(self.ids)} documents has {length} {name}")
        if self.targets.shape[1] != len(self.label_space):
            raise LabelSpaceError(
                f"targets of {self.targets.shape[1]} columns do not fit {len(self.label_space)} labels"
            )

    @classmethod
    def from_documents(
        cls,
        documents: Iterable[Document],
        *,
        label_space: LabelSpace | None = None,
        features: sp.csr_matrix | None = None,
    ) -> "Corpus":
        """Build a corpus; without a `label_space`, that of the documents' own labels (sorted)."""
        docs = list(documents)
        sets = [d.labels for d in docs]
        space = LabelSpace.from_sets(sets) if label_space is None else label_space
        names = sorted({name for d in docs for name in d.fields})
        return cls(
            ids=tuple(d.id for d in docs),
            titles=tuple(d.title for d in docs),
            abstracts=tuple(d.abstract for d in docs),
            targets=space.encode(sets),
            label_space=space,
            annotated=np.array([s is not None for s in sets], dtype=bool),
            fields={name: tuple(d.fields.get(name) for d in docs) for name in names},
            features=features,
        )

    @classmethod
    def of(cls, documents: "Documents") -> "Corpus":
        """Make a corpus of a text, a Document, or a sequence of either; texts are numbered from 1. A corpus stays."""
        if isinstance(documents, Corpus):
            return documents
        several = [documents] if isinstance(documents, str | Document) else documents
        return cls.from_documents(
            one if isinstance(one, Document) else Document(str(number), abstract=str(one))
            for number, one in enumerate(several, start=1)
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Document]:
        return (self.document(i) for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Corpus({len(self)} documents, {len(self.label_space)} labels, {self.targets.nnz} assignments)"

    def document(self, i: int) -> Document:
        """Return document `i` (0-based)."""
        start, stop = self.targets.indptr[i : i + 2]
        labels = tuple(self.label_space.names[c] for c in self.targets.indices[start:stop])
        return Document(
            id=self.ids[i],
            title=self.titles[i],
            abstract=self.abstracts[i],
            labels=labels if self.annotated[i] else None,
            fields={name: column[i] for name, column in self.fields.items() if column[i] is not None},
        )

    def subset(self, rows: Sequence[int] | np.ndarray) -> "Corpus":
        """Return the documents at `rows` (indices or a boolean mask), in that order, with the same label space."""
        index = np.asarray(rows)
        index = np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64)
        at = index.tolist()
        return replace(
            self,
            ids=tuple(self.ids[i] for i in at),
            titles=tuple(self.titles[i] for i in at),
            abstracts=tuple(self.abstracts[i] for i in at),
            targets=self.targets[index],
            annotated=self.annotated[index],
            fields={name: tuple(column[i] for i in at) for name, column in self.fields.items()},
            features=None if self.features is None else self.features[index],
        )

    def with_labels(self, sets: Sequence[Iterable[str] | None], label_space: LabelSpace | None = None) -> "Corpus":
        """Return the same documents with other labels (None: not annotated)."""
        space = LabelSpace.from_sets(sets) if label_space is None else label_space
        return replace(
            self,
            targets=space.encode(sets),
            label_space=space,
            annotated=np.array([s is not None for s in sets], dtype=bool),
        )

    def label_sets(self) -> list[tuple[str, ...] | None]:
        """Return the label names of each document, None where it is not annotated."""
        sets = self.label_space.decode(self.targets)
        return [labels if known else None for labels, known in zip(sets, self.annotated, strict=True)]

    def texts(self) -> list[str]:
        """Return title, line break, abstract of each document."""
        return [f"{title}\n{abstract}" for title, abstract in zip(self.titles, self.abstracts, strict=True)]

    def fingerprint(self) -> str:
        """SHA-256 (hex) over ids, texts, features and labels, in order; fields do not count."""
        digest = hashlib.sha256(self.label_space.fingerprint.encode())
        for doc_id, title, abstract in zip(self.ids, self.titles, self.abstracts, strict=True):
            for part in (doc_id, title, abstract):
                text = part.encode("utf-8", "surrogatepass")
                # The length and not a separator, which a text could hold itself.
                digest.update(len(text).to_bytes(8, "little") + text)
        digest.update(self.annotated.tobytes())
        for matrix in (self.targets, self.features):
            if matrix is not None:
                digest.update(matrix.indptr.astype(np.int64).tobytes())
                digest.update(matrix.indices.astype(np.int64).tobytes())
                digest.update(matrix.data.astype(np.float32).tobytes())
        return digest.hexdigest()


Documents = str | Document | Corpus | Sequence[str] | Sequence[Document]
