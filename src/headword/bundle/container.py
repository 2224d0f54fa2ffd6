"""Where manifest and tensors lie: in a stored zip (NAME.hw), or in a folder with the same two files."""

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from headword.core.errors import BundleError

MANIFEST = "manifest.json"
TENSORS = "tensors.safetensors"

# A damaged directory makes zipfile raise any of these.
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError, struct.error, OSError)
_LOCAL = struct.Struct("<4s5H3I2H")
# What people take for a model file, told by its first bytes.
_STRANGERS = (
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PAR1", "a Parquet file"),
    (b"\x93NUMPY", "a numpy file"),
    (b"{", "a JSON file"),
    (b"<", "an XML or HTML page"),
)
_PICKLE = "this is a pickle; headword never loads pickles, since they can run code: train the model anew"


@dataclass(frozen=True)
class Span:
    """One member: the file it lies in, and its first byte and size there."""

    file: Path
    start: int
    size: int


def locate(path: Path) -> dict[str, Span]:
    """Return the spans of the two members of the bundle at `path`.

    Raises
    ------
    BundleError
        If there is no such file, it is not a bundle, it is cut off, a member is missing, compressed, unknown, or does
        not lie within the file.
    """
    try:
        if path.is_dir():
            return _in_folder(path)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise BundleError(f"cannot read the bundle {path}: {error.strerror or error}") from error
    if not head.startswith(b"PK\x03\x04"):
        raise BundleError(f"{path} is not a headword bundle: {_stranger(head, size)}")
    return _in_zip(path, size)


def _in_folder(path: Path) -> dict[str, Span]:
    spans = {}
    for name in (MANIFEST, TENSORS):
        member = path / name
        if not member.is_file():
            raise BundleError(f"the folder {path} is not a headword bundle: it has no {name}")
        spans[name] = Span(member, 0, member.stat().st_size)
    return spans


def _in_zip(path: Path, size: int) -> dict[str, Span]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    # A damaged directory makes zipfile raise any of these.
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        OverflowError,
        struct.error,
        OSError,
    ) as error:
        raise BundleError(f"{path} is cut off or damaged ({error}); copy or train it anew") from error
    names = [member.filename for member in members]
    if any(name.endswith(".pkl") for name in names):
        raise BundleError(f"{path} is not a headword bundle: {_PICKLE}")
    if sorted(names) != [MANIFEST, TENSORS]:
        listed = ", ".join(map(repr, names[:5])) or "nothing"
        raise BundleError(f"{path} is not a headword bundle: it must hold {MANIFEST} and {TENSORS}, found {listed}")
    spans = {member.filename: _span(path, member, size) for member in members}
    first, second = sorted(spans.values(), key=lambda span: span.start)
    if first.start + first.size > second.start:
        raise BundleError(f"{path} is damaged: its members overlap")
    return spans


def _span(path: Path, member: zipfile.ZipInfo, size: int) -> Span:
    if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size or member.flag_bits & 1:
        raise BundleError(f"{path}: {member.filename} is compressed or encrypted; a bundle holds plain members only")
    with path.open("rb") as file:
        file.seek(max(member.header_offset, 0))
        local = file.read(_LOCAL.size)
    if member.header_offset < 0 or len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise BundleError(f"{path} is damaged: {member.filename} is not where the directory says")
    *_, name_length, extra_length = _LOCAL.unpack(local)
    start = member.header_offset + _LOCAL.size + name_length + extra_length
    if start + member.file_size > size:
        raise BundleError(f"{path} is cut off: {member.filename} should end at byte {start + member.file_size:,}")
    return Span(path, start, member.file_size)


def _stranger(head: bytes, size: int) -> str:
    if not head:
        return "the file is empty"
    if head[0] == 0x80 and len(head) > 1 and 2 <= head[1] <= 5:
        return _PICKLE
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < size:
        return "this is a bare safetensors file, without a manifest"
    named = [name for magic, name in _STRANGERS if head.startswith(magic)]
    return f"this is {named[0]}" if named else "it does not begin like one"
