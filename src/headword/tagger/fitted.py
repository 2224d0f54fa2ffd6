"""What fitting leaves: one immutable whole, and its way into the tensors of a bundle and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import BundleError, DataError
from headword.core.labels import LabelSpace
from headword.decisions.ensemble import Ensemble
from headword.explain import TrainingDocuments
from headword.recipes.reader import Recipe
from headword.scorers.neighbors import Neighbors
from headword.text.features import FeatureExtractor

_TRAINING = "train."


@dataclass(frozen=True, eq=False)
class Fitted:
    """The parts of a fitted tagger.

    Attributes
    ----------
    label_space
        The labels it knows, those without training documents last.
    support
        int64 (n_labels,): training documents of each label.
    n_docs
        Training documents.
    extractor, ensemble
        The feature blocks, and the scorers with what joins them.
    training
        The names of the training documents, where a member can tell which were near.
    """

    label_space: LabelSpace
    support: np.ndarray
    n_docs: int
    extractor: FeatureExtractor
    ensemble: Ensemble
    training: TrainingDocuments | None = None

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "blocks": list(self.extractor.blocks),
            "members": list(self.ensemble.scorers),
            "label_space": self.label_space.fingerprint,
            "n_docs": self.n_docs,
        }

    def state(self) -> dict[str, Any]:
        """Return arrays and lists of strings by name."""
        blocks = self.extractor.blocks
        state: dict[str, Any] = {
            "labels": list(self.label_space.names),
            **({"readable": list(self.label_space.readable)} if self.label_space.readable else {}),
            "support": self.support,
            "stop_words": sorted(self.extractor.stop_words),
        }
        state |= {f"block.{b}.{n}": a for b, block in blocks.items() for n, a in block.state().items()}
        state |= {f"ensemble.{name}": array for name, array in self.ensemble.state().items()}
        if self.training is not None:
            state |= {f"{_TRAINING}{name}": array for name, array in self.training.state().items()}
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any], manifest: Mapping[str, Any], recipe: Recipe) -> "Fitted":
        """Rebuild from `state()` and `manifest()`, which may come from anybody.

        Raises
        ------
        BundleError, DataError
            If a part is missing, or does not fit the others.
        """
        readable = stored.strings(state, "readable") if "readable" in state else ()
        space, n_docs = LabelSpace(stored.strings(state, "labels"), readable), stored.entry(manifest, "n_docs", int)
        if not len(space) or space.fingerprint != manifest.get("label_space"):
            raise BundleError("the label space of the bundle is not the one its manifest names: the file was changed")
        blocks = stored.inside(state, "block.")
        extractor = FeatureExtractor.from_state(
            blocks, stored.entry(manifest, "blocks", list), stored.strings(state, "stop_words")
        )
        support = stored.indices(state, "support", n_docs + 1, size=len(space), dtype=np.int64)
        n_seen = int(np.count_nonzero(support))
        if not n_seen or not support[:n_seen].all():
            raise DataError("labels without training documents stand among those with some")
        members = {name: recipe.scorer(name) for name in stored.entry(manifest, "members", list)}
        sizes = {name: len(block) for name, block in extractor.blocks.items()}
        ensemble = Ensemble.from_state(
            stored.inside(state, "ensemble."), members, recipe.policy(), recipe.fusion,
            n_features=sizes, n_labels=n_seen,
        )  # fmt: skip
        n_known = n_seen if ensemble.unseen is None else ensemble.unseen.n_labels
        if n_known != len(space):
            raise DataError(f"the ensemble knows {n_known} labels, the label space has {len(space)}")
        for name, scorer in ensemble.scorers.items():
            rows = scorer.rows if isinstance(scorer, Neighbors) else None
            if rows is not None and rows.max(initial=0) >= n_docs:
                raise DataError(f"scorer.{name}: tensor 'rows' names documents beyond the {n_docs} there were")
        names = stored.inside(state, _TRAINING)
        training = TrainingDocuments.from_state(names, n_docs) if names else None
        return cls(space, support, n_docs, extractor, ensemble, training)
