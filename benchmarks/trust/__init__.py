"""How far what headword says can be trusted: calibration, guarantees, bands, and the truth about the labels."""

from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> None:
    """Measure calibration, guarantees and bands; see __main__.py."""
    from benchmarks.trust.__main__ import main as measure

    measure(words)
