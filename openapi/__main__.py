"""`python -m openapi`: print the page of the open questions."""

from __future__ import annotations

from openapi import document, pages, questions

known = questions.load()
print(pages.questions_page(known, document.load(known_questions=known)), end="")
