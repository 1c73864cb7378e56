"""Hostile input for the contract tests: files, archives, reports, answers and words of the command line, as data."""
