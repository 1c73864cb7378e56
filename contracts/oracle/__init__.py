"""The oracle: from a request, the test data and the history to every answer the page allows.

Pure: it sends nothing and remembers nothing but what it is told. It shares no rule with any server.
"""
