"""How to tell from the answers of a mock which reading it follows."""
