"""headword card: what a model says of itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, tell, write_json
from headword.core.errors import BundleError, OutputError

if TYPE_CHECKING:
    from headword.bundle.card import Facts

Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write: .md, or .html for a page. [stdout]"),
]
Shown = Annotated[
    int, typer.Option("--labels", metavar="N", min=0, help="Labels in the table of the Markdown card; 0: all.")
]


def card(
    model: options.Model,
    output: Output = None,
    labels: Shown = 30,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Write the model card: what a model is, what it learnt from, how good it is, what it is for and what not.

    All of it stands in the bundle: recipe, fingerprints, figures from cross-fitting beside baselines, calibration, and
    how each label does. The bundle's manifest holds the same text under `card`.
    """
    require_writable(json, output)
    ending = Path(output).suffix.lower() if output is not None else ".md"
    if ending not in (".md", ".html"):
        raise OutputError(f"a card is written as .md or .html, not as {output}")
    from headword.bundle import read_bundle
    from headword.bundle.card import Facts, card_markdown
    from headword.bundle.state import nested_state

    bundle = read_bundle(model, kind="tagger")
    wanted = ("labels#", "support", "judged.")
    try:
        state = nested_state({name: t for name, t in bundle.tensors.items() if name.startswith(wanted)})
        facts = Facts.of(bundle.manifest, state, bundle.manifest["headword_version"])
        text = card_markdown(facts, labels or None)
        page = _page(facts, model) if ending == ".html" else text
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{model} is not a whole tagger: {type(error).__name__} {error}; train it anew") from error
    write_json(json, {"model": model, "title": facts.title(), "made": dict(facts.made()),
                      "learnt_from": dict(facts.learnt_from()), "quality": facts.entry("quality"),
                      "crossfit": facts.entry("crossfit"), "labels": facts.labels})  # fmt: skip
    if output is not None:
        from headword.pages import write_page

        write_page(output, page)
        tell(f"wrote {output}", quiet)
    elif json != "-":
        typer.echo(printable(text))


def _page(facts: "Facts", model: str) -> str:
    from headword.bundle.card_page import model_card_page

    return model_card_page(facts, model)
