"""What the command lines of `enrol-mock` and `enrol-contract` share. It knows nothing of what their commands do."""
