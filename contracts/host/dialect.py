"""The dialect: what connecting found out about how to talk to one host."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.exchange import PROMOTION_NAMES, Credentials
from contracts.host.login import PasswordForm


@dataclass(frozen=True, slots=True)
class Dialect:
    """The login that a host accepts, and its names for the ids of a promotion.

    `login`: the kind of credentials to send with a request whose credentials are "valid". `password`: the form in
    which a Basic password is sent. `promotion_names`: the host's names for `promotion.id` and `promotion.promotionId`
    (question promotion-field-names).
    """

    login: Credentials = "none"
    password: PasswordForm = "md5"
    promotion_names: tuple[str, str] = PROMOTION_NAMES
