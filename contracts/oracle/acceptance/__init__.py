"""Acceptances: what an answer without errors must say of the enrolment that it reports, or warns about.

Source: the page, "Response parameters" rows 1 to 23, "Warning messages" rows 1 to 3, "Example response".
"""
