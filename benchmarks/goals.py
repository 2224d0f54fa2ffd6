"""The corpora that the comparison rests on, and what headword wants to reach on each."""

from typing import NamedTuple


class Figures(NamedTuple):
    """P@1, micro-F1 and macro-F1 on the test part, as fractions."""

    p1: float
    micro_f1: float
    macro_f1: float


METRICS = ("p@1", "micro_f1", "macro_f1")

GOALS = {
    "arxiv-mixed": Figures(0.720, 0.590, 0.455),
    "reuters21578": Figures(0.950, 0.897, 0.605),
    "makupalat-ykl": Figures(0.460, 0.372, 0.270),
    "nasa-cmr": Figures(0.994, 0.896, 0.725),
    "arxiv-cs": Figures(0.810, 0.668, 0.365),
    "arxiv-recent": Figures(0.858, 0.690, 0.080),
}

# The best figure that any peer of an earlier, longer comparison reached, each column for itself.
BEST_PEER = {
    "arxiv-mixed": Figures(0.696, 0.553, 0.398),
    "reuters21578": Figures(0.943, 0.877, 0.468),
    "makupalat-ykl": Figures(0.315, 0.288, 0.232),
    "nasa-cmr": Figures(0.992, 0.891, 0.690),
    "arxiv-cs": Figures(0.788, 0.635, 0.278),
    "arxiv-recent": Figures(0.837, 0.663, 0.066),
}
