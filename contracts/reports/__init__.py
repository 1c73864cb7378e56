"""The reports: write one result in several formats. Nothing here judges."""
