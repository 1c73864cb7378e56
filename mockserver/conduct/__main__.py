"""`python -m mockserver.conduct`: print docs/client-findings.md, the page that lists the rules about clients."""

from __future__ import annotations

from mockserver.conduct.findings_page import findings_page
from openapi import document
from openapi.closed_pipe import silent_end

with silent_end():
    print(findings_page(document.load()), end="")
