"""Access tokens: JSON Web Tokens that the mock signs itself.

The mock stores no token. It verifies a token by its signature alone, so a token stays valid after a
reset and in another process with the same world.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from openapi.world import Client

if TYPE_CHECKING:
    from jwt import PyJWK

_ALGORITHM = "HS256"
_REMEMBERED = 256  # tokens that are not verified again, and keys that are not derived again


class AccessTokens:
    """Judges the tokens of a world's clients."""

    def __init__(self, clients: tuple[Client, ...]) -> None:
        self._clients = clients
        self._expiry = lru_cache(maxsize=_REMEMBERED)(self._verified_expiry)

    def state(self, token: str, *, now: float) -> Literal["valid", "expired", "unknown"]:
        """Return what a token is worth at `now` (Unix time in seconds)."""
        expiry = self._expiry(token)
        if expiry is None:
            return "unknown"
        return "valid" if now < expiry else "expired"

    def _verified_expiry(self, token: str) -> float | None:
        """Return the Unix time at which a token expires, or None if no client's key has signed it.

        PyJWT reads the claims only after the signature has verified. It is told to ignore its own clock:
        the caller compares the expiry with the mock's.
        """
        import jwt  # here, because serving must start without it

        for client in self._clients:
            try:
                claims = jwt.decode(
                    token,
                    _key(client),
                    algorithms=[_ALGORITHM],
                    options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp"]},
                )
            except jwt.InvalidTokenError:
                continue
            return float(claims["exp"])
        return None


def mint(client: Client, *, now: float) -> str:
    """Return a token of the client that expires `ttl_seconds` after `now` (Unix time in seconds)."""
    import jwt  # here, because serving must start without it

    claims = {"sub": client.key, "iat": now, "exp": now + client.ttl_seconds}
    return jwt.encode(claims, _key(client), algorithm=_ALGORITHM)


@lru_cache(maxsize=_REMEMBERED)
def _key(client: Client) -> PyJWK:
    """Return the signing key of a client.

    It is derived from the secret, because HS256 wants a key of at least 32 bytes and a secret may be short.
    """
    from jwt import PyJWK

    derived = hashlib.sha256(client.secret.encode()).digest()
    return PyJWK({"kty": "oct", "k": urlsafe_b64encode(derived).rstrip(b"=").decode()}, algorithm=_ALGORITHM)
