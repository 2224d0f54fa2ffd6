"""What train is told of guarantees: its options, the documents held back, and the promise made."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli.output import tell

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.tagger import Tagger

_PANEL = "A guarantee"
_SHARE = 0.2

Goal = Annotated[
    str | None,
    typer.Option(
        "--guarantee",
        metavar="KIND=LEVEL",
        help="Promise recall=, precision= or labelset= a level, such as recall=0.9; suggest then gives each document "
        "its set.",
        rich_help_panel=_PANEL,
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--guarantee-by",
        metavar="FIELD|label",
        help="Promise it for each value of a field of DATA, or for each label.",
        rich_help_panel=_PANEL,
    ),
]
How = Annotated[
    str,
    typer.Option(
        "--guarantee-split",
        metavar="HOW",
        help="exact: hold back a fifth of the documents, the promise holds as stated. cross-fit: learn from all of "
        "them, the promise holds roughly.",
        rich_help_panel=_PANEL,
    ),
]


def require_goal(goal: str | None, by: str | None, how: str) -> None:
    """Refuse wrong options before anything is learnt."""
    from headword.core.errors import RecipeError
    from headword.decisions.guarantee import SPLITS, parse_goal

    if how not in SPLITS:
        raise RecipeError(f"--guarantee-split is one of {', '.join(SPLITS)}, found {how!r}")
    if goal is not None:
        parse_goal(goal)
    elif by is not None:
        raise RecipeError("--guarantee-by needs a --guarantee, such as recall=0.9")


def hold_back(
    corpus: "Corpus", goal: str | None, how: str, group: str | None, seed: int
) -> "tuple[Corpus, Corpus | None]":
    """Return the documents to learn from, and a random fifth for an exact guarantee (None where none is asked for).

    Documents that share the field `group` stay together.
    """
    if goal is None or how != "exact":
        return corpus, None
    import numpy as np

    from headword.splits.groups import field_groups

    of = np.arange(len(corpus)) if group is None else field_groups(corpus, group)
    n_groups = int(of.max(initial=0)) + 1
    apart = np.zeros(n_groups, dtype=bool)
    apart[np.random.default_rng(seed).permutation(n_groups)[: round(_SHARE * n_groups)]] = True
    return corpus.subset(~apart[of]), corpus.subset(apart[of])


def make_promise(tagger: "Tagger", goal: str | None, by: str | None, apart: "Corpus | None", quiet: bool) -> None:
    """Make the promise and say what it is."""
    if goal is None:
        return
    tagger.promise(goal, by=by, corpus=apart)
    found = tagger.trust.guarantee
    if found is not None:
        tell(f"guarantee: {found.statement}", quiet)


def audited(tagger: "Tagger", corpus: "Corpus", quiet: bool) -> dict[str, Any] | None:
    """Say what came of the promise on annotated documents, and return it as plain data; None without a promise."""
    from headword.decisions.promise_audit import audit_promise

    promised = tagger.trust.guarantee
    if promised is None:
        return None
    found = audit_promise(promised, tagger.suggest(corpus), corpus)
    tell(f"guarantee: {promised.statement}", quiet)
    tell(
        f"found: {found.kind} {found.found:.3f} ({found.low:.3f} … {found.high:.3f}), set size {found.size:.2f}", quiet
    )
    return {**promised.manifest(), "found": found.to_json()}
