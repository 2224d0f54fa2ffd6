"""The model card: what a bundle says of itself, in Markdown, made of nothing but the bundle.

References
----------
Mitchell et al., "Model cards for model reporting", FAT* 2019, arXiv:1810.03993.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SHOWN = 30
METRICS = ("p@1", "p@3", "p@5", "r@5", "ndcg@5", "psp@5", "micro_f1", "macro_f1", "samples_f1")
BASELINES = {"most_frequent_labels": "most frequent labels", "label_prior": "label prior"}
_CLEAR = 0.02
USE = (
    "It suggests labels of its label space for documents of the kind it learnt from, from their title and abstract. "
    "People accept or reject the suggestions; where the figures below are good enough for a purpose, the best of them "
    "can be accepted without."
)
LIMITS = (
    "It knows no label that its training documents did not have, unless it was given a thesaurus, and hardly those "
    "that few of them had: see the table of labels.",
    "The figures are of documents from the same source and time as those it learnt from. For others measure anew "
    "(`headword evaluate`), and see what has changed (`headword audit drift`).",
    "Labels that annotators left out count as mistakes of the model, and it has learnt to leave them out too.",
    "Texts in languages that the training documents were not in get arbitrary suggestions.",
    "A probability says how often such a suggestion was right among held-out training documents; it is no statement "
    "about one document's importance or quality. Nothing about people should be decided by it.",
)


@dataclass(frozen=True)
class LabelQuality:
    """How a label did on held-out documents: precision, recall and F1 are None where undefined or not measured."""

    label: str
    support: int
    true: int | None
    chosen: int | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Facts:
    """What the card is made of.

    Attributes
    ----------
    manifest
        Of the bundle.
    version
        The headword that wrote it.
    labels
        Every label with training documents, the most frequent first.
    n_unseen
        Labels of the label space without training documents.
    """

    manifest: Mapping[str, Any]
    version: str
    labels: tuple[LabelQuality, ...]
    n_unseen: int

    @classmethod
    def of(cls, manifest: Mapping[str, Any], state: Mapping[str, Any], version: str) -> "Facts":
        """Collect them from a manifest and the state (see `nested_state`) of a tagger."""
        support = state["support"].astype(np.int64)
        counts = [state.get(f"judged.{name}") for name in ("true", "chosen", "hits")]
        names = state["labels"]
        order = [c for c in np.argsort(-support, kind="stable").tolist() if support[c]]
        rows = tuple(
            _quality(names[c], int(support[c]), [None if n is None else int(n[c]) for n in counts]) for c in order
        )
        return cls(manifest, version, rows, len(names) - len(rows))

    def entry(self, name: str) -> Mapping[str, Any]:
        """Return a part of the manifest that is a table, empty if there is none."""
        found = self.manifest.get(name)
        return found if isinstance(found, Mapping) else {}

    def number(self, part: str, name: str) -> float | None:
        """Return a number of a part of the manifest; None if there is none, for manifests may come from anybody."""
        return _number(self.entry(part).get(name))

    def count(self, part: str) -> str:
        """Return the documents that a part of the manifest names, for people."""
        found = self.number(part, "n_docs")
        return "an unknown number" if found is None else f"{found:,.0f}"

    def title(self) -> str:
        """Return the heading of the card."""
        return f"Model card: {len(self.labels):,} labels, recipe {self.entry('recipe').get('name', 'unknown')}"

    def made(self) -> list[tuple[str, str]]:
        """Return what it is, by name."""
        recipe = self.entry("recipe")
        kinds = [f"{name} ({one.get('kind')})" for name, one in sorted(recipe.get("scorers", {}).items())]
        used = [str(name) for name in self.manifest.get("members", [])]
        return [
            ("kind", str(self.manifest.get("kind"))),
            ("recipe", f"{recipe.get('name', 'unknown')}: {recipe.get('description', '')}".rstrip(": ")),
            ("scorers of the recipe", ", ".join(kinds) or "none"),
            ("scorers in use", ", ".join(used) or "none"),
            ("decision", str(dict(recipe.get("decision", {})).get("policy", "unknown"))),
            ("adapted to the corpus", "; ".join(map(str, self.manifest.get("adapted", []))) or "no"),
            ("seed", str(self.manifest.get("seed"))),
            ("written by", f"headword {self.version}, bundle format 1"),
            ("label space (SHA-256)", str(self.manifest.get("label_space"))),
        ]

    def learnt_from(self) -> list[tuple[str, str]]:
        """Return what it learnt from, by name."""
        trained = self.entry("trained_on")
        support = [row.support for row in self.labels]
        out = [("documents", self.count("trained_on")), ("fingerprint", str(trained.get("fingerprint")))]
        if support:
            middle = int(np.median(support))
            out.append(("documents of a label", f"{support[-1]:,} to {support[0]:,}, median {middle:,}"))
        if self.n_unseen:
            out.append(("labels without documents", f"{self.n_unseen:,}"))
        given = trained.get("source")
        source = given if isinstance(given, Mapping) else {}
        for key in ("name", "service", "endpoint", "version", "licence", "citation", "sha256", "derived"):
            if source.get(key):
                out.append((key, str(source[key])))
        if not source.get("licence"):
            out.append(("licence of the documents", "not known"))
        return out

    def promises(self) -> list[tuple[str, str]]:
        """Return what it guarantees of its sets and bands, by name; empty if it promises nothing."""
        out = []
        for name in ("guarantee", "bands"):
            for key, value in sorted(self.entry(name).items()):
                if isinstance(value, str | int | float):
                    out.append(
                        (f"{name}: {key.replace('_', ' ')}", f"{value:g}" if type(value) is float else str(value))
                    )
        return out

    def figures(self) -> list[tuple[str, float, dict[str, float | None]]]:
        """Return each metric with its value and those of the baselines."""
        out = []
        given = self.entry("crossfit").get("baselines")
        beside = {base: given.get(base) if isinstance(given, Mapping) else None for base in BASELINES}
        for name in METRICS:
            if (value := self.number("quality", name)) is not None:
                null = {b: _number(f.get(name)) if isinstance(f, Mapping) else None for b, f in beside.items()}
                out.append((name, value, null))
        return out

    def calibration(self) -> str:
        """Return how far the probabilities can be believed, in a sentence."""
        error = self.number("quality", "ece")
        if error is None:
            return "How far the probabilities can be believed was not measured."
        verdict = "can be believed" if error < _CLEAR else "are to be taken with care"
        return (
            f"Of its ten best suggestions a document, stated probability and share of right ones differ by {error:.4f} "
            f"on average (expected calibration error, 15 bins): the probabilities {verdict}."
        )

    def reliability(self) -> list[tuple[float, float, int]]:
        """Return mean probability, share right and number of suggestions of each bin."""
        return [(float(p), float(right), int(n)) for p, right, n in self.entry("crossfit").get("reliability", [])]


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) else None


def _quality(label: str, support: int, counts: Sequence[int | None]) -> LabelQuality:
    true, chosen, hits = counts
    if true is None or chosen is None or hits is None:
        return LabelQuality(label, support, None, None, None, None, None)
    precision, recall = (hits / n if n else None for n in (chosen, true))
    f1 = 2 * hits / (true + chosen) if true + chosen else None
    return LabelQuality(label, support, true, chosen, precision, recall, f1)


def card_markdown(facts: Facts, shown: int | None = SHOWN) -> str:
    """Return the card; `shown` labels in its table, the most frequent ones (None: all)."""
    return "\n".join(_lines(facts, shown)) + "\n"


def _lines(facts: Facts, shown: int | None) -> Iterator[str]:
    yield from (f"# {_plain(facts.title())}", "", *_pairs(facts.made()))
    yield from ("", "## Intended use", "", USE, "", "## Limits", "", *(f"- {one}" for one in LIMITS))
    yield from ("", "## What it learnt from", "", *_pairs(facts.learnt_from()))
    yield from ("", "## How good it is", "", *_figures(facts))
    yield from ("", "## Probabilities", "", facts.calibration(), "", *_reliability(facts))
    if promised := facts.promises():
        yield from ("", "## What it guarantees", "", *_pairs(promised))
    yield from ("", "## Labels", "", *_labels(facts, shown))
    recipe = json.dumps(facts.entry("recipe"), indent=1, sort_keys=True, ensure_ascii=False)
    yield from ("", "## Recipe", "", "```json", recipe, "```")


def _pairs(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from ("| | |", "|---|---|")
    yield from (f"| {name} | {_plain(value)} |" for name, value in pairs)


def _figures(facts: Facts) -> Iterator[str]:
    if not facts.figures():
        yield "It was not measured."
        return
    n_docs = facts.count("quality")
    yield f"Measured on {n_docs} of its training documents by models that had not seen them (cross-fitting), beside two"
    yield "baselines that read no document."
    yield from ("", f"| metric | model | {' | '.join(BASELINES.values())} |", "|---|---|---|---|")
    for name, value, beside in facts.figures():
        yield f"| {name} | {value:.3f} | {' | '.join(map(_figure, beside.values()))} |"


def _reliability(facts: Facts) -> Iterator[str]:
    if facts.reliability():
        yield from ("| stated probability | share right | suggestions |", "|---|---|---|")
        yield from (f"| {p:.3f} | {right:.3f} | {n:,} |" for p, right, n in facts.reliability())


def _labels(facts: Facts, shown: int | None) -> Iterator[str]:
    rows = facts.labels if shown is None else facts.labels[:shown]
    if len(rows) < len(facts.labels):
        yield f"The {len(rows)} most frequent of {len(facts.labels):,}; `headword card --labels 0` gives all."
        yield ""
    yield from ("| label | training documents | precision | recall | F1 |", "|---|---|---|---|---|")
    for row in rows:
        figures = " | ".join(map(_figure, (row.precision, row.recall, row.f1)))
        yield f"| {_plain(row.label)} | {row.support:,} | {figures} |"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _plain(text: str) -> str:
    """Return text that stays within its cell and is not taken for markup."""
    flat = " ".join(text.split())
    for sign in "\\|<`*_[":
        flat = flat.replace(sign, f"\\{sign}" if sign != "<" else "&lt;")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in flat)
