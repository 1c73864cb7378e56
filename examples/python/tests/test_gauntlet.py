"""Everything that the documentation says can happen, and what a network adds: the client handles all of it."""

from __future__ import annotations
