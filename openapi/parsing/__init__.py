"""Turns the text of a file into plain data: YAML or JSON, within bounds, with the place of each problem."""
