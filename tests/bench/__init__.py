"""`make bench`: measures the cold start and the throughput of the mock, also with many customers, and the time of a contract run."""
