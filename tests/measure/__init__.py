"""`make faults`: what the contract tests catch, and whom they accuse falsely, on the servers of tests/faulty."""
