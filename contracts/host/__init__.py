"""The host under test: where it is, how to log in, and the connection that carries one request to it."""
