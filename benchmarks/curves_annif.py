"""Annif on one set of documents, run by the Python of Annif's own environment: `python curves_annif.py FOLDER`.

The folder holds job.json (language, analyzer, vocabulary, limit), train.jsonl (text, uris) and test.jsonl (text).
Written are NAME.npz for each system, the scores of the test documents (CSR over uris.json), and answer.json with what
was chosen.

As Annif's documentation advises, what an ensemble learns it learns from documents that its sources did not see: the
last fifth of the training documents. Then the sources learn from all of them.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import annif
import annif.corpus
import annif.registry
import annif.vocab
import numpy as np
import scipy.sparse as sp
from annif.suggestion import SuggestionBatch

SOURCES = {
    "mllm": "backend=mllm",
    "bonsai": "backend=omikuji\ncluster_balanced=False\ncluster_k=100\nmax_depth=3",
    "tfidf": "backend=tfidf",
}
ENSEMBLES = {"bonsai+tfidf": ("bonsai", "tfidf"), "bonsai+mllm": ("bonsai", "mllm"), "all": ("bonsai", "mllm", "tfidf")}
LEXICAL = "mllm"  # an ensemble without it is the weaker one and is only joined by weights
LEARNT = {"pav": "backend=pav", "nn": "backend=nn_ensemble"}
HELD_SHARE = 5
TRIALS = 10  # the default of `annif hyperopt`
TUNE_FROM = 200  # training documents from which on mllm's settings are searched for
MOST_HELD = 1000  # documents that settings are searched on, at most
PAV_LEAST = 10  # documents of one concept that its isotonic regression wants, Annif's default
LIMITS, THRESHOLDS = range(1, 16), np.arange(0.0, 1.0, 0.05)  # those of `annif optimize`


class Sources:
    """The projects that suggest by themselves; each document is asked for only once between two trainings."""

    def __init__(self, registry):
        self.projects = {name: registry.get_project(name) for name in SOURCES}
        self.kept = {name: {} for name in SOURCES}
        for name, project in self.projects.items():
            project.suggest = self._remembering(name, project.suggest)

    def train(self, documents, settings):
        corpus = annif.corpus.DocumentList(documents)
        for name, project in self.projects.items():
            project.train(corpus, {project.backend.backend_id: settings.get(name, {})}, jobs=1)
            self.kept[name].clear()

    def _remembering(self, name, suggest):
        def remembered(documents, backend_params=None):
            kept = self.kept[name]
            missing = list({doc.text: doc for doc in documents if doc.text not in kept}.values())
            if missing:
                rows = suggest(missing, backend_params).array
                kept.update((doc.text, rows[[at], :]) for at, doc in enumerate(missing))
            return SuggestionBatch(sp.csr_array(sp.vstack([kept[doc.text] for doc in documents], format="csr")))

        return remembered


def main(folder):
    job = json.loads((folder / "job.json").read_text())
    registry, uris = opened(folder, job)
    place = {uri: row for row, uri in enumerate(uris)}
    train, test = (documents(folder / f"{part}.jsonl", place) for part in ("train", "test"))
    held = train[-(len(train) // HELD_SHARE) :]
    seen, searched = train[: -len(held)], annif.corpus.DocumentList(held[:MOST_HELD])
    timed, sources, begun = {}, Sources(registry), time.process_time()
    sources.train(seen, {})
    settings = {"mllm": tuned_mllm(sources, searched) if len(train) >= TUNE_FROM else {}}
    if settings["mllm"]:
        sources.projects["mllm"].train("cached", {"mllm": settings["mllm"]})
        sources.kept["mllm"].clear()
    truth = matrix_of(held, len(uris))
    systems = {name: (project, {}) for name, project in sources.projects.items()}
    for name, members in ENSEMBLES.items():
        systems |= ensembles(registry, name, members, held, searched, truth, settings)
    cut = {name: cutting(answered(*system, held), truth) for name, system in systems.items()}
    timed["held_cpu_s"], begun = round(time.process_time() - begun, 2), time.process_time()
    sources.train(train, settings)
    timed["train_cpu_s"], begun = round(time.process_time() - begun, 2), time.process_time()
    for name, system in systems.items():
        sp.save_npz(folder / f"{name}.npz", sp.csr_matrix(answered(*system, test)))
    timed["predict_cpu_s"] = round(time.process_time() - begun, 2)
    (folder / "uris.json").write_text(json.dumps(uris))
    said = {"version": version("annif"), "settings": settings, "cut": cut}
    (folder / "answer.json").write_text(json.dumps(said | timed | {"n_held": len(held)}))


def opened(folder, job):
    """Write the configuration, load the vocabulary; return the registry and the concepts by Annif's numbers."""
    common = f"language={job['language']}\nvocab=v\nanalyzer={job['analyzer']}\nlimit={job['limit']}\n"
    blocks = [f"[{name}]\nname={name}\n{common}{text}\n" for name, text in SOURCES.items()]
    for name, members in ENSEMBLES.items():
        for kind, text in {"simple": "backend=ensemble", **LEARNT}.items():
            project = identifier(name, kind)
            blocks.append(f"[{project}]\nname={project}\n{common}{text}\nsources={','.join(members)}\n")
    (folder / "projects.cfg").write_text("\n".join(blocks))
    registry = annif.registry.AnnifRegistry(str(folder / "projects.cfg"), str(folder / "data"), False)
    vocab = registry.get_vocab("v")
    vocab.load_vocabulary(annif.vocab.VocabFileSKOS(job["vocabulary"]))
    return registry, [vocab.subjects[row].uri for row in range(len(vocab.subjects))]


