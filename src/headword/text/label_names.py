"""The names of labels: from a thesaurus, or the labels themselves."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.text.name_patterns import LabelNames
from headword.text.tokens import fold_text, tokenize
from headword.thesaurus.align import LabelMatch, align_corpus
from headword.thesaurus.concept import NAME_KINDS
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

_SAMPLE = 1000
_SHORTEST = 4
_FORMS = ("name", "path", "id")
_CASES: dict[str, Callable[[str], str]] = {
    "as it is": str, "lower": str.lower, "upper": str.upper, "title": str.title,
}  # fmt: skip


def label_names(
    corpus: Corpus, thesaurus: Thesaurus | None = None, *, unseen: bool = True, language: str = ""
) -> tuple[LabelNames, LabelSpace]:
    """Return the names of a corpus's labels, and the label space they belong to.

    Without a thesaurus, labels are their own names; of paths (`A > B > C`) the last part is the name. With one, labels
    have the names of the concepts they mean, and those that mean none their own.

    Parameters
    ----------
    unseen
        Add the concepts in use that no label means, behind the labels of the corpus, written as most labels are: by
        id, path or name, in capitals or not.
    language
        Of the names; "": the one of the thesaurus whose words the documents use most.
    """
    labels = corpus.label_space.names
    if thesaurus is None:
        own = thesaurus_of_labels(labels)
        rows = {label: [own.row(label)] for label in labels if label in own}
        return _collected(labels, rows, own, (), language, language), corpus.label_space
    language = language or language_of(corpus, thesaurus)
    ids = all(label in thesaurus for label in labels)
    matches = [] if ids else align_corpus(corpus, thesaurus)
    rows = {match.label: [thesaurus.row(one) for one in match.concepts] for match in matches if match.concepts}
    rows |= {label: [thesaurus.row(label)] for label in labels if ids}
    written = (lambda row: [thesaurus.concepts[row].id]) if ids else _writer(matches, thesaurus, language)
    added = _unseen(thesaurus, labels, rows, written) if unseen else {}
    names = (*labels, *added)
    rows |= {name: [row] for name, row in added.items()}
    found = _collected(names, rows, thesaurus, (language,), language, language)
    return found, LabelSpace(names, _readable(names, rows, thesaurus, language))


def _readable(
    labels: Sequence[str], rows: dict[str, list[int]], thesaurus: Thesaurus, language: str
) -> tuple[str, ...]:
    """Return the name of the one concept that each label means, "" where the label says it; () where all do."""
    names = [thesaurus.name(rows[label][0], language) if len(rows.get(label, ())) == 1 else "" for label in labels]
    names = ["" if fold_text(name) in fold_text(label) else name for name, label in zip(names, labels, strict=True)]
    return tuple(names) if any(names) else ()


def language_of(corpus: Corpus, thesaurus: Thesaurus) -> str:
    """Return the language of the thesaurus in whose names most words of the documents stand."""
    if len(thesaurus.languages) < 2:
        return thesaurus.language
    some = np.unique(np.linspace(0, len(corpus) - 1, _SAMPLE).astype(np.int64)).tolist() if len(corpus) else []
    known = _words([text for row in some for text in (corpus.titles[row], corpus.abstracts[row])])
    shares = {}
    for language in thesaurus.languages:
        words = _words([name.text for one in thesaurus for name in one.names if name.language == language])
        shares[language] = sum(known[word] for word in words)
    return max(thesaurus.languages, key=lambda language: (shares[language], language == thesaurus.language))


def _words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of four letters or more."""
    stream = tokenize([fold_text(text) for text in texts])
    counts = np.bincount(stream.ids, minlength=len(stream.tokens)).tolist()
    return Counter({word: n for word, n in zip(stream.tokens, counts, strict=True) if len(word) >= _SHORTEST})


def _writer(matches: Sequence[LabelMatch], thesaurus: Thesaurus, language: str) -> Callable[[int], Iterable[str]]:
    """Return what gives the forms of a concept, that of most labels first: id, path or name, as to capitals too."""
    ways: dict[str, Callable[[int], str]] = {
        f"{form} {case}": partial(_form, thesaurus, language, form, case) for form in _FORMS for case in _CASES
    }
    found = Counter[str]()
    for match in matches:
        if len(match.concepts) == 1:
            row = thesaurus.row(match.concepts[0])
            found.update(name for name, written in ways.items() if written(row) == match.label)
    best = max(ways, key=lambda name: found[name])
    first = ways[best] if found else ways["name as it is"]
    forms = (first, ways["path as it is"], ways["id as it is"])
    return lambda row: (form(row) for form in forms)


def _form(thesaurus: Thesaurus, language: str, form: str, case: str, row: int) -> str:
    text = thesaurus.concepts[row].id
    if form != "id":
        text = thesaurus.name(row, language) if form == "name" else thesaurus.path(row, language)
    return _CASES[case](text)


def _unseen(
    thesaurus: Thesaurus, labels: Sequence[str], rows: dict[str, list[int]], written: Callable[[int], Iterable[str]]
) -> dict[str, int]:
    """Return the concepts in use that no label means, by how they are written: the first form that is free.

    A name that several concepts in use share would not tell which of them is meant, and is left to none.
    """
    meant = {row for some in rows.values() for row in some}
    firsts = Counter(next(iter(written(row))) for row, concept in enumerate(thesaurus) if not concept.deprecated)
    taken = {*labels, *(first for first, n in firsts.items() if n > 1)}
    out: dict[str, int] = {}
    for row, concept in enumerate(thesaurus):
        if row in meant or concept.deprecated or not concept.names:
            continue
        free = next((one for one in written(row) if one not in taken), None)
        if free is not None:
            taken.add(free)
            out[free] = row
    return out


def _collected(
    labels: Sequence[str],
    rows: dict[str, list[int]],
    thesaurus: Thesaurus,
    languages: Sequence[str],
    language: str,
    shown: str,
) -> LabelNames:
    """Return the names of `labels`, those of concepts at `rows`; `languages` empty: names in all languages."""
    texts: list[tuple[str, int, int]] = []
    column_of: dict[int, list[int]] = {}
    for column, label in enumerate(labels):
        for row in rows.get(label, ()):
            column_of.setdefault(row, []).append(column)
            concept = thesaurus.concepts[row]
            found = dict.fromkeys(
                (text, column, kind)
                for kind, name in enumerate(NAME_KINDS)
                for one in (languages or (None,))
                for text in concept.names_of(name, language=one)
            )
            texts += found or [(concept.name(shown), column, 0)]
        if label not in rows:
            texts.append((label.rpartition(">")[2].strip() or label, column, 0))
    links = {
        "broader": _pairs(column_of, thesaurus.broader.indptr, thesaurus.broader.indices),
        "related": _pairs(column_of, thesaurus.related.indptr, thesaurus.related.indices),
    }
    return LabelNames(
        len(labels),
        tuple(text for text, _, _ in texts),
        np.array([column for _, column, _ in texts], dtype=np.int32),
        np.array([kind for _, _, kind in texts], dtype=np.int8),
        **links,
        language=language,
    )


def _pairs(column_of: dict[int, list[int]], indptr: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Return links between rows as links between the labels that mean them, int32 (n_links, 2)."""
    pairs = [
        (column, target)
        for row, columns in column_of.items()
        for linked in indices[indptr[row] : indptr[row + 1]].tolist()
        for target in column_of.get(linked, ())
        for column in columns
    ]
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)
