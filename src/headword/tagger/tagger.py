"""Tagger: everything fitted, and the only object a user must know."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headword import __version__
from headword.bundle import Bundle, read_bundle, write_bundle
from headword.bundle.card import Facts, card_markdown
from headword.bundle.state import flat_state, nested_state
from headword.core import stored
from headword.core.corpus import Corpus, Document, Documents
from headword.core.errors import BundleError, DataError, NotFittedError, RecipeError
from headword.core.labels import LabelSpace
from headword.core.progress import Progress, silent
from headword.core.scores import Suggestions
from headword.decisions.ensemble import Ensemble, fit_ensemble
from headword.explain import Explanation, TrainingDocuments, explain_document
from headword.recipes.reader import Recipe, load_recipe, parse_recipe
from headword.recipes.scaling import Load, scaled, suited
from headword.scorers.neighbors import Neighbors
from headword.tagger.fitted import Fitted
from headword.tagger.folding import training_folds
from headword.tagger.held_out import HeldOut
from headword.tagger.record import Record
from headword.tagger.trust import Trust, promised
from headword.text.features import FeatureExtractor

if TYPE_CHECKING:
    from headword.evaluation.report import Report
    from headword.thesaurus.thesaurus import Thesaurus

_KIND = "tagger"
_LARGEST_SEED = 2**32 - 1
# What a recipe of the wrong shape may raise before it is looked at closely.
_DAMAGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)


class Tagger:
    """Learns from documents that have labels, and suggests labels for new ones.

    Parameters
    ----------
    recipe
        A recipe's name, a TOML file, or a Recipe.
    seed
        The one source of randomness, 0 to 4294967295: the same documents, recipe and seed give the same tagger.
    thesaurus
        A Thesaurus, or a file with one: the names of its concepts are looked for in the documents, and those that are
        the label of no training document are suggested too. None: labels have their own names only.
    unseen
        Suggest concepts of the thesaurus that no training document has.
    language
        Of the names and documents ("en", "fi"); "": found out from the thesaurus, else English.
    n_threads
        Threads to use; None: all processors. The result does not depend on it (the linear algebra library's own
        threads being alike).

    Attributes
    ----------
    record
        Figures on the documents of `held`.
    trained_on
        Number and fingerprint of the training documents.
    adapted
        How the recipe was changed for the size of the corpus, and what to install for more; empty for most.
    held
        The training documents as judged by models that did not see them; None unless it was fitted just now.
    trust
        What it promises: see `promise`.

    Examples
    --------
    >>> import headword as hw
    >>> from headword.demo.corpus import demo_corpus
    >>> tagger = hw.Tagger("fast").fit(demo_corpus())
    >>> best = tagger.suggest("Surface currents of the ocean from satellite altimetry", k=3)[0]
    >>> best[0].label
    'Oceanography'
    """

    def __init__(
        self,
        recipe: str | os.PathLike[str] | Recipe = "default",
        *,
        thesaurus: "Thesaurus | str | Path | None" = None,
        unseen: bool = True,
        language: str = "",
        seed: int = 0,
        n_threads: int | None = None,
    ) -> None:
        if not 0 <= seed <= _LARGEST_SEED:
            raise RecipeError(f"a seed is a whole number from 0 to {_LARGEST_SEED}, found {seed}")
        self.recipe = recipe if isinstance(recipe, Recipe) else load_recipe(os.fspath(recipe))
        self._given_recipe = self.recipe
        self._thesaurus, self._unseen, self._language = thesaurus, unseen, language
        self.seed = seed
        self.n_threads = n_threads
        self.record = Record({}, {}, [], None)
        self.adapted: list[str] = []
        self.trained_on: dict[str, Any] = {}
        self.held: HeldOut | None = None
        self.trust = Trust()
        self._fitted: Fitted | None = None

    def __repr__(self) -> str:
        state = f"{len(self.label_space)} labels" if self._fitted else "not fitted"
        return f"Tagger({self.recipe.name!r}, {state})"

    @property
    def label_space(self) -> LabelSpace:
        """The labels it knows."""
        return self._parts.label_space

    @property
    def quality(self) -> dict[str, Any]:
        """Figures on the documents of `held`, by name; empty before fitting."""
        return dict(self.record.quality)

    @property
    def train_support(self) -> np.ndarray:
        """int64 (n_labels,): training documents of each label."""
        return self._parts.support

    @property
    def extractor(self) -> FeatureExtractor:
        """The fitted feature blocks."""
        return self._parts.extractor

    @property
    def ensemble(self) -> Ensemble:
        """The fitted scorers and what joins them."""
        return self._parts.ensemble

    @property
    def _parts(self) -> Fitted:
        if self._fitted is None:
            raise NotFittedError("this tagger is not fitted; call fit, or load a bundle")
        return self._fitted

    def fit(self, corpus: Corpus, progress: Progress = silent) -> "Tagger":
        """Learn from the annotated documents of `corpus`; others are left out, as are labels without a document.

        Raises
        ------
        DataError
            If there are fewer than 6 annotated documents, fewer than 2 labels, or no text.
        """
        # What only fitting needs is imported by fitting, so that a loaded tagger answers sooner.
        from headword.cleaning.annotation import learnable
        from headword.tagger.naming import advice, named_labels, thesaurus_of, widened

        corpus = learnable(corpus)
        recipe = suited(self._given_recipe, corpus)
        progress("reading the texts", 0, 1)
        recipe, names, space = named_labels(
            corpus, recipe, thesaurus_of(self._thesaurus), unseen=self._unseen, language=self._language
        )
        self.recipe, reasons = scaled(recipe, Load.of(corpus))
        self.adapted = reasons + advice(names)
        extractor, features = FeatureExtractor.fit(
            corpus, self.recipe.features, self.recipe.stopwords, names=names, seed=self.seed, n_threads=self.n_threads
        )
        progress("reading the texts", 1, 1)
        fold = training_folds(corpus, self.recipe, self.seed)
        ensemble, held = fit_ensemble(
            {name: partial(self.recipe.scorer, name) for name in self.recipe.scorers},
            features, corpus.targets, fold, self.recipe.policy(), self.recipe.fusion,
            calibration=self.recipe.calibration,
            n_used=self.recipe.crossfit.used, seed=self.seed, n_threads=self.n_threads, progress=progress,
        )  # fmt: skip
        extractor = extractor.only({scorer.block for scorer in ensemble.scorers.values()})
        support = np.bincount(corpus.targets.indices, minlength=len(space)).astype(np.int64)
        named = any(isinstance(scorer, Neighbors) for scorer in ensemble.scorers.values())
        training = TrainingDocuments.of(corpus) if named else None
        self._fitted = Fitted(space, support, len(corpus), extractor, ensemble, training)
        judged = widened(corpus.subset(held.documents), space)
        self.held = HeldOut(judged, held.ranking.suggestions(judged.ids, space), fold[held.documents])
        self.trust, self.record = Trust(), Record.of(self.held, support, len(corpus))
        self.trained_on = {"n_docs": len(corpus), "fingerprint": corpus.fingerprint()}
        return self

    def suggest(self, documents: Documents, k: int | None = None) -> Suggestions:
        """Return ranked labels for each document.

        Parameters
        ----------
        documents
            A text, a Document, a Corpus, or a sequence of texts or Documents.
        k
            Keep the k best of each document, and all chosen ones; None: all candidates.
        """
        corpus = Corpus.of(documents)
        features = self.extractor.transform(corpus, n_threads=self.n_threads)
        found = self.ensemble.rank(features, n_threads=self.n_threads).suggestions(corpus.ids, self.label_space)
        found = self.trust.mark(found, corpus)
        return found if k is None else found.top(k)

    def promise(self, goal: str, *, by: str | None = None, corpus: Corpus | None = None) -> "Tagger":
        """Guarantee `recall=0.9`, `precision=0.9`, `labelset=0.9`, or `bands=0.95`; `by` "label" or a field for each.

        `corpus`: documents that it did not learn from; without, those of `held`, and the promise is approximate.
        """
        self.trust = promised(self.trust, goal, by, self.held if corpus is None else (self.suggest(corpus), corpus))
        return self

    def evaluate(self, corpus: Corpus, *, n_bootstrap: int = 1000) -> "Report":
        """Measure the suggestions for documents whose labels are known."""
        return self._judge(self.suggest(corpus), corpus, n_bootstrap=n_bootstrap)

    def _judge(self, suggestions: Suggestions, corpus: Corpus, *, n_bootstrap: int) -> "Report":
        from headword.evaluation import evaluate_suggestions

        return evaluate_suggestions(
            suggestions,
            corpus,
            train_support=self._parts.support,
            n_train=self._parts.n_docs,
            n_bootstrap=n_bootstrap,
            seed=self.seed,
        )

    def explain(self, document: str | Document | Corpus, k: int = 5, *, n_terms: int | None = 8) -> Explanation:
        """Give the reasons for the `k` best labels of one document, and for all chosen ones.

        Parameters
        ----------
        document
            A text, a Document, or a Corpus of one document (the only way for one that comes as numbers).
        n_terms
            Terms at most for and against each label; None: all of them.
        """
        corpus = Corpus.of(document)
        if len(corpus) != 1:
            raise DataError(f"one document is explained at a time, found {len(corpus)}; use corpus.subset([i])")
        parts = self._parts
        return explain_document(
            corpus, self.suggest(corpus, k)[0], parts.label_space, parts.extractor, parts.ensemble, parts.training,
            n_terms=n_terms,
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a bundle; the same tagger gives the same bytes.

        On Windows a loaded tagger keeps its file open: save under another name than it was loaded from.
        """
        parts = self._parts
        manifest = {
            "kind": _KIND,
            "recipe": self.recipe.to_dict(),
            "seed": self.seed,
            **parts.manifest(),
            "trained_on": self.trained_on,
            "adapted": self.adapted,
            **self.record.manifest(),
            **self.trust.manifest(),
        }
        state = {**parts.state(), **self.record.state(), **self.trust.state()}
        card = card_markdown(Facts.of(manifest, state, __version__))
        write_bundle(path, {**manifest, "card": card}, flat_state(state))

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, n_threads: int | None = None) -> "Tagger":
        """Read a bundle.

        Raises
        ------
        BundleError
            If the file is damaged, hostile, of a newer format, or not a tagger; nothing in it is ever run.
        """
        # Writable, since kernels would be compiled a second time for arrays that are not.
        bundle = read_bundle(path, writable=True)
        if bundle.manifest.get("kind") != _KIND:
            raise BundleError(f"{path} holds a {bundle.manifest.get('kind')!r}, not a tagger")
        try:
            return cls._restored(bundle, n_threads)
        except (BundleError, DataError, RecipeError, *_DAMAGE) as error:
            what = f"{type(error).__name__} {error}" if isinstance(error, _DAMAGE) else error
            writer = bundle.manifest["headword_version"]
            raise BundleError(
                f"{path} is not a whole tagger: {what}; headword {writer} wrote it, this is {__version__}: "
                "read it with the version that wrote it, or train it anew"
            ) from error

    @classmethod
    def _restored(cls, bundle: Bundle, n_threads: int | None) -> "Tagger":
        manifest = bundle.manifest
        recipe = parse_recipe(stored.entry(manifest, "recipe", dict))
        tagger = cls(recipe, seed=stored.entry(manifest, "seed", int), n_threads=n_threads)
        state = nested_state(bundle.tensors)
        tagger._fitted = Fitted.from_state(state, manifest, recipe)
        tagger.trust = Trust.from_state(state, manifest, len(tagger.label_space))
        tagger.record = Record.from_state(state, manifest, len(tagger.label_space), tagger._fitted.n_docs)
        kinds = {"trained_on": dict, "adapted": list}
        tagger.trained_on, tagger.adapted = (stored.entry(manifest, name, kind) for name, kind in kinds.items())
        return tagger
