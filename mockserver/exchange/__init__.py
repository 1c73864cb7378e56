"""The data of one exchange, from the request to its answer. No module here decides anything."""
