"""Nested state of arrays and string lists to the flat tensors of a bundle, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from headword.bundle.strings import pack_strings, unpack_strings
from headword.core.errors import BundleError

_TEXT, _BOUNDS = "#text", "#bounds"


def flat_state(state: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return arrays only: a list of strings becomes two.

    Examples
    --------
    >>> sorted(flat_state({"labels": ["a", "b"], "support": np.ones(2)}))
    ['labels#bounds', 'labels#text', 'support']
    """
    out: dict[str, np.ndarray] = {}
    for name, value in state.items():
        if isinstance(value, list):
            out[name + _TEXT], out[name + _BOUNDS] = pack_strings(value)
        else:
            out[name] = value
    return out


def nested_state(tensors: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Undo `flat_state`; a BundleError if strings are not whole."""
    out: dict[str, Any] = {name: array for name, array in tensors.items() if "#" not in name}
    for name, array in tensors.items():
        if name.endswith(_TEXT):
            stem = name.removesuffix(_TEXT)
            if stem + _BOUNDS not in tensors:
                raise BundleError(f"the strings {stem!r} lack their bounds")
            out[stem] = unpack_strings(array, tensors[stem + _BOUNDS])
    return out
