"""The data that the mock and the contract tests share: document, open questions, sample data, and their readers.

This package holds data and typed views of data, no rules about behaviour. How a host answers a request is
decided in `mockserver`; which answers the page allows is decided in `contracts`.
"""
