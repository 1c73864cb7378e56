"""The attacks: every wrong kind of credentials, how it is sent, and which login it is made from."""

from contracts.host.attacks.attack import Attack, Means
from contracts.host.attacks.basic import BASIC
from contracts.host.attacks.elsewhere import ELSEWHERE
from contracts.host.attacks.schemes import SCHEMES
from contracts.host.attacks.tokens import TOKENS

ATTACKS = {**BASIC, **SCHEMES, **TOKENS, **ELSEWHERE}

__all__ = ["ATTACKS", "Attack", "Means"]
