"""The inputs: roles of the test data, wrong values, and lists of requests. Nothing here sends or judges."""
