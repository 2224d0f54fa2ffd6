"""headword recipes: the configurations that train can use."""

import tomllib
from importlib.resources import files
from typing import Annotated, Any

import typer

from headword.cli import options
from headword.cli.output import require_writable, show_table, write_json
from headword.core.errors import RecipeError

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="The recipe to show. [list all]")]


def recipes(name: Name = None, json: options.Json = None, quiet: options.Quiet = False) -> None:
    """List the recipes, or show one as TOML.

    Save one to a file, change it, and train with it: headword recipes default > mine.toml.
    """
    require_writable(json)
    texts = _texts()
    if name is not None and name not in texts:
        raise RecipeError(f"there is no recipe {name!r}; there are: {', '.join(texts)}")
    parsed = {one: tomllib.loads(text) for one, text in texts.items()}
    if json is not None:
        write_json(json, parsed if name is None else parsed[name])
    if json == "-":
        return
    if name is not None:
        typer.echo(texts[name].rstrip())
    else:
        show_table(["recipe", "what it is"], [(one, _description(content)) for one, content in parsed.items()])


def _texts() -> dict[str, str]:
    """Return the TOML of each recipe by name, the default first."""
    found = {
        entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8")
        for entry in files("headword.recipes").iterdir()
        if entry.name.endswith(".toml")
    }
    return dict(sorted(found.items(), key=lambda item: (item[0] != "default", item[0])))


def _description(content: dict[str, Any]) -> str:
    return " ".join(str(content.get("description", "")).split())
