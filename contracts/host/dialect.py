"""The dialect: how one host wants to be talked to, as connecting has found out."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.exchange import PROMOTION_NAMES, Credentials
from contracts.host.login import PasswordForm


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which login a host takes, and under which names it reads the ids of a promotion.

    `login`: the credentials to send where a request asks for valid ones. `password`: the form in which a Basic
    password travels. `promotion_names`: what the host calls `promotion.id` and `promotion.promotionId`
    (question promotion-field-names).
    """

    login: Credentials = "none"
    password: PasswordForm = "md5"
    promotion_names: tuple[str, str] = PROMOTION_NAMES
