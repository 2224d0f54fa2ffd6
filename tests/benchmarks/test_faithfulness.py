"""The page of faithfulness shows what was measured, and the goal is reached on every corpus."""

from benchmarks import records
from benchmarks.trust.faithfulness import CORPORA, PAGE, RESULT, lines


def test_the_page_shows_the_recorded_figures() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "\n".join(lines(records.read(RESULT))) in text


def test_explanations_beat_chance_and_rarity_everywhere() -> None:
    found = records.read(RESULT)
    assert {one["corpus"] for one in found} == set(CORPORA)
    for one in found:
        assert one["n_documents"] >= 290
        for other in one["advantages"]:
            assert min(other["deletion"]["low"], other["insertion"]["low"]) > 0
            assert max(other["deletion_p"], other["insertion_p"]) < 0.001
