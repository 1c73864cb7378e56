"""The gauntlet: everything that the one call of a client is put through, and how it took it."""
