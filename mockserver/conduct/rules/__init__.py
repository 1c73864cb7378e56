"""The rules about what a client sends and does: one file for each kind, with the data of its rules."""
