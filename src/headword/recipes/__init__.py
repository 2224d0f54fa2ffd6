"""The named recipes: TOML files beside this one, read and checked by `reader`."""

__all__ = ["RECIPES"]

RECIPES = ("default", "fast", "lexical")
