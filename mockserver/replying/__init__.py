"""Replying: write an answer as the body and headers of a response."""
