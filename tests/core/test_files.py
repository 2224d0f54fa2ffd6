import sys
from pathlib import Path

import pytest

from headword.core.errors import OutputError
from headword.core.files import replacing


def test_a_block_that_ends_well_replaces_the_file(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")
    with replacing(target) as part:
        part.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
        assert part.parent == tmp_path
    assert target.read_text(encoding="utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, SystemExit, GeneratorExit])
def test_an_interrupted_block_leaves_the_old_file_whole(tmp_path: Path, stop: type[BaseException]) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(stop, match="half-way"), replacing(target) as part:
        part.write_text("ne", encoding="utf-8")
        raise stop("half-way")
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_an_interrupted_block_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt, match="now"), replacing(tmp_path / "out.txt"):
        raise KeyboardInterrupt("now")
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_disk_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"out\.txt: No space left"), replacing(tmp_path / "out.txt"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_folders_and_missing_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder; give a file name"), replacing(tmp_path):
        pytest.fail("the block must not run")
    with pytest.raises(OutputError, match="does not exist; create it first"), replacing(tmp_path / "no" / "out.txt"):
        pytest.fail("the block must not run")


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits and devices of POSIX")
def test_the_new_file_has_usual_permissions_and_devices_stay(tmp_path: Path) -> None:
    plain, replaced = tmp_path / "plain", tmp_path / "replaced"
    plain.touch()
    with replacing(replaced):
        pass
    assert replaced.stat().st_mode == plain.stat().st_mode
    with pytest.raises(OutputError, match="device or a pipe"), replacing("/dev/null"):
        pytest.fail("the block must not run")
