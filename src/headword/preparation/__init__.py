"""Preparations: what published systems did to a corpus before they learnt from it, as TOML files beside this one.

Each says which documents and labels they kept and how they split, in the steps of `cleaning` and the rules of `splits`.
"""

__all__ = ["PREPARATIONS"]

PREPARATIONS = ("keras-arxiv", "nasa-gcmd", "papers-with-tasks", "scix-uat")
