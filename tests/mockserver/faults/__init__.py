"""Tests of the faults on demand."""
