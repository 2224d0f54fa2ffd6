"""Hierarchy: the labels of a label space as nodes of a thesaurus."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.progress import Progress, silent
from headword.metrics.ancestry import Ancestry
from headword.thesaurus.align import LabelMatch, align_corpus, align_labels
from headword.thesaurus.codes import broader_codes, codes_in
from headword.thesaurus.concept import Name
from headword.thesaurus.draft import Draft
from headword.thesaurus.path_match import elements_of
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_MSC = re.compile(r"(\d\d)([A-Z-])([\dxX]{2})")
_SHORT_MSC = re.compile(r"\d\d([A-Z]?)")
WRITTEN_AS = ("id", "name", "path")


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """What the labels of a label space mean in a thesaurus, and what lies above them there.

    Nodes are the concepts of the thesaurus in its order, then a node of its own for every label that means no concept,
    or something besides its concepts. Such a node is a root.

    Attributes
    ----------
    label_space
        The labels.
    thesaurus
        The concepts.
    meaning
        CSR (n_labels, n_nodes) of float64 ones: a label means one node, or several ("68T07 62J02"); two labels may mean
        one node.
    ancestry
        Over the nodes; the links within a cycle are left out.
    """

    label_space: LabelSpace
    thesaurus: Thesaurus
    meaning: sp.csr_matrix
    ancestry: Ancestry

    @classmethod
    def of(cls, label_space: LabelSpace, thesaurus: Thesaurus, matches: Iterable[LabelMatch]) -> "Hierarchy":
        """Build it from what the labels mean; labels without a match are nodes of their own."""
        found = {match.label: match for match in matches}
        n_concepts = len(thesaurus)
        rows, nodes, n_own = [], [], 0
        for column, label in enumerate(label_space.names):
            match = found.get(label)
            meant = [] if match is None else [row for row in thesaurus.rows(match.concepts).tolist() if row >= 0]
            if match is None or not meant or match.rest:
                meant.append(n_concepts + n_own)
                n_own += 1
            nodes += sorted(set(meant))
            rows += [column] * len(set(meant))
        n_nodes = n_concepts + n_own
        meaning = sp.csr_matrix((np.ones(len(nodes)), (rows, nodes)), shape=(len(label_space), n_nodes))
        meaning.sort_indices()
        links = thesaurus.broader
        indptr = np.concatenate([links.indptr, np.full(n_own, links.indptr[-1])])
        broader = sp.csr_matrix((np.ones(len(links.indices), np.float32), links.indices, indptr), (n_nodes, n_nodes))
        return cls(label_space, thesaurus, meaning, Ancestry.of(broader))

    @property
    def n_nodes(self) -> int:
        """Concepts and labels that are none."""
        return len(self.ancestry)

    @property
    def n_matched(self) -> int:
        """Labels that mean a concept."""
        concepts = self.meaning[:, : len(self.thesaurus)]
        return int((np.diff(concepts.indptr) > 0).sum())

    @cached_property
    def reach(self) -> sp.csr_matrix:
        """CSR (n_labels, n_nodes) of float64 ones: from each label to what it means and everything above that."""
        reach = sp.csr_matrix(self.meaning @ self.ancestry.closure)
        reach.data[:] = 1.0
        reach.sort_indices()
        return reach

    @cached_property
    def lies_below(self) -> np.ndarray:
        """Whether, for each entry of `reach`, the label lies below the node and does not mean it; bool."""
        reached, meant = (
            np.repeat(np.arange(m.shape[0]), np.diff(m.indptr)) * self.n_nodes + m.indices
            for m in (self.reach, self.meaning)
        )
        return ~np.isin(reached, meant)

    def nodes_of(self, targets: sp.csr_matrix) -> sp.csr_matrix:
        """Return sets of labels (n_docs, n_labels) as sets of nodes, CSR (n_docs, n_nodes) of float64 ones."""
        nodes = sp.csr_matrix(targets @ self.meaning)
        nodes.data[:] = 1.0
        nodes.sort_indices()
        return nodes

    def broader_labels(self, written_as: str = "name") -> dict[str, tuple[str, ...]]:
        """Return, for each label that has any, the label and everything above it, as images for `relabel`.

        A concept that is the only meaning of a label is written as that label; others by `node_names(written_as)`.
        """
        names = self.node_names(written_as)
        found = {}
        for column, label in enumerate(self.label_space.names):
            above = self.reach.indices[self.reach.indptr[column] : self.reach.indptr[column + 1]]
            meant = self.meaning.indices[self.meaning.indptr[column] : self.meaning.indptr[column + 1]]
            more = [names[node] for node in above.tolist() if node not in meant]
            if more:
                found[label] = tuple(dict.fromkeys((label, *more)))
        return found

    def node_names(self, written_as: str = "name") -> tuple[str, ...]:
        """Return a distinct name of each node: the label where one label means just this node, else the concept.

        Parameters
        ----------
        written_as
            One of WRITTEN_AS, for concepts that are no label. A name that is taken already is written as the path, and
            that as the id, if need be.

        Raises
        ------
        DataError
            If `written_as` is none of these.
        """
        if written_as not in WRITTEN_AS:
            raise DataError(f"concepts are written as {', '.join(WRITTEN_AS)}, not as {written_as!r}")
        single = np.flatnonzero(np.diff(self.meaning.indptr) == 1)
        names: list[str | None] = [None] * self.n_nodes
        for column in single[::-1].tolist():
            names[self.meaning.indices[self.meaning.indptr[column]]] = self.label_space.names[column]
        taken = set(self.label_space.names)
        for row, concept in enumerate(self.thesaurus):
            if names[row] is None:
                forms = {"id": concept.id, "name": self.thesaurus.name(row)}
                first = forms.get(written_as) or self.thesaurus.path(row)
                ways = (one for one in (first, self.thesaurus.path(row), concept.id) if one not in taken)
                names[row] = next(ways, f"{concept.id} ({row})")
                taken.add(str(names[row]))
        own = iter(self._own_labels())
        return tuple(name if name is not None else next(own) for name in names)

    def _own_labels(self) -> Iterator[str]:
        """Iterate names for the nodes of labels that mean other concepts too, in the order of these nodes."""
        bounds, nodes = self.meaning.indptr, self.meaning.indices
        for column, label in enumerate(self.label_space.names):
            meant = nodes[bounds[column] : bounds[column + 1]]
            if len(meant) > 1 and meant[-1] >= len(self.thesaurus):
                yield f"{label} (rest)"


def hierarchy_of(
    label_space: LabelSpace, thesaurus: Thesaurus, corpus: Corpus | None = None, progress: Progress = silent
) -> Hierarchy:
    """Align the labels of `label_space` with a thesaurus and return their hierarchy.

    Parameters
    ----------
    corpus
        Documents with such labels: where several concepts have one name, the labels beside it decide.
    """
    matches = [] if corpus is None else align_corpus(corpus, thesaurus, progress)
    seen = {match.label for match in matches}
    others = [label for label in label_space.names if label not in seen]
    matches += align_labels(others, thesaurus, progress) if others else []
    return Hierarchy.of(label_space, thesaurus, matches)


def thesaurus_in_labels(labels: Iterable[str]) -> Thesaurus:
    """Make a thesaurus of what labels say of their place by themselves: paths, and codes.

    Paths are written `A > B > C`. Codes of the Mathematics Subject Classification lie in their class (`68T07` in
    `68Txx` in `68-XX`), others in what stands before their last point or dash (`I.2.7` in `I.2` in `I`, `cs.CL` in
    `cs`); a label may hold several codes. Other labels are left out, and where there are paths, codes are not looked
    for.

    Raises
    ------
    DataError
        If no label is a path or holds a code.
    """
    named = list(dict.fromkeys(labels))
    paths = [label for label in named if elements_of(label) and ">" in label]
    if paths:
        return thesaurus_of_labels(named)
    draft = Draft(title="codes in labels")
    codes = [code for label in named for code in codes_in(label) or ((label,) if _DOTTED.fullmatch(label) else ())]
    # Two digits are a class of the MSC among its codes, and anything elsewhere.
    top = "-XX" if any(map(_MSC.fullmatch, codes)) else ""
    for code in codes:
        short = _SHORT_MSC.fullmatch(code)
        full = code + ("xx" if short[1] else top) if short else code
        way = (full, *_classes_of(full))
        for narrow, broad in zip(way, (*way[1:], None), strict=True):
            concept = draft.concept(narrow)
            concept.names.append(Name(narrow))
            if broad is not None:
                concept.broader.append(broad)
            if (msc := _MSC.fullmatch(narrow)) and msc[3].lower() == "xx":
                concept.notations.append(msc[1] + msc[2].removesuffix("-"))
    if not draft.concepts:
        raise DataError(f"none of the {len(named)} labels is a path (A > B > C) or holds a code (68T07, I.2.7, cs.CL)")
    return draft.finished("the list of labels")


def _classes_of(code: str) -> tuple[str, ...]:
    """Return the codes above a code, the narrowest first."""
    msc = _MSC.fullmatch(code)
    if msc is None:
        return tuple(broader_codes(code))
    steps = (f"{msc[1]}{msc[2]}xx", f"{msc[1]}-XX") if msc[2] != "-" else (f"{msc[1]}-XX",)
    return tuple(step for step in steps if step.lower() != code.lower())
