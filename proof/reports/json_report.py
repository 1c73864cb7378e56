"""proof.json: the proof for programs. It can be read and joined again; proof.schema.json describes it."""

from __future__ import annotations

import json

import msgspec

from proof.gates import Gates
from proof.records import Proof


def render(proof: Proof, gates: Gates) -> str:
    """Return the proof as JSON text in ASCII, so that no character of it controls a terminal."""
    return json.dumps(msgspec.to_builtins(proof), indent=2) + "\n"
