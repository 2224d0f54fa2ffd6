"""Round trips, determinism, and agreement with the safetensors package."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load_file, save_file

from headword import __version__
from headword.bundle import read_bundle, write_bundle
from headword.core.errors import BundleError, OutputError

MANIFEST = {"kind": "test", "recipe": {"name": "default", "k": 3, "deep": [1.5, None, True, "é"]}}
TENSORS = {
    "weights": np.arange(12, dtype=np.float32).reshape(3, 4),
    "bounds": np.array([0, 2, 5], dtype=np.int64),
    "chosen": np.array([True, False, True]),
    "half": np.array([1.5, np.inf], dtype=np.float16),
    "nothing": np.empty((0, 7), dtype=np.uint8),
    "single": np.array(2.5),
}
DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "model.hw", MANIFEST, TENSORS)
    return tmp_path / "model.hw"


def unpacked(path: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.with_suffix(""))
    return path.with_suffix("")


@pytest.mark.parametrize("as_folder", [False, True])
def test_what_was_written_is_read(path: Path, as_folder: bool) -> None:
    bundle = read_bundle(unpacked(path) if as_folder else path, kind="test", check="sha256")
    assert {key: bundle.manifest[key] for key in MANIFEST} == MANIFEST
    assert bundle.manifest["headword_bundle"] == 1
    assert bundle.manifest["headword_version"] == __version__
    assert set(bundle.tensors) == set(TENSORS)
    for name, tensor in TENSORS.items():
        found = bundle.tensors[name]
        assert (found.dtype, found.shape) == (tensor.dtype, tensor.shape)
        np.testing.assert_array_equal(found, tensor)


@settings(max_examples=40, deadline=None)
@given(
    tensor=st.sampled_from(DTYPES).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0, max_dims=3))
    )
)
def test_any_tensor_comes_back_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, tensor: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("any") / "x.hw"
    write_bundle(path, {}, {"x": tensor, "y": np.asfortranarray(tensor).T})
    found = read_bundle(path).tensors["x"]
    assert (found.dtype, found.shape, found.tobytes()) == (tensor.dtype, tensor.shape, tensor.tobytes())


def test_other_byte_orders_and_strides_are_stored_plainly(tmp_path: Path) -> None:
    tensor = np.arange(20, dtype=">i4")[::3]
    write_bundle(tmp_path / "x.hw", {}, {"x": tensor, "long": np.array([1, 2], dtype=np.longlong)})
    found = read_bundle(tmp_path / "x.hw").tensors["x"]
    assert found.dtype == np.dtype("<i4")
    assert found.tolist() == tensor.tolist()


def test_equal_content_gives_equal_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.hw"
    write_bundle(again, dict(reversed(MANIFEST.items())), dict(reversed(TENSORS.items())))
    assert again.read_bytes() == path.read_bytes()


def test_tensors_lie_aligned_in_the_file(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("tensors.safetensors")
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        raw = archive.read(member)
    assert path.read_bytes().index(raw) % 64 == 0
    assert (8 + int.from_bytes(raw[:8], "little")) % 64 == 0
    for tensor in read_bundle(path).tensors.values():
        assert tensor.flags.aligned


def test_the_safetensors_package_reads_the_tensors(path: Path) -> None:
    found = load_file(unpacked(path) / "tensors.safetensors")
    assert set(found) == set(TENSORS)
    for name, tensor in TENSORS.items():
        np.testing.assert_array_equal(found[name], tensor)


def test_tensors_written_by_the_safetensors_package_are_read(path: Path) -> None:
    folder = unpacked(path)
    save_file({name: np.ascontiguousarray(t).reshape(t.shape) for name, t in TENSORS.items()}, folder / "new")
    (folder / "new").replace(folder / "tensors.safetensors")
    np.testing.assert_array_equal(read_bundle(folder).tensors["weights"], TENSORS["weights"])


def test_arrays_are_read_only_unless_asked_and_never_change_the_file(path: Path) -> None:
    before = path.read_bytes()
    assert not read_bundle(path).tensors["weights"].flags.writeable
    weights = read_bundle(path, writable=True).tensors["weights"]
    weights[:] = 7
    assert (weights == 7).all()
    assert path.read_bytes() == before


def test_an_old_file_is_replaced_whole_or_not_at_all(path: Path, tmp_path: Path) -> None:
    old = read_bundle(path)
    write_bundle(path, {"kind": "new"}, {})
    assert old.tensors["weights"].sum() == TENSORS["weights"].sum()
    assert read_bundle(path).manifest["kind"] == "new"
    with pytest.raises(BundleError, match="only finite numbers"):
        write_bundle(path, {"quality": float("nan")}, {})
    with pytest.raises(OutputError, match="does not exist; create it first"):
        write_bundle(tmp_path / "absent" / "x.hw", {}, {})
    assert read_bundle(path).manifest["kind"] == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["model.hw"]


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"a": {"b": [1, np.float32(2)]}}, r"manifest\.a\.b\[1\] is a float32"),
        ({"a": float("inf")}, r"manifest\.a is inf"),
        ({"a": {1: 2}}, "has the key 1; only strings"),
        ({"tensors": {}}, "must not set tensors"),
        ({"long": "x" * 2**24}, "store long lists as tensors"),
    ],
)
def test_a_manifest_that_json_cannot_hold_is_refused(tmp_path: Path, manifest: dict, message: str) -> None:
    with pytest.raises(BundleError, match=message):
        write_bundle(tmp_path / "x.hw", manifest, {})


@pytest.mark.parametrize("tensor", [np.array(["a"]), np.array([None]), np.array([1j]), [1, 2]])
def test_only_plain_numbers_are_stored(tmp_path: Path, tensor: object) -> None:
    with pytest.raises(BundleError, match=r"can be stored|cannot be stored"):
        write_bundle(tmp_path / "x.hw", {}, {"x": tensor})  # type: ignore[dict-item]


def test_the_manifest_is_readable_json(path: Path) -> None:
    manifest = json.loads((unpacked(path) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tensors"]["weights"]["shape"] == [3, 4]
    assert manifest["recipe"] == MANIFEST["recipe"]
