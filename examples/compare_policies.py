"""The same scores, five ways to choose: what each decision policy is good at."""

import headword as hw
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import load_recipe, parse_recipe

POLICIES = (
    {"policy": "micro-f1"},
    {"policy": "per-label", "strength": 10.0},
    {"policy": "top-k", "k": 3},
    {"policy": "fixed", "threshold": 0.75},
    {"policy": "expected-f1"},
)
SHOWN = ("micro_precision", "micro_recall", "micro_f1", "macro_f1", "samples_f1", "subset_accuracy")

corpus = demo_corpus()
train = corpus.subset([part == "train" for part in corpus.fields["split"]])
test = corpus.subset([part == "test" for part in corpus.fields["split"]])
settings = load_recipe("fast").to_dict()

print(f"{'policy':<12}{'labels':>8}" + "".join(f"{name:>17}" for name in SHOWN))
for decision in POLICIES:
    tagger = hw.Tagger(parse_recipe({**settings, "decision": decision})).fit(train)
    report = tagger.evaluate(test, n_bootstrap=0)
    chosen = report.labels_per_document["chosen"]
    print(f"{decision['policy']:<12}{chosen:>8.1f}" + "".join(f"{report.metrics[name]:>17.3f}" for name in SHOWN))
