"""What a figure was measured on and with."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

DISTURBED = 0.3  # cores kept busy by other programs
ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("headword", "numpy", "scipy", "numba", "scikit-learn")
_POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def describe() -> dict[str, Any]:
    """Return processor, cores, memory and system."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter here, as far as they are installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """Return the commit of this checkout, with a + if tracked files differ from it; None outside git."""
    try:
        at = _git("rev-parse", "--short=10", "HEAD")
        return at + ("+" if _git("status", "--porcelain", "--untracked-files=no", "--", "src") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


class Others:
    """How much of the machine other programs took while this one's children ran: they disturb every time measured."""

    def __init__(self) -> None:
        self.before = self._now()

    def cores(self) -> float | None:
        """Return the processors that others kept busy on average since the start; None where it cannot be known."""
        wall, busy, own = (now - then for now, then in zip(self._now(), self.before, strict=True))
        return None if not busy else round(max(0.0, busy - own) / wall, 2)

    @staticmethod
    def _now() -> tuple[float, float, float]:
        """Return wall time, busy time of all processors (stolen time included), and that of this process's family."""
        stat = Path("/proc/stat")
        busy = 0.0
        if stat.is_file():
            user, nice, system, _, _, *rest = map(float, stat.read_text(encoding="utf-8").split("\n")[0].split()[1:9])
            busy = (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")
        return time.perf_counter(), busy, cpu_seconds()


def warning(others: Iterable[float | None]) -> str:
    """Return a remark that times are not to be believed, if other programs kept too much of the machine busy."""
    if max((cores for cores in others if cores is not None), default=0.0) <= DISTURBED:
        return ""
    return " **Disturbed: measure again on a quiet machine before believing a time.**"


def bounded(threads: int) -> dict[str, str]:
    """Return this process's environment with every thread pool bounded alike."""
    return os.environ | dict.fromkeys(_POOLS, str(threads))


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak_rss_mb() -> float | None:
    """Return the largest resident size so far of this process or of an ended child, in MiB; None on Windows.

    Linux lets a process inherit the peak of its parent, so the parent must stay small: it imports no numpy.
    """
    if sys.platform == "win32":
        return None
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(one).ru_maxrss for one in who) / unit, 1)


def today() -> str:
    """Return date and time to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, OSError, ValueError):
        return None
