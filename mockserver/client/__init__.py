"""The client of the mock: what it met, what it sends, and what it does."""
