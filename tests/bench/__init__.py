"""`make bench`: measures the mock, alone and beside other mocks, and the time of a contract run."""
