"""Preparations: TOML to checked settings."""

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from headword.cleaning import CLEANERS
from headword.core.errors import RecipeError
from headword.preparation import PREPARATIONS
from headword.splits.corpus_split import split_corpus

_TABLES = ("description", "reference", "expected", "read", "clean", "split")


@dataclass(frozen=True)
class Preparation:
    """What is done to a corpus before a tagger learns from it.

    Attributes
    ----------
    name, description, reference, expected
        For people: what it reproduces, where that is described, and what comes of the published data.
    label_cells
        A field in which the cell of the labels is kept as the source has it, or None.
    steps
        Cleaning steps in order, each with its options.
    split
        Options of `split_corpus`; None: the corpus is not split.
    """

    name: str
    description: str = ""
    reference: str = ""
    expected: str = ""
    label_cells: str | None = None
    steps: Sequence[tuple[str, Mapping[str, Any]]] = ()
    split: Mapping[str, Any] | None = None


def load_preparation(name: str | Path) -> Preparation:
    """Return a preparation by its name, or from a TOML file.

    Raises
    ------
    RecipeError
        If there is none of that name, or a setting is unknown.
    """
    try:
        tables = tomllib.loads(_text(name))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"the preparation {str(name)!r} is not valid TOML: {error}") from error
    return parse_preparation(Path(name).stem, tables)


def parse_preparation(name: str, tables: Mapping[str, Any]) -> Preparation:
    """Return the preparation that `tables`, as read from TOML, describe; a RecipeError if they do not."""
    where = f"the preparation {name!r}"
    _require_known(where, tables, _TABLES)
    texts = {key: _typed(where, key, tables.get(key, ""), str) for key in _TABLES[:3]}
    read = _typed(where, "[read]", tables.get("read", {}), dict)
    _require_known(f"{where}, [read],", read, ("label_cells",))
    cells = _typed(where, "[read] label_cells", read["label_cells"], str) if "label_cells" in read else None
    steps = tuple(_step(where, table) for table in _typed(where, "[[clean]]", tables.get("clean", []), list))
    split = None
    if "split" in tables:
        split = _typed(where, "[split]", tables["split"], dict)
        _require_options(f"{where}, [split],", split, split_corpus)
    return Preparation(name, **texts, label_cells=cells, steps=steps, split=split)


def _step(where: str, table: Any) -> tuple[str, dict[str, Any]]:
    options = dict(_typed(where, "a [[clean]]", table, dict))
    name = _typed(where, "a [[clean]] step", options.pop("step", None), str)
    _require_options(f"{where}, step {name!r},", options, CLEANERS.get(name))
    return name, options


def _require_options(where: str, given: Mapping[str, Any], function: Callable[..., Any]) -> None:
    """Raise a RecipeError unless `function` takes a corpus and what is given."""
    kinds = get_type_hints(function)
    _require_known(where, given, list(inspect.signature(function).parameters)[1:])
    for name, value in given.items():
        if not _fits(value, kinds[name]):
            raise RecipeError(f"{where} has {name} = {value!r:.60}; it takes {_called(kinds[name])}")


def _called(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(map(repr, get_args(kind)))
    names: dict[Any, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
    several = any(get_origin(inner) is Sequence for inner in get_args(kind))
    return names.get(kind) or ("a text, or a list of them" if several else "a text")


def _fits(value: Any, kind: Any) -> bool:
    """Return whether a value of TOML is of a kind, written as in a signature."""
    inner = get_args(kind)
    if get_origin(kind) is Literal:
        return value in inner
    if get_origin(kind) is Sequence:
        return isinstance(value, list) and all(_fits(one, inner[0]) for one in value)
    if inner:
        return any(_fits(value, one) for one in inner)
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _require_known(where: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise RecipeError(f"{where} has the unknown setting {unknown[0]!r}; there are: {', '.join(known) or 'none'}")


def _typed(where: str, what: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        kinds: dict[Any, str] = {str: "a text", dict: "a table", list: "a list of tables"}
        raise RecipeError(f"{where}: {what} is {kinds[kind]}, found {value!r:.60}")
    return value


def _text(name: str | Path) -> str:
    if str(name) in PREPARATIONS:
        return files("headword.preparation").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name)
    if path.suffix != ".toml":
        raise RecipeError(
            f"there is no preparation {str(name)!r}; there are: {', '.join(PREPARATIONS)}, or give a .toml file"
        )
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"cannot read the preparation {path}: {error.strerror or error}") from error
