"""The suite: what the contract tests ask, in the order in which they ask it.

Each test asks; `Session.ask` judges; the runner fails a test whose answers broke a claim.
"""
