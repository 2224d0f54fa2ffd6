"""Settings of a recipe: their names, types and ranges."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from math import inf
from typing import Any

from headword.core.errors import RecipeError
from headword.core.registry import Registry

_LARGEST = 2**31 - 1
# From the least to the largest, wherever a setting of this name stands.
_RANGES: Mapping[str, tuple[float, float]] = {
    "shortest": (3, 100),
    "longest": (3, 100),
    "max_df": (0, 1),
    "min_df": (1, _LARGEST),
    "max_features": (1, _LARGEST),
    "dim": (1, _LARGEST),
    "most_features": (1, _LARGEST),
    "tolerance": (0, inf),
    "prune": (0, inf),
}


def made(registry: Registry, kind: Any, parameters: Mapping[str, Any], where: str) -> Any:
    """Build the row `kind` of a table with checked parameters."""
    make = registry.get(str(kind))
    require_types(make, parameters, where)
    try:
        built = make(**parameters)
    except TypeError as error:
        raise RecipeError(f"{where}: {error}") from error
    require_ranges(parameters, where)
    return built


def require_types(make: Callable[..., Any], options: Mapping[str, Any], where: str) -> None:
    """Hold each setting to the type of its parameter's default; a whole number will do for a fraction."""
    for name, parameter in inspect.signature(make).parameters.items():
        wanted = type(parameter.default)
        if name not in options or wanted not in (bool, int, float, str):
            continue
        if type(options[name]) is not wanted and not (wanted is float and type(options[name]) is int):
            raise RecipeError(f"{name} in {where} must be of type {wanted.__name__}, found {options[name]!r}")


def require_ranges(options: Mapping[str, Any], where: str) -> None:
    """Hold each number to what makes sense; its type has been checked."""
    for name, value in options.items():
        least, most = _RANGES.get(name, (-inf, inf))
        if name in _RANGES and not least <= value <= most:
            wanted = f"at least {least}" if most in (inf, _LARGEST) and value < least else f"from {least} to {most}"
            raise RecipeError(f"{name} in {where} must be {wanted}, found {value}")
    if not 0 < options.get("idf_power", 1) < inf:
        raise RecipeError(f"idf_power in {where} must be above 0, found {options['idf_power']}")


def typed(kind: type, options: Mapping[str, Any], where: str) -> Any:
    """Build a dataclass of plain settings, each of exactly its declared type."""
    types = {f.name: f.type for f in fields(kind)}
    unknown = set(options) - set(types)
    if unknown:
        raise RecipeError(f"unknown setting {some(unknown)} in {where}; there are: {', '.join(types)}")
    for name, value in options.items():
        wanted = {bool: bool, int: int, str: str, int | None: int, str | None: str}[types[name]]  # type: ignore[index]
        if type(value) is not wanted:
            raise RecipeError(f"{name} in {where} must be of type {wanted.__name__}, found {value!r}")
    return kind(**options)


def some(names: set[str]) -> str:
    """List names for a message."""
    return ", ".join(sorted(names))
