"""Asking one host: connect, permit, pace, send, try again."""
