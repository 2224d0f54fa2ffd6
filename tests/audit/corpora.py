"""Corpora made for tests: topics with words of their own, and what one may want to plant in them."""

import numpy as np

from headword.core.corpus import Corpus, Document

TOPICS = {
    "Galaxies": "spiral galaxy rotation halo stars disk bulge telescope",
    "Oceans": "surface salinity current wave tide basin mooring depth",
    "Volcanoes": "magma eruption lava ash crater plume vent tremor",
    "Proteins": "amino folding chain residue binding enzyme ligand assay",
}
COMMON = "the of and we show that results are given for a new method with data from which is not known"


def made(
    n: int, seed: int, *, topics: dict[str, float] | None = None, extra: str = "", **fields: str
) -> list[Document]:
    """Return documents whose labels are drawn with the given weights; `extra` words stand in half of them."""
    rng = np.random.default_rng(seed)
    weights = np.array([(topics or {}).get(name, 1.0) for name in TOPICS])
    names = list(TOPICS)
    out = []
    for i in range(n):
        first = rng.choice(len(names), p=weights / weights.sum())
        labels = {names[first]} | ({names[rng.integers(len(names))]} if rng.random() < 0.3 else set())
        own = " ".join(TOPICS[name] for name in sorted(labels)).split()
        words = [*rng.choice(own, 12), *rng.choice(COMMON.split(), 25)]
        words += extra.split() if rng.random() < 0.5 else []
        text = " ".join(rng.permutation(words))
        given = {"provider": f"p{rng.integers(3)}", "date": f"{rng.integers(2010, 2015)}-03-01"} | fields
        out.append(Document(f"s{seed}-{i}", "Note on what is known", text, tuple(sorted(labels)), given))
    return out


def corpus(n: int, seed: int, **planted: object) -> Corpus:
    """Return a corpus of `made` documents."""
    return Corpus.from_documents(made(n, seed, **planted))  # type: ignore[arg-type]
