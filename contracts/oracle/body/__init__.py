"""Reading request bodies: what each field asks for, and what is wrong with it.

Source: the page, "Body parameters" rows 1 to 10, and "Error codes" rows 1 to 8.
"""
