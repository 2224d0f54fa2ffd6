"""Lists of strings as two tensors, for vocabularies of a million terms."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from headword.core.errors import BundleError


def pack_strings(strings: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    r"""Return `strings` as their UTF-8 bytes, uint8 (n_bytes,), and their bounds, int64 (len(strings) + 1,).

    String i owns the bytes bounds[i]:bounds[i + 1].

    Examples
    --------
    >>> text, bounds = pack_strings(["ab", "", "é"])
    >>> text.tolist(), bounds.tolist()
    ([97, 98, 195, 169], [0, 2, 2, 4])
    >>> unpack_strings(text, bounds)
    ['ab', '', 'é']
    """
    pieces = [string.encode("utf-8", "surrogatepass") for string in strings]
    bounds = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in pieces], out=bounds[1:])
    return np.frombuffer(b"".join(pieces), dtype=np.uint8), bounds


def unpack_strings(text: np.ndarray, bounds: np.ndarray) -> list[str]:
    """Return the strings that `pack_strings` packed.

    Raises
    ------
    BundleError
        If `bounds` does not rise from 0 to the number of bytes, cuts through a character, or the bytes are not UTF-8.
    """
    if text.dtype != np.uint8 or text.ndim != 1 or bounds.dtype != np.int64 or bounds.ndim != 1 or not len(bounds):
        raise BundleError(
            f"packed strings are uint8 bytes and int64 bounds, found {text.dtype} {text.shape} "
            f"and {bounds.dtype} {bounds.shape}"
        )
    if bounds[0] != 0 or bounds[-1] != len(text) or (np.diff(bounds) < 0).any():
        raise BundleError(f"the bounds of packed strings must rise from 0 to {len(text)}")
    # Decoding once and slicing characters is several times faster than decoding every piece.
    begins = np.append((text & 0xC0) != 0x80, True)
    if not begins[bounds].all():
        raise BundleError("the bounds of packed strings cut through a character")
    try:
        whole = text.tobytes().decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise BundleError(f"packed strings are not UTF-8: {error}") from error
    characters = np.concatenate([[0], np.cumsum(begins[:-1])])[bounds].tolist()
    return [whole[a:b] for a, b in pairwise(characters)]
