"""`python -m mockserver.client`: print docs/client-findings.md, the page that lists the rules about clients."""

from __future__ import annotations

from mockserver.client.pages import findings_page
from openapi import document

print(findings_page(document.load()), end="")
