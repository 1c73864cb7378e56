"""The readings that change the document: one function per question, which edits the document's nodes.

Readings that change only behaviour, not the document, are not here: the mock implements them.
"""
