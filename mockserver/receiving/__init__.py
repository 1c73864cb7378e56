"""Receiving: read a request, check its credentials, and check its body against the document."""
