"""What the answers have shown: findings, claims, readings, and how the run ended."""
