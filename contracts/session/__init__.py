"""The session with one host: connect, check the permission, keep the pace, send, retry."""
