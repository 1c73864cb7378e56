"""Worlds with as many customers as wanted."""

from __future__ import annotations

from typing import Any

from tests import page

_SOURCES = ["FACEBOOK", "WEB_ENGAGE", "INSTORE", "MARTJACK", "TMALL", "TAOBAO", "JD", "ECOMMERCE", "WEBSITE", "LINE"]
FIRST_ID = 500_000_000


def customer(number: int) -> dict[str, Any]:
    """Return the customer of a number, with every identifier."""
    return {
        "id": FIRST_ID + number,
        "mobile": f"91980{number:07d}",
        "email": f"customer.{number}@example.com",
        "externalId": f"EXT-{number:06d}",
        "source": _SOURCES[number % len(_SOURCES)],
    }


def many(number: int) -> dict[str, Any]:
    """Return a world with this many customers, and one promotion that takes any number of enrolments."""
    return {
        "credentials": {"headers": [page.OPT_IN_AUTHORIZATION]},
        "programs": [{"id": 3334}],
        "promotions": [
            {
                "id": "68c3f64bbd0a8a0aa705c793",
                "promotionId": 1133590053,
                "identifier": "enr-58",
                "programId": 3334,
                "type": "LOYALTY",
                "status": "LIVE",
                "limitPerCustomer": 1_000_000_000,
            }
        ],
        "customers": [customer(each) for each in range(number)],
    }


def as_yaml(world: dict[str, Any]) -> str:
    """Return such a world as people write it: one line for each customer."""
    lines = [
        f"credentials: {{headers: ['{page.OPT_IN_AUTHORIZATION}']}}",
        "programs: [{id: 3334}]",
        "promotions:",
        *("  - {" + ", ".join(f"{key}: {value}" for key, value in one.items()) + "}" for one in world["promotions"]),
        "customers:",
        *(
            f"  - {{id: {one['id']}, mobile: '{one['mobile']}', email: {one['email']}, "
            f"externalId: {one['externalId']}, source: {one['source']}}}"
            for one in world["customers"]
        ),
    ]
    return "\n".join(lines) + "\n"
