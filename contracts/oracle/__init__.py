"""The oracle: it decides whether the page allows an answer to a request.

It is given the request, the answer, the test data and the history, sends nothing, and shares no code with any server.
A request is judged in four steps:

1. `body/` reads the body: what it asks for, and the reasons its fields give to refuse it.
2. `lookups/` lists the scenes: what the request may be found to name, under each reading.
3. For each scene, `trial.py` puts together what is known, and `refusal/` or `acceptance/` judges the answer.
4. `judge.py` chooses the scenes under which the answer breaks nothing.
"""