def identifier(name, kind):
    return f"{name.replace('+', '-')}-{kind}"


def documents(path, place):
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        subjects = annif.corpus.SubjectSet([place[uri] for uri in row.get("uris", ()) if uri in place])
        found.append(annif.corpus.Document(text=row["text"], subject_set=subjects))
    return found


def matrix_of(docs, width):
    rows = [sorted(set(doc.subject_set)) for doc in docs]
    indptr = np.cumsum([0, *map(len, rows)])
    indices = np.array([column for row in rows for column in row], dtype=np.int64)
    return sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(docs), width))


def tuned_mllm(sources, searched):
    """Return what `annif hyperopt` recommends."""
    found = sources.projects["mllm"].hyperopt(searched, TRIALS, 1, "NDCG", None)
    return dict(line.split("=") for line in found.lines)


def ensembles(registry, name, members, held, searched, truth, settings):
    """Return the ensembles of these sources: equal weights, weights searched for, isotonic, neural."""
    simple = registry.get_project(identifier(name, "simple"))
    weights = simple.hyperopt(searched, TRIALS, 1, "NDCG", None).lines[0].removeprefix("sources=")
    settings[name] = weights
    found = {f"{name} equal": (simple, {}), f"{name} weighted": (simple, {"sources": weights})}
    corpus = annif.corpus.DocumentList(held)
    for kind in LEARNT if LEXICAL in members else ():
        # Without a concept of so many documents, isotonic regression has nothing to learn and is the simple ensemble.
        if kind == "pav" and truth.sum(axis=0).max() < PAV_LEAST:
            continue
        project = registry.get_project(identifier(name, kind))
        project.train(corpus, jobs=1)
        found[f"{name} {kind}"] = (project, {})
    return found


def answered(project, params, docs, batch=32):
    """Return the scores of the documents; CSR (n_docs, n_subjects)."""
    given = {project.backend.backend_id: params} if params else None
    parts = [project.suggest(docs[at : at + batch], given).array for at in range(0, len(docs), batch)]
    return sp.csr_array(sp.vstack(parts, format="csr"))


def cutting(scores, truth):
    """Return the limit and the threshold with the best micro-F1 on the documents held out."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    order = np.lexsort((-scores.data, rows))
    rank = np.arange(len(order)) - scores.indptr[rows[order]]
    value, right = scores.data[order], np.asarray(truth[rows[order], scores.indices[order]]).ravel() > 0
    best = (-1.0, 1, 0.0)
    for limit in LIMITS:
        for threshold in THRESHOLDS.tolist():
            chosen = (rank < limit) & (value >= threshold)
            best = max(best, (2.0 * float(right[chosen].sum()) / (chosen.sum() + truth.nnz), limit, threshold))
    return {"limit": best[1], "threshold": round(best[2], 2), "held_out_micro_f1": round(best[0], 4)}


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
