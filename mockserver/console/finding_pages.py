"""The findings: what is wrong with what the clients of the mock have sent."""

from __future__ import annotations

from mockserver.console import forms
from mockserver.console.rendering import page
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text


def findings(visit: Visit) -> Text:
    """Show the findings since the start of the mock, the worst first: those of this session, or those of all."""
    is_all = forms.query(visit).get("of") == "all"
    found = visit.client.conduct.findings(None if is_all else visit.session.name)
    return page(visit, "findings", found=found, is_all=is_all)
