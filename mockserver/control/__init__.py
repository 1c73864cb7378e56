"""The control plane: what a user of the mock sees of its state, and how they reset it."""
