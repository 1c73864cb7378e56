"""What the mock knows of its client: what it met, what it sent, and what it did."""
