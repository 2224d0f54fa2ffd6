"""Give the labels of a tagger other names, in its bundle; nothing of what it learnt changes."""

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from headword.bundle.card import Facts, card_markdown
from headword.bundle.manifest import RESERVED
from headword.bundle.reading import read_bundle
from headword.bundle.state import flat_state, nested_state
from headword.bundle.writing import write_bundle
from headword.core import stored
from headword.core.errors import BundleError, DataError
from headword.core.labels import LabelSpace

_KIND = "tagger"
_LABELS, _SUPPORT, _READABLE = "labels", "support", "readable"


def bundle_labels(path: str | os.PathLike[str]) -> tuple[LabelSpace, np.ndarray]:
    """Return the labels of the tagger in the bundle at `path`, and of each how many documents it learnt from, int64.

    Raises
    ------
    BundleError
        If it holds no tagger.
    """
    bundle = read_bundle(path, kind=_KIND, check="structure")
    try:
        state = nested_state(bundle.tensors)
        space = LabelSpace(stored.strings(state, _LABELS))
        return space, stored.array(state, _SUPPORT, np.int64, (len(space),))
    except DataError as error:
        raise BundleError(f"{path}: {error}") from error


def relabel_bundle(
    path: str | os.PathLike[str], target: str | os.PathLike[str], names: Mapping[str, str]
) -> LabelSpace:
    """Write the bundle at `path` to `target` with new names for its labels; return these. Others keep theirs.

    Raises
    ------
    BundleError
        If `path` holds no tagger.
    DataError
        If two labels would have one name: what was learnt for each cannot be joined, the tagger must be trained anew.
    OutputError
        If `target` cannot be written.
    """
    old, _ = bundle_labels(path)
    bundle = read_bundle(path, kind=_KIND)
    new = [names.get(label, label) for label in old.names]
    twice = sorted(name for name, count in Counter(new).items() if count > 1)
    if twice:
        together = [label for label, name in zip(old.names, new, strict=True) if name == twice[0]]
        raise DataError(
            f"{len(twice)} names would stand for several labels, such as {twice[0]!r} for {together}: a model keeps "
            "what it learnt of each label apart and cannot join them; migrate the corpus and train anew"
        )
    space = LabelSpace(tuple(new))
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED}
    manifest["label_space"] = space.fingerprint
    state: dict[str, Any] = {_LABELS: list(space.names)}
    if len(known := nested_state(bundle.tensors).get(_READABLE, ())):
        pairs = zip(known, old.names, new, strict=True)
        state[_READABLE] = [name if before == after else "" for name, before, after in pairs]
    tensors = {**bundle.tensors, **flat_state(state)}
    facts = Facts.of(manifest, nested_state(tensors), str(bundle.manifest["headword_version"]))
    write_bundle(target, {**manifest, "card": card_markdown(facts)}, tensors)
    return space
