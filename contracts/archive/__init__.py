"""Reads the exchanges of the call from an HTTP Archive (HAR), whatever program has written it."""
