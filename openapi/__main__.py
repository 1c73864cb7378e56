"""`python -m openapi`: print docs/questions.md, the page that lists the open questions."""

from __future__ import annotations

from openapi import document, pages, questions
from openapi.closed_pipe import silent_end

known = questions.load()
with silent_end():
    print(pages.questions_page(known, document.load(known_questions=known)), end="")
