"""The table of scorers: name -> class. A new method is one file and one row here."""

from headword.core.registry import Registry

__all__ = ["SCORERS"]

SCORERS = Registry(
    "scorer",
    {
        "prior": "headword.scorers.prior:Prior",
        "linear": "headword.scorers.linear:Linear",
        "poly2": "headword.scorers.poly2:Poly2",
        "tree": "headword.scorers.tree:Tree",
        "neighbors": "headword.scorers.neighbors:Neighbors",
        "lexical": "headword.scorers.lexical:Lexical",
    },
)
