"""What can be told of documents and their labels before anybody relies on them: errors, luck, leakage, drift."""
