"""Faults: answers, delays and broken connections that a user of the mock asks for."""
