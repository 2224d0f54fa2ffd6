"""Registry: a short table of what exists, whose rows are imported only when asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from headword.core.errors import MissingExtraError, RecipeError


@dataclass(frozen=True)
class Registry:
    """A table `name -> "package.module:attribute"`.

    Parameters
    ----------
    kind
        What a row is, in the singular, for messages ("scorer").
    rows
        The table.
    extras
        For rows that need an optional dependency: the extra to install.
    """

    kind: str
    rows: Mapping[str, str]
    extras: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __contains__(self, name: object) -> bool:
        return name in self.rows

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, name: str) -> Any:
        """Import and return the object of row `name`.

        Raises
        ------
        RecipeError
            If there is no such row; the message lists those there are.
        MissingExtraError
            If its optional dependency is not installed.
        """
        if name not in self.rows:
            raise RecipeError(f"there is no {self.kind} {name!r}; there are: {', '.join(sorted(self.rows))}")
        module, _, attribute = self.rows[name].partition(":")
        try:
            return getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if name not in self.extras:
                raise
            extra = self.extras[name]
            raise MissingExtraError(
                f"{self.kind} {name!r} needs {error.name}; install it with: pip install 'headword[{extra}]'"
            ) from error
