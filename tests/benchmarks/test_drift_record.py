"""The recorded drift figures reach their goals, and the page shows what was recorded."""

from benchmarks import records
from benchmarks.trust import drift


def test_the_goals_are_reached() -> None:
    found = records.read(drift.RESULT)
    halves = [one for one in found if one["what"] == "halves"]
    assert {one["corpus"] for one in halves} == set(drift.HALVED)
    assert all(one["repeats"] >= 200 for one in halves)
    for one in halves:
        assert one["alarms"] <= one["alpha"] * one["repeats"]
        assert one["alarms"] == sum(p <= one["alpha"] for p in one["p"])
    (whole,) = (one for one in found if one["what"] == "whole")
    assert {"text", "terms", "labels"} <= set(whole["drifted"])


def test_the_page_is_what_was_recorded() -> None:
    page = drift.PAGE.read_text(encoding="utf-8")
    for line in drift.lines(records.read(drift.RESULT)):
        assert line in page
