"""The host under test: its target file, its login, and the connection to it."""
