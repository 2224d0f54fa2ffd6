"""The manifest: strict JSON, with the format number, the table of tensors and a checksum over itself."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from headword import __version__
from headword.core.errors import BundleError

FORMAT = 1
RESERVED = ("headword_bundle", "headword_version", "tensors", "checksum")

_LARGEST = 16 * 2**20
_DEEPEST = 32


def encode_manifest(manifest: Mapping[str, Any], table: Mapping[str, Any]) -> bytes:
    """Return the bytes of `manifest`, completed by format number, version, the table of tensors and a checksum.

    Keys are sorted, so that equal manifests give equal bytes.

    Raises
    ------
    BundleError
        If `manifest` uses a key that belongs to the format, or holds what JSON cannot hold.
    """
    taken = sorted(set(RESERVED) & set(manifest))
    if taken:
        raise BundleError(f"the manifest must not set {', '.join(taken)}: the format sets them")
    whole = {**manifest, "headword_bundle": FORMAT, "headword_version": __version__, "tensors": dict(table)}
    _check_writable(whole, "manifest")
    whole["checksum"] = checksum(whole)
    encoded = (json.dumps(whole, sort_keys=True, indent=1) + "\n").encode()
    if len(encoded) > _LARGEST:
        raise BundleError(
            f"the manifest has {len(encoded):,} bytes, at most {_LARGEST:,} are allowed: store long lists as tensors"
        )
    return encoded


def decode_manifest(raw: bytes, where: str) -> dict[str, Any]:
    """Return the manifest of bytes `raw`, checked; `where` names the file in messages.

    Raises
    ------
    BundleError
        If it is no JSON object, is nested too deeply, repeats a key, holds a number that is not finite, is of another
        format number, or does not fit its own checksum.
    """
    if len(raw) > _LARGEST:
        raise BundleError(f"{where}: the manifest has {len(raw):,} bytes, at most {_LARGEST:,} are allowed")
    try:
        manifest = json.loads(
            str(raw, "utf-8"), parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_without_repeats
        )
        too_deep = _depth(manifest) > _DEEPEST
    except RecursionError:
        too_deep = True
    except ValueError as error:
        raise BundleError(f"{where}: the manifest is damaged: {error}") from None
    if too_deep:
        raise BundleError(f"{where}: the manifest is nested more than {_DEEPEST} levels deep")
    if not isinstance(manifest, dict) or "headword_bundle" not in manifest:
        raise BundleError(f"{where}: the manifest is not that of a headword bundle (it has no 'headword_bundle')")
    _check_format(manifest["headword_bundle"], manifest.get("headword_version"), where)
    missing = [key for key in RESERVED if key not in manifest]
    if missing:
        raise BundleError(f"{where}: the manifest lacks {', '.join(missing)}")
    if manifest["checksum"] != checksum(manifest):
        raise BundleError(
            f"{where}: the manifest does not fit its checksum: it was damaged or edited; train or copy it anew"
        )
    return manifest


def checksum(manifest: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the content of a manifest, whatever its layout; the key `checksum` does not count."""
    content = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_format(found: Any, version: Any, where: str) -> None:
    if type(found) is not int or found < 1:
        raise BundleError(f"{where}: 'headword_bundle' must be a positive whole number, found {found!r}")
    if found > FORMAT:
        raise BundleError(
            f"{where}: the bundle has format {found}, this headword ({__version__}) reads up to {FORMAT}; "
            f"it was written by headword {version}: upgrade with pip install --upgrade headword"
        )


def _check_writable(value: Any, at: str, depth: int = 1) -> None:
    if depth > _DEEPEST:
        raise BundleError(f"{at} is nested more than {_DEEPEST} levels deep")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise BundleError(f"{at} has the key {key!r}; only strings can be keys")
            _check_writable(inner, f"{at}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            _check_writable(inner, f"{at}[{position}]", depth + 1)
    elif type(value) not in (str, int, float, bool, type(None)):
        raise BundleError(f"{at} is a {type(value).__name__}; a manifest holds only what JSON holds")
    elif isinstance(value, float) and not math.isfinite(value):
        raise BundleError(f"{at} is {value}; a manifest holds only finite numbers")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a finite number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else float(_refuse(text))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)
