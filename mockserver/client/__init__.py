"""The client of the mock: what it sends and does, judged by the page and by the standards of HTTP and JSON."""
