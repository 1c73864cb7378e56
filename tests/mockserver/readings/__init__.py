"""What shows a reading in the answers of the mock."""
