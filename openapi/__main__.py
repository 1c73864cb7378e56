"""`python -m openapi`: print docs/questions.md, the page that lists the open questions."""

from __future__ import annotations

from openapi import document, pages, questions

known = questions.load()
print(pages.questions_page(known, document.load(known_questions=known)), end="")
