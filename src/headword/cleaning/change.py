"""Change: what a cleaning step did, in numbers and in a few readable examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from headword.core.corpus import Corpus

MAX_EXAMPLES = 5
_AROUND = 24
_SHOWN = 72


@dataclass(frozen=True)
class Change:
    """What one step changed.

    Attributes
    ----------
    step
        The name of the step as in the table of steps.
    n_changed
        How many of `what` were changed, removed or found.
    examples
        At most five, each one line, `before -> after` where that applies.
    details
        Further figures by name, for machines; values are numbers, strings or tuples.
    what
        What `n_changed` counts, for people.
    """

    step: str
    n_changed: int
    examples: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    what: str = "documents changed"

    def __str__(self) -> str:
        return "\n".join([f"{self.step}: {self.n_changed:,} {self.what}", *(f"    {e}" for e in self.examples)])


def rewrite_texts(corpus: Corpus, step: str, rewrite: Callable[[str], str]) -> tuple[Corpus, Change]:
    """Apply `rewrite` to every title and abstract and tell which documents it changed."""
    titles = tuple(rewrite(t) for t in corpus.titles)
    abstracts = tuple(rewrite(t) for t in corpus.abstracts)
    changed = [i for i in range(len(corpus)) if titles[i] != corpus.titles[i] or abstracts[i] != corpus.abstracts[i]]
    examples = []
    for i in changed[:MAX_EXAMPLES]:
        in_title = titles[i] != corpus.titles[i]
        before, after = (corpus.titles[i], titles[i]) if in_title else (corpus.abstracts[i], abstracts[i])
        examples.append(f"{corpus.ids[i]}: {first_difference(before, after)}")
    if not changed:
        return corpus, Change(step, 0)
    removed = sum(map(len, corpus.titles + corpus.abstracts)) - sum(map(len, titles + abstracts))
    change = Change(step, len(changed), tuple(examples), {"characters_removed": removed})
    return replace(corpus, titles=titles, abstracts=abstracts), change


def first_difference(before: str, after: str) -> str:
    """Return `before -> after`, each cut to the surroundings of the first place where they differ."""
    same = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = max(0, same - _AROUND)
    return f"{_window(before, start)} -> {_window(after, start)}"


def _window(text: str, start: int) -> str:
    cut = text[start : start + _SHOWN]
    return repr(("…" if start else "") + cut + ("…" if start + _SHOWN < len(text) else ""))
