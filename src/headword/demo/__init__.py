"""A small corpus of invented abstracts that comes with the package, so that there is always something to learn from."""
