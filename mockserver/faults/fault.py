"""A fault as people write it: which requests it meets, how often, and what happens to their answers."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

LONGEST: Final = 600.0  # seconds of a delay
_MOST_PIECES: Final = 10_000

Count = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0, le=LONGEST)]


class Fault(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """One fault. Every key but `effect` may be left out.

    `effect`: a name of `effects.py`, an HTTP status, or the name of an outcome. `method`, `path`, `customer` (its
    identifier), `promotion` (any of its ids), `action` and `header` (`Name`, or `Name: value`) say which requests it
    meets; without a path those of the enrol call, with the path `*` all but those of the control plane. It lets `after`
    of these pass, then meets each with `probability`, `count` times at most. Its random numbers begin with `seed`.

    `delay` is in seconds; with `delay_most` it is drawn evenly between the two, with `sigma` from a lognormal
    distribution with the median `delay`, at most `delay_most`. The body is sent in `pieces` over `over` seconds.
    `handle`: the mock handles the request although the client does not get its answer. `retry_after` is in seconds.
    `status`,
    `headers` and `body` are those of the effect `answer`.
    """

    effect: str
    method: str | None = None
    path: str | None = None
    customer: str | None = None
    promotion: str | None = None
    action: str | None = None
    header: str | None = None
    after: Count = 0
    count: Annotated[int, Meta(ge=1)] | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    seed: int | None = None
    delay: Seconds | None = None
    delay_most: Seconds | None = None
    sigma: Annotated[float, Meta(ge=0, le=10)] | None = None
    pieces: Annotated[int, Meta(ge=1, le=_MOST_PIECES)] | None = None
    over: Seconds | None = None
    handle: bool | None = None
    retry_after: Count | None = None
    status: Annotated[int, Meta(ge=200, le=599)] | None = None
    headers: dict[str, str] = {}
    body: str | None = None


class FaultFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file with faults. Of several that meet a request, the first one counts."""

    faults: tuple[Fault, ...]
