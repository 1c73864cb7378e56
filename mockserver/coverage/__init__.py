"""What a client has met: which outcomes, shapes of answers and faults the answers of the mock have shown it."""
