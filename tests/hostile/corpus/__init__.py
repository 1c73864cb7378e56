"""The corpus, one file for each kind of input."""
