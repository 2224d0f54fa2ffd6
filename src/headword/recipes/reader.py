"""Recipes: TOML to typed, checked settings."""

import inspect
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from headword.core.errors import RecipeError
from headword.decisions import DECISIONS
from headword.decisions.calibration import CalibrationOptions
from headword.decisions.ensemble import EnsembleOptions
from headword.recipes import RECIPES
from headword.recipes.settings import made, require_ranges, require_types, some, typed
from headword.scorers import SCORERS
from headword.text.features import BLOCKS

_TABLES = ("stopwords", "features", "scorers", "numbers", "crossfit", "fusion", "calibration", "decision")
GIVEN = "given"
# What becomes of a member where a corpus is so large that fitting it would take too long: see scaling.py.
WHEN_LARGE, _WISHES = "when_large", ("tree", "leave-out")
# Folds up to so many documents: the fewer there are, the more a fold's models lack.
_FOLDS, _LEAST_FOLDS = {500: 10, 5_000: 5}, 3


@dataclass(frozen=True)
class CrossFitOptions:
    """How documents are held out while joining the scorers.

    Attributes
    ----------
    folds
        Parts of the training documents; None: 10 up to 500 documents, 5 up to 5,000, 3 beyond, where a fold is dear.
    used
        Parts that are scored by models fitted on the others (None: all).
    near_duplicates
        Keep near-duplicate documents in one part, unless that would leave a part with more than its share.
    group
        Keep the documents that share this field (a provider, say) in one part.
    """

    folds: int | None = None
    used: int | None = None
    near_duplicates: bool = False
    group: str | None = None

    def __post_init__(self) -> None:
        if self.folds is not None and self.folds < 2:
            raise RecipeError(f"[crossfit] needs folds >= 2, found {self.folds}")
        if self.used is not None and not 1 <= self.used <= (self.folds or _LEAST_FOLDS):
            raise RecipeError(f"[crossfit] needs 1 <= used <= folds, found used={self.used}, folds={self.folds}")

    def n_folds(self, n_docs: int) -> int:
        """Return the number of folds for `n_docs` documents, at least 2, with at least 3 documents each if possible."""
        usual = next((folds for most, folds in _FOLDS.items() if n_docs <= most), _LEAST_FOLDS)
        wanted = self.folds or usual
        return max(2, min(wanted, n_docs // 3))


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a tagger is made from documents.

    Attributes
    ----------
    stopwords
        Parameters of `stop_words`; None: every word counts.
    features
        Feature block -> parameters of its `fit`.
    scorers
        Member name -> parameters, with `kind` (a row of SCORERS).
    numbers
        Member name -> parameters for documents that come as numbers, over those in `scorers` or beside them.
    crossfit, fusion, calibration
        Typed settings.
    decision
        Parameters of the policy, with `policy` (a row of DECISIONS).
    """

    name: str
    description: str
    features: Mapping[str, Mapping[str, Any]]
    scorers: Mapping[str, Mapping[str, Any]]
    crossfit: CrossFitOptions = field(default_factory=CrossFitOptions)
    fusion: EnsembleOptions = field(default_factory=EnsembleOptions)
    decision: Mapping[str, Any] = field(default_factory=lambda: {"policy": "micro-f1"})
    stopwords: Mapping[str, float] | None = None
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calibration: CalibrationOptions = field(default_factory=CalibrationOptions)

    def scorer(self, name: str) -> Any:
        """Return a fresh, unfitted scorer of member `name`."""
        parameters = {key: value for key, value in self.scorers[name].items() if key != WHEN_LARGE}
        return made(SCORERS, parameters.pop("kind"), parameters, f"[scorers.{name}]")

    def policy(self) -> Any:
        """Return a fresh, unfitted decision policy."""
        parameters = dict(self.decision)
        return made(DECISIONS, parameters.pop("policy"), parameters, "[decision]")

    def for_numbers(self) -> "Recipe":
        """Return this recipe for documents that come as numbers: every scorer of words reads the given features."""
        blocks = {"words": GIVEN, GIVEN: GIVEN, "latent": "latent"}
        members = {
            name: {**self.scorers.get(name, {}), **self.numbers.get(name, {})}
            for name in [*self.scorers, *self.numbers]
        }
        scorers = {
            name: {**options, "block": blocks[options.get("block", "words")]}
            for name, options in members.items()
            if options.get("block", "words") in blocks
        }
        features: dict[str, Mapping[str, Any]] = {GIVEN: {}}
        if "latent" in self.features:
            features["latent"] = {**self.features["latent"], "of": GIVEN}
        if not scorers:
            raise RecipeError(f"recipe {self.name!r} has no scorer that reads features given as numbers")
        return replace(self, features=features, scorers=scorers, stopwords=None, numbers={})

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain data, from which `parse_recipe` rebuilds it."""
        return {
            "name": self.name,
            "description": self.description,
            "features": {name: dict(options) for name, options in self.features.items()},
            "scorers": {name: dict(options) for name, options in self.scorers.items()},
            **({"numbers": {name: dict(options) for name, options in self.numbers.items()}} if self.numbers else {}),
            "crossfit": {k: v for k, v in vars(self.crossfit).items() if v is not None},
            "fusion": dict(vars(self.fusion)),
            "calibration": dict(vars(self.calibration)),
            "decision": dict(self.decision),
            **({} if self.stopwords is None else {"stopwords": dict(self.stopwords)}),
        }


def load_recipe(name: str | Path) -> Recipe:
    """Return a recipe by its name, or from a TOML file.

    Raises
    ------
    RecipeError
        If there is no such recipe or file, it is not TOML, or a setting is unknown or out of range.
    """
    text = recipe_text(name)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"recipe {str(name)!r} is not valid TOML: {error}") from error
    return parse_recipe({"name": Path(name).stem, **tables})


def recipe_text(name: str | Path) -> str:
    """Return the TOML text of a recipe."""
    if str(name) in RECIPES:
        return files("headword.recipes").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name)
    if path.suffix != ".toml":
        raise RecipeError(f"there is no recipe {str(name)!r}; there are: {', '.join(RECIPES)}, or give a .toml file")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"cannot read recipe {path}: {error}") from error


