"""The readings that change the document: one function per question, each with its own nodes.

Readings that change only what a host does are not here: they are switches for whoever plays the host.
"""
