"""The mock: a Werkzeug server that keeps the promise of `openapi/`, with state.

Conditions live here; every word it says comes from the document.
"""
