"""Clean a corpus and split it so that neither a reworded document nor a provider flatters the test."""

from headword.cleaning.near_duplicates import near_duplicate_groups
from headword.cleaning.pipeline import clean
from headword.demo.corpus import demo_corpus
from headword.splits.corpus_split import split_corpus, with_split_field

corpus = demo_corpus()

# Each step returns a new corpus and says what it changed. Merges of labels are applied only when told.
steps = {"unicode": {}, "latex": {}, "duplicates": {}, "labels": {"apply": "high"}, "rare-labels": {"n": 3}}
corpus, changes = clean(corpus, steps)
for change in changes:
    print(change)

# Documents that share half of their word triples are the same for this purpose.
groups = near_duplicate_groups(corpus, threshold=0.5, seed=0)
print(f"{len(groups) - len(set(groups.tolist()))} documents reword another one")

for by, group in (("stratified", None), ("grouped-stratified", "provider")):
    parts = split_corpus(corpus, by=by, test=0.2, valid=0, seed=0, group=group)
    straddling = set(groups[parts.train].tolist()) & set(groups[parts.test].tolist())
    marked = with_split_field(corpus, parts)
    providers = {p for p, part in zip(marked.fields["provider"], marked.fields["split"], strict=True) if part == "test"}
    print(f"{by}: {len(parts.test)} test documents of {len(providers)} providers, {len(straddling)} reworded in train")
