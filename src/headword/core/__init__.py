"""The nouns: errors, labels, corpus, split, suggestions, registry, progress."""
