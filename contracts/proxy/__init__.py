"""The judging proxy: carry the traffic of other programs to a host, byte for byte, and judge what passes beside it."""
