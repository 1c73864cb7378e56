"""The suite: the requests that a run sends, as pytest tests.

A test only sends requests. The record judges the answers, and the runner fails a test whose answers broke a claim.
"""
