"""What is found about the clients of the mock."""
