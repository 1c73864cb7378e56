"""What is asked: the roles that the test data can play, wrong values, and lists of requests. Nothing here sends or judges."""
