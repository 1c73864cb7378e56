"""What can go wrong with a call. Every error of this library is an EnrolError."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Statuses after which the same request may succeed a moment later.
TRANSIENT: Final = frozenset({429, 500, 502, 503, 504})
_TRY_AGAIN_LATER: Final = 500  # the code of the row "Unable to enrol in promotions. … Try again later."


class EnrolError(Exception):
    """The customer is not enrolled, or nobody knows.

    `status`: of the answer, or None without one. `retry_after`: the seconds that the host asks for, or None. `passing`:
    whether the same request may succeed a moment later.
    """

    status: int | None = None
    retry_after: float | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class HostError:
    """One entry of `errors`. `code`: as a number, or None where the host sends none."""

    code: int | None
    message: str

    def __str__(self) -> str:
        """Return both as one text."""
        return self.message if self.code is None else f"{self.code}: {self.message}"


class Refused(EnrolError):
    """The host answered with errors, whatever its HTTP status."""

    def __init__(self, status: int, errors: tuple[HostError, ...], retry_after: float | None) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.status, self.errors, self.retry_after = status, errors, retry_after
        self.passing = status in TRANSIENT or _TRY_AGAIN_LATER in self.codes

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of the errors."""
        return tuple(error.code for error in self.errors if error.code is not None)


class HostFailed(EnrolError):
    """The host, or a gateway before it, answered with a status and no errors that can be read."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"the host answers {status}")
        self.status, self.retry_after = status, retry_after
        self.passing = status in TRANSIENT


class Unreadable(EnrolError):
    """The answer says success, and is not what the documentation describes. The customer may be enrolled."""


class NoAnswer(EnrolError):
    """No whole answer came: the connection broke, or the time was over. The customer may be enrolled."""

    passing = True
