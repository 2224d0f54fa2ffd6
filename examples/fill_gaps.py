"""For a portal: which headings does the tagger do well, and which existing records probably lack one?"""

import headword as hw
from headword.demo.corpus import demo_corpus

corpus = demo_corpus()
train = corpus.subset([part == "train" for part in corpus.fields["split"]])
test = corpus.subset([part == "test" for part in corpus.fields["split"]])

tagger = hw.Tagger().fit(train)
report = tagger.evaluate(test, n_bootstrap=0)

rows = [row for row in report.per_label() if row.support >= 3]
print("headings by F1 on the test part (support in test / in train)")
for row in sorted(rows, key=lambda row: (-row.f1, row.label)):
    print(f"  {row.f1:.2f}  {row.label} ({row.support} / {row.train_support})")

# Records the tagger has not learnt from, where it is nearly sure of a heading that the record does not carry.
print("records that may lack a heading")
for document, ranked in zip(test, tagger.suggest(test), strict=True):
    lacking = [one for one in ranked if one.probability >= 0.9 and one.label not in (document.labels or ())]
    for one in lacking:
        print(f"  {document.id} {document.title!r}: {one.label} ({one.probability:.0%})")
