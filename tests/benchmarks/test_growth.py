"""Growth: exponents and foretellings are exact where the cost is a power of the sizes."""

import pytest

from benchmarks import growth
from benchmarks.growth import COSTS, curves, exponent, foretold, markdown


def record(documents: int, labels: int, system: str = "headword-fast", **changes):
    return {
        "run": "2026-01-01 00:00:00",
        "commit": "abc",
        "machine": {"cpu": "a processor", "cores": 2, "memory_gb": 8.0},
        "threads": 2,
        "others_cores": 0.1,
        "system": system,
        "documents": documents,
        "labels": labels,
        "labels_seen": labels,
        "train_wall_s": 1e-6 * documents**1.1 * labels**0.5,
        "train_cpu_s": 2e-6 * documents * labels,
        "train_peak_rss_mb": 0.01 * documents,
        "predict_docs_per_s": 1e6 / labels,
        "model_mb": 3.0,
        "quality": {"p@1": 0.71, "p@3": 0.5, "p@5": 0.4},
    } | changes


CROSS = [record(d, n) for d, n in ((10**4, 10**3), (10**5, 10**3), (10**6, 10**3), (10**5, 10**2), (10**5, 10**4))]


def test_an_exponent_is_the_slope_of_the_logarithms() -> None:
    points = [(10.0, 3 * 10**1.7), (100.0, 3 * 100**1.7), (1000.0, 3 * 1000**1.7)]
    assert exponent(points) == pytest.approx(1.7)


def test_a_curve_holds_the_other_size_fixed() -> None:
    found = curves(CROSS, COSTS[0], "documents")
    assert {key: [x for x, _ in points] for key, points in found.items()} == {
        ("headword-fast", 1000): [1e4, 1e5, 1e6],
        ("headword-fast", 100): [1e5],
        ("headword-fast", 10000): [1e5],
    }
    assert exponent(found["headword-fast", 1000]) == pytest.approx(1.1)
    assert exponent(curves(CROSS, COSTS[0], "labels")["headword-fast", 10**5]) == pytest.approx(0.5)


@pytest.mark.parametrize("cost", COSTS, ids=lambda cost: cost.file)
def test_a_power_law_foretells_the_largest_point(cost) -> None:
    target = record(10**6, 2 * 10**5)
    assert foretold([*CROSS, target], cost, target) == pytest.approx(cost.of(target))
    # A surprise is seen as one: the point itself does not speak for itself.
    slow = record(10**6, 2 * 10**5, train_wall_s=1e9, train_cpu_s=1e9, train_peak_rss_mb=1e9, predict_docs_per_s=1e-3)
    assert foretold([*CROSS, slow], cost, slow) == pytest.approx(cost.of(target))


def test_few_points_or_one_line_foretell_nothing() -> None:
    target = record(10**6, 10**5)
    assert foretold([*CROSS[:3], target], COSTS[0], target) is None
    line = [record(10**k, 10**3) for k in range(2, 7)]
    assert foretold(line, COSTS[0], target) is None
    others = [record(d, n, system="pecos-xrlinear") for d, n in ((10, 10), (20, 10), (10, 20), (30, 30))]
    assert foretold([*others, target], COSTS[0], target) is None


def test_the_tables_show_points_exponents_and_failures() -> None:
    failed = {**record(10**6, 10**5), "error": "exit code -9"}
    del failed["quality"]
    lines = "\n".join(markdown([*CROSS, failed]))
    assert "| 1,000,000 | 100,000 | headword-fast | exit code -9" in lines
    assert "| 10,000 | 1,000 (1,000) | headword-fast | .710 | .500 | .400 | 0.8 | 20.0 | 100 | 1,000 | 3.0 |" in lines
    assert "| training time, seconds | 10,000 to 1,000,000 documents, 1,000 labels | 1.10 | 1.10 |" in lines
    assert "The largest point, 1,000,000 documents x 1,000 labels" in lines
    assert list(markdown([])) == ["Nothing measured."]
    assert "Disturbed" not in lines
    assert "**Disturbed" in next(markdown([record(10**4, 10**3, others_cores=0.5)]))


def test_plots_are_drawn_for_what_has_a_curve(tmp_path) -> None:
    names = [path.name for path in growth.draw(CROSS, tmp_path)]
    assert names == [
        f"{cost}-{size}.svg" for cost in ("train", "memory", "predict") for size in ("documents", "labels")
    ]
    assert "headword-fast, 1,000 labels" in (tmp_path / "train-documents.svg").read_text()
    assert growth.draw(CROSS[:1], tmp_path) == []
