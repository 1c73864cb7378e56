"""Stores: memory, SQLite and PostgreSQL, by themselves and behind mocks that share them."""
