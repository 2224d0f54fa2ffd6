"""headword's part of the learning curves."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.curves_corpora import Prepared, moved
from benchmarks.judge import Answers
from benchmarks.protocol import Part

if TYPE_CHECKING:
    from headword.core.corpus import Document

PREFIX = "headword "


@dataclass(frozen=True)
class Setting:
    """A recipe, and whether the thesaurus is given to it."""

    recipe: str
    thesaurus: bool


SYSTEMS = {
    f"{PREFIX}linear": Setting("fast", False),
    f"{PREFIX}default": Setting("default", False),
    f"{PREFIX}lexical": Setting("lexical", True),
    f"{PREFIX}fused": Setting("default", True),
}


def run(system: str, prepared: Prepared, train: Part, threads: int) -> tuple[Answers, dict[str, Any]]:
    """Return the answers for the test documents, and what is to be known of the run."""
    import numpy as np

    from headword.core.corpus import Corpus
    from headword.tagger import Tagger

    setting = SYSTEMS[system]
    benchmark, bounds, columns = prepared.benchmark, train.targets.indptr, train.targets.indices
    sets = [[benchmark.labels[c] for c in columns[bounds[i] : bounds[i + 1]]] for i in range(len(train))]
    given = {"thesaurus": prepared.thesaurus} if setting.thesaurus else {}
    begun = time.process_time()
    tagger = Tagger(setting.recipe, n_threads=threads, **given).fit(Corpus.from_documents(_documents(train, sets)))
    fitted = time.process_time()
    said = tagger.suggest(_documents(benchmark.test))
    timed = {"train_cpu_s": round(fitted - begun, 2), "predict_cpu_s": round(time.process_time() - fitted, 2)}
    place = {label: column for column, label in enumerate(benchmark.labels)}
    at = np.array([place[name] for name in said.label_space.names], dtype=np.int32)
    width = len(benchmark.labels)
    answers = Answers(moved(said.score_matrix(), at, width), moved(said.chosen_matrix(), at, width))
    return answers, timed | {"recipe": setting.recipe, "thesaurus": setting.thesaurus, "adapted": tagger.adapted}


def _documents(part: Part, sets: Sequence[Sequence[str]] | None = None) -> "list[Document]":
    from headword.core.corpus import Document

    return [
        Document(part.ids[i], part.titles[i], part.abstracts[i], None if sets is None else tuple(sets[i]))
        for i in range(len(part))
    ]
