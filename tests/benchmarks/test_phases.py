"""Phases: every probe has its place in the engine, clocks nest, and all time is accounted for."""

import sys
import time
import types

import pytest

from benchmarks.floor import Floor
from benchmarks.phases import Clocks, clocks, markdown, measured, place
from benchmarks.probes import PROBES, Least, Probe, named
from benchmarks.stages import Stages
from headword.demo.corpus import demo_corpus

ROWS = ((1 << 10, 1.0),)
FLOOR = Floor(1, 1.0, 1.0, 1.0, 1.0, {16: ROWS, 64: ROWS})


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.place)
def test_each_probe_has_its_place(probe: Probe) -> None:
    owner, name = place(probe)
    assert callable(getattr(owner, name))


@pytest.fixture
def now(monkeypatch):
    """A clock that is set by hand."""
    seconds = [0.0]
    monkeypatch.setattr(Clocks, "_now", staticmethod(lambda: (seconds[0], 2 * seconds[0])))
    return seconds


def test_the_inner_phase_alone_is_clocked(now, monkeypatch) -> None:
    module = types.ModuleType("clocked_here")

    def inner(amount: int) -> int:
        now[0] += 1.0
        return amount

    def outer() -> int:
        now[0] += 10.0
        found = module.inner(3)
        now[0] += 20.0
        return found

    module.inner, module.outer = inner, outer
    monkeypatch.setitem(sys.modules, "clocked_here", module)
    probes = (
        Probe(named("inside"), "clocked_here:inner", lambda given, result: Least(streamed=given["amount"] * 1e9)),
        Probe(named("around"), "clocked_here:outer", lambda given, result: Least(multiply_adds=result * 1e9)),
    )
    with clocks(FLOOR, probes) as clock:
        now[0] += 100.0
        assert module.outer() == 3
        spent = clock.taken()
    assert {name: (one.calls, one.wall_s, one.cpu_s) for name, one in spent.items()} == {
        "around": (1, 30.0, 60.0),
        "inside": (1, 1.0, 2.0),
        "everything else": (0, 100.0, 200.0),
    }
    assert (spent["inside"].floor_s, spent["around"].floor_s) == (3.0, 3.0)
    assert (module.inner, module.outer) == (inner, outer)


def test_a_phase_that_fails_is_closed(now, monkeypatch) -> None:
    module = types.ModuleType("clocked_here")

    def fails() -> None:
        now[0] += 5.0
        raise KeyError("gone")

    module.fails = fails
    monkeypatch.setitem(sys.modules, "clocked_here", module)
    with clocks(FLOOR, (Probe(named("fails"), "clocked_here:fails", lambda *_: Least()),)) as clock:
        with pytest.raises(KeyError, match="gone"):
            module.fails()
        now[0] += 1.0
        assert {name: one.wall_s for name, one in clock.taken().items()} == {"fails": 5.0, "everything else": 1.0}


def test_a_place_that_is_gone_is_an_error() -> None:
    gone = Probe(named("gone"), "headword.tagger:Tagger.gone", lambda *_: Least())
    with pytest.raises(AttributeError, match="gone"), clocks(FLOOR, (gone,)):
        pass


@pytest.mark.parametrize("recipe", ["fast", "default"])
def test_a_fit_is_taken_apart(monkeypatch, recipe: str) -> None:
    monkeypatch.setattr("benchmarks.phases.measure", lambda threads: FLOOR)
    corpus = demo_corpus()
    begun = time.perf_counter()
    record = measured(corpus.subset(range(80)), corpus.subset(range(80, 100)), recipe, 1)
    elapsed = time.perf_counter() - begun
    assert 0 < sum(one["wall_s"] for one in record["fit"].values()) < elapsed
    assert {"tokens", "words: choose and weigh", "fit linear on words", "fusion: fit", "save"} <= set(record["fit"])
    # Which members stay is a close call on so few documents, and may fall otherwise on another processor.
    assert {"rank", "decide"} <= set(record["predict"])
    assert any(name.startswith("score ") for name in record["predict"])
    assert all(one["floor_s"] >= 0 for one in record["fit"].values())
    about = {"dataset": "demo", "run": "2026-01-01", "commit": "abc", "machine": {"cpu": "a processor"}}
    lines = markdown(about | record)
    assert sum(line.startswith("| **all**") for line in lines) == 2
    assert any(
        line.startswith("| fit linear on words | 2 |" if recipe == "fast" else "| fit linear on") for line in lines
    )


def test_stages_keep_a_clock_each(monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    stages = Stages()
    for seconds, stage, done in ((1, "read", 0), (2, "read", 1), (4, "fit", 0), (8, "fit", 1), (16, "fit", 2)):
        now[0] += seconds
        stages(stage, done, 2 if stage == "fit" else 1)
    now[0] += 32
    assert stages.seconds() == {"before the first stage": 1, "read": 2, "after read": 4, "fit": 24, "after fit": 32}
