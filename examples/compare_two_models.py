"""Are more documents worth it? Two models judged by the same documents, with tests, and a page of the differences."""

import headword as hw
from headword.cleaning.near_duplicates import near_duplicate_groups
from headword.demo.corpus import demo_corpus
from headword.evaluation.comparison import compare
from headword.evaluation.comparison_page import comparison_page, verdict
from headword.pages import write_page

corpus = demo_corpus()
parts = corpus.fields["split"]
train = corpus.subset([part == "train" for part in parts])
test = corpus.subset([part == "test" for part in parts])

few = hw.Tagger("fast").fit(train.subset(range(0, len(train), 3)))
many = hw.Tagger("fast").fit(train)

# Texts that resemble one another are right or wrong together, so they count once.
found = compare(few, many, test, groups=near_duplicate_groups(test))
print(f"{found.n_docs} documents, {found.conventions['n_groups']} of them independent")
for row in found.metrics:
    interval = f"{row.low:+.3f} to {row.high:+.3f}"
    print(f"{row.metric:<16} {row.a:.3f} {row.b:.3f}  {row.difference:+.3f} ({interval})  corrected p {row.p_holm:.3f}")
print("\n".join(verdict(found, "the model of a third of the documents", "that of all")))
write_page("comparison.html", comparison_page(found, a="a third", b="all", made={"script": "compare_two_models.py"}))
