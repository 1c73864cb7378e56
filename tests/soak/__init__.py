"""`make soak`: loads the mock and the proxy for minutes, and tells whether anything leaks or fails."""
