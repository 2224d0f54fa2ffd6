"""Rewriting: a label of one version of a thesaurus as it would be written in the next."""

from headword.thesaurus.concept import Concept
from headword.thesaurus.folding import fold_case, fold_words
from headword.thesaurus.index import end_of
from headword.thesaurus.path_match import PathMatcher, elements_of, separator_of
from headword.thesaurus.thesaurus import Thesaurus

_PATHS = ("path", "partial path")


class LabelWriter:
    """Writes labels of `new` in the manner of those of `old`.

    Parameters
    ----------
    old, new
        Two versions of a thesaurus.
    """

    def __init__(self, old: Thesaurus, new: Thesaurus) -> None:
        self._old = old
        self._new = new
        self._paths = PathMatcher(new, ("preferred",))

    def rewrite(self, kind: str, label: str, old_row: int, new_row: int) -> str:
        """Return the label of concept `new_row` in place of `label`, which meant `old_row` as `kind` tells.

        An id stays an id, a code a code, a path a path, a name a name of the same language; capitals and small letters
        stay where the whole label had them. A label that is as good in the new version stays as it is.
        """
        before, after = self._old.concepts[old_row], self._new.concepts[new_row]
        base = kind.partition(",")[0]
        if base in _PATHS:
            return self._path(base, label, new_row)
        bare = label.strip().removeprefix("<").removesuffix(">")
        if bare == before.id:
            return label.replace(bare, after.id)
        if fold_case(bare) == fold_case(end_of(before.id)) and base in ("id", "codes", "some codes"):
            return label.replace(bare, end_of(after.id))
        if _among(bare, before.notations):
            return label if _among(bare, after.notations) or not after.notations else after.notations[0]
        return self._name(base, label, before, after)

    def _path(self, kind: str, label: str, row: int) -> str:
        elements = elements_of(label)
        if any(hit.row == row and hit.kind in _PATHS[: _PATHS.index(kind) + 1] for hit in self._paths.match(elements)):
            return label
        path = self._closest(elements, row)
        if kind != "path":
            path = path[-len(elements) :]
        text = separator_of(label).join(map(self._new.name, path))
        # Names in capitals are often written with an initial capital each.
        return text.title() if label.istitle() and text.isupper() else in_case_of(label, text)

    def _closest(self, elements: tuple[str, ...], row: int) -> tuple[int, ...]:
        """Return the way down to `row` that has most names in common with the old path, of equal ones the shortest."""
        words = set(map(fold_words, elements))

        def common(path: tuple[int, ...]) -> int:
            return sum(fold_words(self._new.name(step)) in words for step in path)

        return min(self._new.paths(row), key=lambda path: (-common(path), len(path)))

    def _name(self, kind: str, label: str, before: Concept, after: Concept) -> str:
        if label in before.names_of("preferred"):
            # Written to the letter, so that even another capital is another label.
            found = next(name for name in before.names if name.text == label)
            return label if label in after.names_of("preferred") else after.name(found.language)
        # Compared with no more ignored than it takes to make the label one of the old names.
        alike = ((fold, name) for fold in (str, fold_case, fold_words) for name in before.names
                 if fold(name.text) == fold(label))  # fmt: skip
        fold, named = next(alike, (fold_words, None))
        # An alternative name that is still one is as good as before.
        kinds = ("preferred",) if named and named.kind == "preferred" else ("preferred", "alternative", "hidden")
        if any(fold(text) == fold(label) for text in after.names_of(*kinds)):
            return label
        name = after.name(named.language if named else self._old.language)
        return name if label in before.names_of() else in_case_of(label, name)


def in_case_of(pattern: str, text: str) -> str:
    """Return `text` in small letters or capitals if the whole `pattern` is.

    Examples
    --------
    >>> in_case_of("sea ice", "Sea Ice"), in_case_of("SEA ICE", "Sea Ice"), in_case_of("Sea ice", "Sea Ice")
    ('sea ice', 'SEA ICE', 'Sea Ice')
    """
    return text.lower() if pattern.islower() else text.upper() if pattern.isupper() else text


def _among(code: str, codes: tuple[str, ...]) -> bool:
    return fold_case(code) in map(fold_case, codes)
