"""Ctrl-C at three moments: a short message, code 130, and the old bundle as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

# The program interrupts itself, so that the moment is exact and nothing has to sleep.
INTERRUPT = "import os, signal\ndef interrupt():\n    os.kill(os.getpid(), signal.SIGINT)\n"
MOMENTS = {
    "while reading": """
import headword.cli.reading as reading
tell = reading.tell
def told(text, quiet=False):
    interrupt()
    tell(text, quiet)
reading.tell = told
""",
    "while fitting": """
import headword.cli.train as train
from contextlib import contextmanager
@contextmanager
def bar(quiet=False):
    calls = []
    def progress(stage, done, total):
        calls.append(stage)
        if len(calls) == 3:
            interrupt()
    yield progress
train.progress_bar = bar
""",
    "while writing": """
import headword.bundle.writing as writing
write = writing._write_tensors
def half(file, tensors):
    file.write(b"half")
    interrupt()
    write(file, tensors)
writing._write_tensors = half
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT that a process can send to itself alone")
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupt_leaves_the_old_bundle_whole(table: Path, moment: str) -> None:
    old = table.with_name("m.hw")
    old.write_bytes(b"the old bundle")
    command = ["headword", "train", str(table), "-o", str(old), "--recipe", "fast"]
    code = f"{INTERRUPT}{MOMENTS[moment]}\nimport sys\nfrom headword.cli import main\nsys.argv = {command!r}\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 130, done.stderr
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert old.read_bytes() == b"the old bundle"
    assert {path.name for path in table.parent.iterdir()} == {"docs.jsonl", "m.hw"}
