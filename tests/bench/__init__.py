"""`make bench`: measures the cold start and the throughput of the mock, and the time of a contract run."""