def parse_recipe(tables: Mapping[str, Any]) -> Recipe:
    """Check plain data and return the recipe; all scorers and the policy are built once, to check their parameters."""
    unknown = set(tables) - {"name", "description", *_TABLES}
    if unknown:
        raise RecipeError(f"unknown table {some(unknown)} in a recipe; there are: {', '.join(_TABLES)}")
    for table in _TABLES:
        if not isinstance(tables.get(table, {}), Mapping):
            raise RecipeError(f"[{table}] of a recipe must be a table, found {tables[table]!r}")
    features, scorers, numbers = (tables.get(table, {}) for table in ("features", "scorers", "numbers"))
    if not scorers:
        raise RecipeError("a recipe needs at least one scorer: a table [scorers.NAME] with kind and block")
    for table, parts in (("features", features), ("scorers", scorers), ("numbers", numbers)):
        for name, options in parts.items():
            if not isinstance(options, Mapping):
                raise RecipeError(f"[{table}.{name}] of a recipe must be a table, found {options!r}")
    recipe = Recipe(
        name=str(tables.get("name", "custom")),
        description=str(tables.get("description", "")),
        features={name: dict(options) for name, options in features.items()},
        scorers={name: dict(options) for name, options in scorers.items()},
        crossfit=typed(CrossFitOptions, tables.get("crossfit", {}), "[crossfit]"),
        fusion=typed(EnsembleOptions, tables.get("fusion", {}), "[fusion]"),
        calibration=typed(CalibrationOptions, tables.get("calibration", {}), "[calibration]"),
        decision=dict(tables.get("decision", {"policy": "micro-f1"})),
        stopwords=dict(tables["stopwords"]) if "stopwords" in tables else None,
        numbers={name: dict(options) for name, options in numbers.items()},
    )
    _check(recipe)
    return recipe


def _check(recipe: Recipe) -> None:
    for name, value in (recipe.stopwords or {}).items():
        if name not in ("max_df", "telling") or isinstance(value, bool) or not isinstance(value, int | float):
            raise RecipeError(f"[stopwords] takes the numbers max_df and telling, found {name} = {value!r}")
        if not 0 <= value <= 1:
            raise RecipeError(f"{name} in [stopwords] lies in [0, 1], found {value}")
    for name, options in recipe.features.items():
        if name not in BLOCKS:
            raise RecipeError(f"there is no feature block {name!r}; there are: {', '.join(BLOCKS)}")
        accepted = inspect.signature(BLOCKS[name].fit).parameters.values()  # type: ignore[attr-defined]
        names = {p.name for p in accepted if p.kind is p.KEYWORD_ONLY} - {"seed", "n_threads"}
        if set(options) - names:
            raise RecipeError(f"unknown setting {some(set(options) - names)} in [features.{name}]: {some(names)}")
        require_types(BLOCKS[name].fit, options, f"[features.{name}]")  # type: ignore[attr-defined]
        require_ranges(options, f"[features.{name}]")
    of = recipe.features.get("latent", {}).get("of", "words")
    if of == "latent":
        raise RecipeError("[features.latent] cannot be made of itself: of is another block of [features]")
    if "latent" in recipe.features and of not in recipe.features:
        raise RecipeError(f"[features.latent] is made of block {of!r}, which [features] lacks")
    _check_scorers(recipe)
    _check_numbers(recipe)
    if "policy" not in recipe.decision:
        raise RecipeError(f"[decision] needs a policy: {', '.join(DECISIONS)}")
    recipe.policy()


def _check_scorers(recipe: Recipe) -> None:
    for name, options in recipe.scorers.items():
        if "kind" not in options:
            raise RecipeError(f"[scorers.{name}] needs a kind: {', '.join(SCORERS)}")
        if options.get(WHEN_LARGE, "tree") not in _WISHES:
            found = options[WHEN_LARGE]
            raise RecipeError(f"{WHEN_LARGE} in [scorers.{name}] is one of {', '.join(_WISHES)}, found {found!r}")
        block = recipe.scorer(name).block
        if block not in recipe.features:
            raise RecipeError(f"[scorers.{name}] reads block {block!r}, which [features] lacks")


def _check_numbers(recipe: Recipe) -> None:
    if not recipe.numbers:
        return
    if GIVEN in recipe.features:
        raise RecipeError(f"[numbers] changes nothing where [features.{GIVEN}] reads numbers: put it under [scorers]")
    numbers = recipe.for_numbers()
    if unread := set(recipe.numbers) - set(numbers.scorers):
        raise RecipeError(f"[numbers] names {some(unread)}, of a block that documents given as numbers do not have")
    try:
        _check_scorers(numbers)
    except RecipeError as error:
        raise RecipeError(f"with [numbers], {error}") from error
