"""An attack: one way to send wrong credentials, made from the right ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.host.login import Login, OAuthClient, PasswordForm


@dataclass(frozen=True, slots=True, repr=False)
class Means:
    """What an attack is made from. It has no repr, so that no message can show it.

    `form`: how the host takes a Basic password. `token`: returns an access token for a client, a kept one if there is
    one. `last_token`: returns the last token that a client was given, without a look at its age. `outlived`: returns a
    token that a client has used and that has expired since.
    """

    login: Login
    form: PasswordForm
    token: Callable[[OAuthClient], str]
    last_token: Callable[[OAuthClient], str]
    outlived: Callable[[OAuthClient], str]

    @property
    def user(self) -> str:
        """A name that the host knows: the user, or else the key of the client."""
        client = self.login.oauth or self.login.expired
        return self.login.basic[0] if self.login.basic else client.key if client else "admin"


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to send wrong credentials.

    `headers`: returns the headers that carry them. `is_possible`: whether a login has what they are made from, and they
    would not be right by chance. `curl`: the arguments for curl. Secrets appear as names of shell variables, never as
    values. `query`: what is added to the path.
    """

    headers: Callable[[Means], Mapping[str, str]]
    curl: str
    is_possible: Callable[[Login], bool]
    query: str = ""


def always(_: Login) -> bool:
    """Every login will do."""
    return True


def has_oauth(login: Login) -> bool:
    """The login has an OAuth client whose tokens are valid."""
    return login.oauth is not None


def has_expired(login: Login) -> bool:
    """The login has an OAuth client whose tokens have expired when they are issued."""
    return login.expired is not None
