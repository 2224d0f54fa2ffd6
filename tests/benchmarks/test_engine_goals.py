"""Goals are judged by records made by hand, whose verdict is plain."""

from pathlib import Path

import pytest

from benchmarks import engine_goals
from benchmarks.compare import Plan
from benchmarks.engine import chosen, table
from benchmarks.engine_goals import FAST, FASTTEXT, PECOS, Finding, Run, findings, markdown

DEFAULT = "headword-default"


def record(system: str, seconds: float, p1: float, *, turn: int = 0, dataset: str = "arxiv-mixed", **changes):
    quality = {"p@1": p1, "micro_f1": p1 - 0.1, "macro_f1": p1 - 0.2, "psp@5": p1 + 0.1}
    return {
        "kind": "comparison",
        "run": "2026-01-02 00:00:00",
        "commit": "abc",
        "machine": {"cpu": "a processor", "cores": 2},
        "dataset": dataset,
        "system": system,
        "round": turn,
        "threads": 2,
        "others_cores": 0.1,
        "train_wall_s": seconds,
        "whole_s": seconds + 1,
        "predict_s_per_1000": 0.1,
        "peak_rss_mb": 400.0,
        "model_mb": 10.0,
        "quality": quality,
    } | changes


def verdicts(found) -> dict[tuple[str, str], Finding]:
    return {(one.what, one.goal): one for one in findings(found)}


def test_the_rival_of_fast_is_the_fastest_peer_that_is_as_good() -> None:
    run = [record(FAST, 3, 0.70), record("quick", 4, 0.60), record("alike", 10, 0.698), record("slow", 50, 0.71)]
    found = verdicts(run)["train from raw text, fast", "≤ 0.33 x the fastest peer of like quality"]
    assert found.found.startswith("0.30 x alike (P@1 0.698, own 0.700); 0.75 x quick, the fastest; whole process")
    assert found.found.endswith("0.40 x")
    assert found.reached is True


def test_without_a_peer_as_good_the_fastest_of_all_counts() -> None:
    found = verdicts([record(FAST, 3, 0.70), record("quick", 4, 0.60)])
    one = found["train from raw text, fast", "≤ 0.33 x the fastest peer of like quality"]
    assert "none within 0.3 points: the fastest of all" in one.found
    assert one.reached is False


def test_ratios_are_taken_within_rounds() -> None:
    run = [record(DEFAULT, s, 0.7, turn=i) for i, s in enumerate((10, 100, 12))]
    run += [record(PECOS, s, 0.6, turn=i) for i, s in enumerate((10, 50, 100))]
    assert Run(run).ratio("arxiv-mixed", DEFAULT, PECOS) == 1.0
    found = verdicts(run)["train from raw text, default", f"≤ 1.5 x {PECOS}"]
    assert (found.found, found.reached) == ("1.00 x (12.0 s, 50.0 s)", True)


def test_quality_must_be_above_in_every_measure() -> None:
    better, peer = record(DEFAULT, 1, 0.7), record(PECOS, 1, 0.6)
    assert verdicts([better, peer])["quality, default", f"above {PECOS}"].reached is True
    peer["quality"] = peer["quality"] | {"macro_f1": 0.9}
    assert verdicts([better, peer])["quality, default", f"above {PECOS}"].reached is False


def test_throughput_memory_and_size() -> None:
    run = [
        record(DEFAULT, 1, 0.7, predict_s_per_1000=0.25, model_mb=50.0),
        record(FAST, 1, 0.7, predict_s_per_1000=0.1, peak_rss_mb=300.0),
        record(FASTTEXT, 1, 0.6, predict_s_per_1000=0.3, peak_rss_mb=350.0),
        record(PECOS, 1, 0.6),
    ]
    found = verdicts(run)
    assert found["batch prediction, default", "≥ 5,000 documents/s"].reached is False
    assert found["batch prediction, fast", f"≥ 2 x {FASTTEXT}"].found.startswith("3.0 x (10,000 documents/s")
    assert found["peak memory, fast", f"≤ {FASTTEXT} (350 MiB)"].reached is True
    assert found["peak memory, default", f"≤ {FASTTEXT} (350 MiB)"].reached is False
    assert found["bundle, fast", "≤ 15 MB"].reached is True
    assert found["bundle, default", "≤ 40 MB"].found == "52.4 MB"


def test_single_answers() -> None:
    latency = {
        "kind": "latency", "dataset": "arxiv-mixed", "system": FAST, "single_ms_p50": 0.1, "single_ms_p99": 0.6,
        "cold_s": [0.9, 1.3, 0.8], "first_ever_s": 20.0,
    }  # fmt: skip
    found = verdicts([latency])
    assert found["one document in process, p50 / p99, fast", "≤ 0.15 / 0.5 ms"].reached is False
    assert found["cold headword suggest --text, fast", "≤ 1.0 s"].reached is True


def test_published_figures_are_judged_in_every_place() -> None:
    def said(*values: float):
        quality = dict(zip(("p@1", "p@3", "p@5"), values, strict=True))
        return {"dataset": "d", "recipe": "default", "run": "2026-01-01", "commit": "c", "quality": quality}

    goals = {"d": [66.0, 40.0, 29.0]}
    assert [one.reached for one in engine_goals.published([said(0.66, 0.4, 0.29)], goals)] == [True]
    assert [one.reached for one in engine_goals.published([said(0.99, 0.99, 0.28)], goals)] == [False]
    assert list(engine_goals.published([said(1, 1, 1) | {"recipe": "fast"}], goals)) == []


@pytest.mark.parametrize(
    ("seconds", "peak", "peer", "reached"),
    [(1000, 4096, 2000, True), (1900, 4096, 2000, False), (1000, 9000, 2000, False), (1000, 4096, 900, False)],
)
def test_the_large_corpus_has_limits_of_time_and_memory(seconds, peak, peer, reached) -> None:
    def point(system: str, took: float):
        return {
            "documents": 100_000, "labels": 100_000, "system": system, "train_wall_s": took,
            "train_peak_rss_mb": peak, "quality": {"p@1": 0.5},
        }  # fmt: skip

    (found,) = engine_goals.scale([point("headword-large", seconds), point(PECOS, peer)])
    assert found.reached is reached
    assert found.where == "synthetic, 100,000 x 100,000"


def test_the_table_shows_only_the_latest_run_and_marks_what_is_not_reached(tmp_path) -> None:
    old = record(FAST, 1, 0.7, dataset="old") | {"run": "2026-01-01 00:00:00"}
    lines = list(table([old, record(DEFAULT, 20, 0.7), record(PECOS, 10, 0.6)]))
    assert not any("| old |" in line for line in lines)
    assert any(
        line.startswith("| train from raw text, default | arxiv-mixed |") and line.endswith("| **no** |")
        for line in lines
    )
    assert "median of 1 round; other programs kept at most 0.1 cores busy" in lines[0]
    assert markdown([Finding("a", "b", "c", "d")])[-1] == "| a | b | c | d |  |"


def test_peers_that_no_goal_needs_are_left_out() -> None:
    plan = Plan("now", {}, [FAST], ["a", "b"], 1, 1, 1, None, Path())
    assert chosen(plan, ("b", "c")).others == ["b"]
    assert chosen(plan, ("c",)).others == ["a", "b"]
