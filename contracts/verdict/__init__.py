"""The verdict: what the answers of a host have shown (findings, claims, readings), and the result of a run."""
