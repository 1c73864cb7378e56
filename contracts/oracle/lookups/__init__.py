"""Look-ups: what a request names, under every reading of "to find".

Source: the page, "Error codes" rows 9 to 13.
"""
