"""The contract tests: send requests to a host, judge its answers by the document, and report on each claim.

Nothing here imports `mockserver`: the mock is tested like any other host, over HTTP.
"""
