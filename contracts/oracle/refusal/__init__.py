"""Refusals: may this request be refused, with these codes and texts, under this HTTP status?

Source: the page, "Error codes" rows 1 to 14.
"""
