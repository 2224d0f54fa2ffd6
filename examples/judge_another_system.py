"""Judge any other system by the same documents: here one that looks for the names of headings in the text."""

import numpy as np

import headword as hw
from headword.core.scores import Suggestions
from headword.demo.corpus import demo_corpus, demo_headings
from headword.evaluation import evaluate_suggestions

corpus = demo_corpus()
train = corpus.subset([part == "train" for part in corpus.fields["split"]])
test = corpus.subset([part == "test" for part in corpus.fields["split"]])
space = train.label_space
names = {heading.name: [heading.name.lower(), *map(str.lower, heading.alt)] for heading in demo_headings()}


def matches(text: str) -> dict[int, float]:
    """Return label column -> number of mentions of its names."""
    counts = {space.column(label): float(sum(text.lower().count(n) for n in known)) for label, known in names.items()}
    return {column: count for column, count in counts.items() if count}


found = [sorted(matches(text).items(), key=lambda pair: (-pair[1], pair[0])) for text in test.texts()]
columns = np.array([column for ranked in found for column, _ in ranked], dtype=np.int32)
by_name = Suggestions(
    ids=test.ids,
    label_space=space,
    indptr=np.cumsum([0, *(len(ranked) for ranked in found)]),
    columns=columns,
    scores=np.array([count for ranked in found for _, count in ranked], dtype=np.float32),
    probabilities=np.full(len(columns), 0.5, dtype=np.float32),
    chosen=np.ones(len(columns), dtype=bool),
)

support = np.bincount(train.targets.indices, minlength=len(space))
reports = {
    "names in the text": evaluate_suggestions(by_name, test, train_support=support, n_train=len(train)),
    "headword": hw.Tagger().fit(train).evaluate(test),
}
for system, report in reports.items():
    low, high = report.intervals["micro_f1"]
    best, f1 = report.metrics["p@1"], report.metrics["micro_f1"]
    print(f"{system:<20} p@1 {best:.3f}  micro-F1 {f1:.3f} ({low:.3f} to {high:.3f})")
print(f"{'most frequent':<20} p@1 {report.baselines['most_frequent_labels']['p@1']:.3f}")
