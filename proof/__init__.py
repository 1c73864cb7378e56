"""The proof of a client: what its tests met of the documented call, what it sent, and how it took each case."""
