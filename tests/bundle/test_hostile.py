"""Damaged, truncated, newer and hostile files: a clear BundleError, never another exception, never code."""

import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.bundle import Bundle, read_bundle, write_bundle
from headword.bundle.manifest import checksum
from headword.core.errors import BundleError

MANIFEST = {"kind": "test", "recipe": {"name": "default"}}
TENSORS = {
    "a": np.arange(5, dtype=np.float64),
    "b": np.array([[1, 2], [3, 4]], dtype=np.int32),
    "c": np.array([True, False]),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "model.hw"
    write_bundle(path, MANIFEST, TENSORS)
    return path.read_bytes()


@pytest.fixture
def folder(tmp_path: Path, good: bytes) -> Path:
    (tmp_path / "model.hw").write_bytes(good)
    with zipfile.ZipFile(tmp_path / "model.hw") as archive:
        archive.extractall(tmp_path / "model")
    return tmp_path / "model"


def content(bundle: Bundle) -> tuple[Any, ...]:
    return dict(bundle.manifest), {name: t.tobytes() for name, t in bundle.tensors.items()}


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], object], seal: bool = True) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    change(manifest)
    if seal:
        manifest["checksum"] = checksum(manifest)
    file.write_text(json.dumps(manifest), encoding="utf-8")


def edit_header(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "tensors.safetensors"
    raw = file.read_bytes()
    end = 8 + struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:end])
    change(header)
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + raw[end:])
    manifest_rows = {name: (row["dtype"], row["shape"]) for name, row in header.items() if isinstance(row, dict)}

    def follow(manifest: dict[str, Any]) -> None:
        for name, (dtype, shape) in manifest_rows.items():
            if name in manifest["tensors"]:
                manifest["tensors"][name].update(dtype=dtype, shape=shape)

    edit_manifest(folder, follow)


def test_every_flipped_byte_is_an_error_or_changes_nothing(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "model.hw"
    path.write_bytes(good)
    expected = content(read_bundle(path))
    noticed = 0
    for position in range(len(good)):
        for mask in (0xFF, 1 << position % 8):
            path.write_bytes(good[:position] + bytes([good[position] ^ mask]) + good[position + 1 :])
            try:
                assert content(read_bundle(path)) == expected
            except BundleError:
                noticed += 1
    assert noticed > len(good)


def test_every_truncation_is_an_error(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "model.hw"
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(BundleError, match=r"model\.hw"):
            read_bundle(path)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_file_mangled_at_will_is_an_error_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, good: bytes, data: st.DataObject
) -> None:
    raw = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    path = tmp_path_factory.getbasetemp() / "mangled.hw"
    path.write_bytes(good)
    expected = content(read_bundle(path))
    path.unlink()
    path.write_bytes(raw)
    with suppress(BundleError):
        assert content(read_bundle(path)) == expected


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=300), prefix=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x80"]))
def test_rubbish_is_an_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes, prefix: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "rubbish.hw"
    path.write_bytes(prefix + raw)
    with pytest.raises(BundleError, match=r"rubbish\.hw"):
        read_bundle(path)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_named_and_never_loaded(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "model.hw"
    path.write_bytes(pickle.dumps(Bomb(), protocol))
    with pytest.raises(BundleError, match="this is a pickle; headword never loads pickles"):
        read_bundle(path)


def test_a_torch_archive_is_named_a_pickle(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.hw", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb()))
    with pytest.raises(BundleError, match="this is a pickle"):
        read_bundle(tmp_path / "model.hw")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b"\x1f\x8b\x08", "this is a gzip file"),
        (b'{"a": 1}', "this is a JSON file"),
        (b"\x10\0\0\0\0\0\0\0{            }" + bytes(20), "bare safetensors file"),
        (b"hello", "does not begin like one"),
        (b"PK\x03\x04", "cut off or damaged"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, raw: bytes, message: str) -> None:
    (tmp_path / "model.hw").write_bytes(raw)
    with pytest.raises(BundleError, match=message):
        read_bundle(tmp_path / "model.hw")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"cannot read the bundle .*absent\.hw: No such file"):
        read_bundle(tmp_path / "absent.hw")
    with pytest.raises(BundleError, match=r"it has no manifest\.json"):
        read_bundle(tmp_path)


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["manifest.json"], r"'manifest\.json'$"),
        (["manifest.json", "tensors.safetensors", "../../evil"], "evil"),
        (["../manifest.json", "tensors.safetensors"], r"\.\./manifest"),
        (["/manifest.json", "tensors.safetensors"], r"/manifest"),
        (["manifest.json", "tensors.safetensors", "setup.py"], "setup"),
    ],
)
def test_members_are_exactly_the_two(tmp_path: Path, names: list[str], found: str) -> None:
    with pytest.raises(BundleError, match=f"must hold manifest.json and tensors.safetensors, found .*{found}"):
        read_bundle(zipped(tmp_path / "model.hw", dict.fromkeys(names, b"{}")))


def test_a_bomb_of_compressed_members_is_refused(tmp_path: Path) -> None:
    members = {"manifest.json": b"{}", "tensors.safetensors": bytes(2**20)}
    with pytest.raises(BundleError, match="compressed or encrypted"):
        read_bundle(zipped(tmp_path / "model.hw", members, zipfile.ZIP_DEFLATED))


