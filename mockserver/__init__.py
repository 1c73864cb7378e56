"""The mock: a server with state that answers the enrol call as the document in `openapi/` says.

The code holds only the conditions. Every status, code and message comes from the document.
"""
