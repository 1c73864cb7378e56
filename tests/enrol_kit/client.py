"""A client of the enrol call as somebody may write it, with a switch for each of ten common mistakes."""

from __future__ import annotations

import ctypes
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from enrol_kit import raises, retries, returns

Mistake = Literal[
    "",
    "never retries",
    "retries a refusal",
    "looks at the status only",
    "compares codes as numbers",
    "reads data first",
    "takes all for JSON",
    "waits for each byte",
    "drops warnings",
    "has 32 bits for ids",
    "has floats for ids",
]
PATIENCE: Final = 2.0  # seconds
# The page's example, with the login of the sample data.
BODY: Final = {
    "requestId": "some-test-id",
    "action": "ENROL",
    "promotion": {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1133590053},
    "customer": {"identifierName": "id", "identifierValue": "388369579", "source": "INSTORE"},
    "programId": 3334,
}
HEADERS: Final = {
    "Content-Type": "application/json",
    "Authorization": "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw",
}


class EnrolError(Exception):
    """The customer was not enrolled, or nobody knows."""


class Refused(EnrolError):
    """The host says why it does not enrol the customer."""


class PromotionRequired(Refused):
    """Code 310003."""


class EngineDown(EnrolError):
    """Code 500."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The customer's id, and what the host warns of."""

    customer_id: int | float | None
    warnings: tuple[str, ...]


# What the client should do. Where nothing is stated, it must not crash, hang, or take a refusal for a success.
EXPECTED: Final = {
    "promotion_required": raises(PromotionRequired),
    "refusal": raises(EnrolError),
    "engine_error": retries(then=returns()),
    "warning": returns(lambda enrolled: enrolled.warnings),
    "transport": raises(EnrolError),
    "wrong-media-type": returns(),
    "slow": returns(),
    "reset-after": returns(),
    "length-too-long": raises(EnrolError),
}


class Client:
    """Enrols one customer by the page."""

    def __init__(self, url: str, mistake: Mistake = "") -> None:
        self._url, self._mistake = url, mistake

    def enrol(self) -> Enrolled:
        """Send the request, and once more if the engine is down. Raises EnrolError."""
        try:
            return self._once()
        except EngineDown:
            if self._mistake == "never retries":
                raise
            return self._once()
        except Refused:
            if self._mistake == "retries a refusal":
                return self._once()
            raise

    def _once(self) -> Enrolled:
        status, text = self._sent()
        try:
            answer = json.loads(text, parse_int=float if self._mistake == "has floats for ids" else int)
        except ValueError as error:
            if self._mistake == "takes all for JSON":
                raise
            raise EnrolError(f"HTTP {status} with a body that is no JSON") from error
        customer = answer["data"]["customer"] if self._mistake == "reads data first" else None
        if status != 200 or (answer["errors"] and self._mistake != "looks at the status only"):
            raise self._error(answer)
        return self._enrolled(answer, customer)

    def _enrolled(self, answer: dict[str, Any], customer: dict[str, Any] | None) -> Enrolled:
        customer = customer or (answer.get("data") or {}).get("customer") or {}
        number = customer.get("customerId")
        if self._mistake == "has 32 bits for ids" and number is not None:
            number = ctypes.c_int32(number).value
        warnings = answer["warnings"] or ()
        listed = warnings if isinstance(warnings, list) else (warnings,) if warnings else ()
        texts = tuple(one if isinstance(one, str) else one["message"] for one in listed)
        return Enrolled(number, () if self._mistake == "drops warnings" else texts)

    def _error(self, answer: dict[str, Any]) -> EnrolError:
        errors = answer.get("errors") or []
        codes = {one.get("code") for one in (errors if isinstance(errors, list) else [errors])}
        known = codes if self._mistake == "compares codes as numbers" else {int(code) for code in codes}
        if 500 in known:
            return EngineDown()
        return (PromotionRequired if 310003 in known else Refused)(f"{codes}")

    def _sent(self) -> tuple[int, bytes]:
        """Return status and body, all of it within PATIENCE."""
        place, end = urlsplit(self._url), time.monotonic() + PATIENCE
        connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE)
        try:
            connection.request("POST", f"{place.path}/v3/promotions/enrol", json.dumps(BODY), HEADERS)
            answer = connection.getresponse()
            text = b""
            while part := answer.read1():
                text += part
                if time.monotonic() > end and self._mistake != "waits for each byte":
                    raise EnrolError("The answer takes too long.")
            if answer.length:
                raise EnrolError("The answer is cut short.")
            return answer.status, text
        except (OSError, http.client.HTTPException) as error:
            raise EnrolError(f"There is no answer: {error!r}") from error
        finally:
            connection.close()
