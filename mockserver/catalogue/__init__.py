"""The catalogue for readers: every outcome of the document, with a request that leads to it."""
