"""Do the probabilities mean what they say? Give a model and a table with a test part, or nothing for the demo corpus.

python examples/trust_probabilities.py model.hw papers.jsonl
"""

import sys
from itertools import pairwise

import numpy as np

import headword as hw
from headword.demo.corpus import demo_corpus

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def part(corpus: hw.Corpus, name: str) -> hw.Corpus:
    """Return the documents marked `name`."""
    return corpus.subset([value == name for value in corpus.fields["split"]])


if len(sys.argv) == 3:
    tagger, corpus = hw.Tagger.load(sys.argv[1]), hw.read(sys.argv[2])
else:
    corpus = demo_corpus()
    tagger = hw.Tagger().fit(part(corpus, "train"))
test = part(corpus, "test")

found = tagger.suggest(test)
labels = np.array(found.label_space.names)[found.columns]
documents = np.repeat(np.arange(len(found)), np.diff(found.indptr))
true = [set(names or ()) for names in test.label_sets()]
right = np.array([label in true[document] for document, label in zip(documents, labels, strict=True)])

print("   probability   suggestions   mean   right")
for low, high in pairwise(EDGES):
    inside = (found.probabilities >= low) & (found.probabilities < high + (high == 1))
    if inside.any():
        mean = found.probabilities[inside].mean()
        print(f"{low:5.0%} to {high:4.0%} {inside.sum():13,} {mean:6.1%} {right[inside].mean():7.1%}")
