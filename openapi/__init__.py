"""The promise: the document of the enrol call, its open questions, its sample data, and their readers.

Data and views of data only. What a host does with a request is the business of `mockserver`; what a
host may do is the business of `contracts`; neither rule lives here.
"""
