"""Tests of the oracle, one file for each of its rooms."""
