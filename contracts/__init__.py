"""The contract tests: ask a host, judge its answers by the document, and report claim by claim.

Nothing here knows `mockserver`; a mock is a host like any other, reached over HTTP.
"""
