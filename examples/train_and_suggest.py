"""Train a tagger, see how good it is, keep it in a file, and ask it for headings and their reasons."""

import tempfile
from pathlib import Path

import headword as hw
from headword.demo.corpus import demo_corpus

# With documents of your own: corpus = hw.read("papers.csv")
corpus = demo_corpus()
train = corpus.subset([part == "train" for part in corpus.fields["split"]])
test = corpus.subset([part == "test" for part in corpus.fields["split"]])

tagger = hw.Tagger(seed=0).fit(train)
report = tagger.evaluate(test)
low, high = report.intervals["micro_f1"]
print(f"{tagger}: micro-F1 {report.metrics['micro_f1']:.2f} (95% interval {low:.2f} to {high:.2f})")

path = Path(tempfile.mkdtemp()) / "model.hw"
tagger.save(path)
tagger = hw.Tagger.load(path)

text = "Warm eddies carry heat under the sea ice, as profiling floats and satellite altimetry show."
for one in tagger.suggest(text, k=4)[0]:
    print(f"{'*' if one.chosen else ' '} {one.probability:4.0%}  {one.label}")

print(tagger.explain(text, k=1))
