"""headword: learns which subject headings belong to which documents, then suggests headings for new ones."""