def test_a_bundle_zipped_again_by_hand_is_read(tmp_path: Path, folder: Path) -> None:
    members = {p.name: p.read_bytes() for p in sorted(folder.iterdir(), reverse=True)}
    bundle = read_bundle(zipped(tmp_path / "again.hw", members))
    np.testing.assert_array_equal(bundle.tensors["a"], TENSORS["a"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the manifest is damaged"),
        ("[]", "not that of a headword bundle"),
        ("{}", "not that of a headword bundle"),
        ('{"headword_bundle": 1', "the manifest is damaged"),
        ('{"headword_bundle": 1}', "lacks headword_version, tensors, checksum"),
        ('{"headword_bundle": true}', "must be a positive whole number, found True"),
        ('{"headword_bundle": 0}', "must be a positive whole number"),
        ('{"headword_bundle": 1, "headword_bundle": 1}', "a key stands twice"),
        ('{"headword_bundle": 1, "a": NaN}', "NaN is not a finite number"),
        ('{"headword_bundle": 1, "a": -Infinity}', "-Infinity is not a finite number"),
        ('{"headword_bundle": 1, "a": 1e999}', "1e999 is not a finite number"),
        ('{"headword_bundle": 1, "a": ' + "9" * 5000 + "}", "the manifest is damaged"),
        ('{"headword_bundle": 1, "a": ' + "[" * 60 + "]" * 60 + "}", "nested more than 32"),
        ('{"headword_bundle": 1, "a": ' + "[" * 10**5 + "]" * 10**5 + "}", "nested more than 32"),
        ('{"headword_bundle": 1, "a": "\ud800"}', "the manifest is damaged"),
    ],
    ids=range(15),
)
def test_a_wrong_manifest_is_told(folder: Path, text: str, message: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BundleError, match=message):
        read_bundle(folder)


def test_a_newer_format_says_what_to_do(folder: Path) -> None:
    edit_manifest(folder, lambda m: m.update(headword_bundle=2, headword_version="9.1"))
    with pytest.raises(BundleError, match=r"format 2, .* reads up to 1; .* headword 9\.1: upgrade with pip"):
        read_bundle(folder)


def test_an_edited_manifest_is_noticed(folder: Path) -> None:
    edit_manifest(folder, lambda m: m["recipe"].update(name="other"), seal=False)
    with pytest.raises(BundleError, match="does not fit its checksum"):
        read_bundle(folder)


def test_another_kind_is_told(folder: Path) -> None:
    with pytest.raises(BundleError, match="holds a 'test' bundle, expected 'tagger'"):
        read_bundle(folder, kind="tagger")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h["a"].update(data_offsets=[8, 48]), "begins at byte|need .* bytes"),
        (lambda h: h["b"].update(data_offsets=[0, 16]), "begins at byte 0, expected 40|begins at byte"),
        (lambda h: h["c"].update(data_offsets=[10**6, 10**6 + 2]), "begins at byte 1,000,000"),
        (lambda h: h["c"].update(shape=[3], data_offsets=[56, 59]), "need 59 bytes, the file holds 58"),
        (lambda h: h["a"].update(shape=[2, 2]), "does not fit its type and shape"),
        (lambda h: h["a"].update(shape=[-5]), "damaged shape or place"),
        (lambda h: h["a"].update(shape=[True] * 5), "damaged shape or place"),
        (lambda h: h["a"].update(shape=[5.0]), "damaged shape or place"),
        (lambda h: h["a"].update(shape=[0, 2**59, 2**59], data_offsets=[0, 0]), "damaged shape or place"),
        (lambda h: h["a"].update(shape=[1] * 9), "damaged shape or place"),
        (lambda h: h["a"].update(data_offsets=[0]), "damaged shape or place"),
        (lambda h: h["a"].update(data_offsets="x"), "damaged shape or place"),
        (lambda h: h["a"].update(dtype="O"), "has type 'O'; allowed are BOOL"),
        (lambda h: h["a"].update(dtype=[]), r"has type \[\]; allowed are BOOL"),
        (lambda h: h.update(a=3), "the entry of tensor 'a' is damaged"),
        (lambda h: h.pop("a"), "not those that the manifest lists"),
        (lambda h: h.update(d={"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}), "not those that the manifest"),
    ],
    ids=range(17),
)
def test_a_wrong_table_of_tensors_is_told(
    folder: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit_header(folder, change)
    with pytest.raises(BundleError, match=message):
        read_bundle(folder)


@pytest.mark.parametrize("length", [2**63, 10**6, 0])
def test_a_wrong_header_length_is_told(folder: Path, length: int) -> None:
    file = folder / "tensors.safetensors"
    file.write_bytes(struct.pack("<Q", length) + file.read_bytes()[8:])
    with pytest.raises(BundleError, match=r"header .* damaged|cut off"):
        read_bundle(folder)


def test_damage_inside_a_tensor_is_found_as_thoroughly_as_asked(folder: Path) -> None:
    file = folder / "tensors.safetensors"
    raw = bytearray(file.read_bytes())
    raw[-1] = 2
    file.write_bytes(raw)
    assert set(read_bundle(folder, check="structure").tensors) == set(TENSORS)
    with pytest.raises(BundleError, match=r"tensor 'c' is damaged \(its CRC-32"):
        read_bundle(folder)
    edit_manifest(folder, lambda m: m["tensors"]["c"].update(crc32=crc32(raw[-2:])))
    with pytest.raises(BundleError, match="other bytes than 0 and 1"):
        read_bundle(folder)
    with pytest.raises(BundleError, match=r"tensor 'c' is damaged \(its SHA-256"):
        read_bundle(folder, check="sha256")
