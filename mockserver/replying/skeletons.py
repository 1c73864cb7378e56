"""Skeletons: bodies of results that were written and checked once, with gaps for what differs between customers."""

from __future__ import annotations

import os
import re
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from mockserver.errors import BrokenReply
from mockserver.exchange.answers import Result
from mockserver.exchange.response import BodyForm
from mockserver.stores import EnrolmentRecord


class Write(Protocol):
    """Writes the whole body of a result."""

    def __call__(self, result: Result, exchange_id: str, *, checked: bool = True) -> bytes:
        """Return the body. Raises BrokenReply if it is to be checked, which one with marks is not."""
        ...


# The variable by which the kit's own tests have every body written anew.
CHECK_ALL: Final = "ENROL_MOCK_CHECK_EVERY_REPLY"
_KEPT: Final = 256
# What stands in the gaps of a skeleton while it is written.
_MARKS: Final = tuple(8_888_888_888_777_770 + number for number in range(5))
_REQUEST_ID, _IDENTIFIER, _CUSTOMER, _ENROLLMENT, _OPTIN = _MARKS
_GAP: Final = re.compile(rb'("?)(%s)\1' % b"|".join(str(mark).encode() for mark in _MARKS))

_encode: Final = msgspec.json.Encoder().encode


class _Skeleton(NamedTuple):
    """`template` has a %b for each of the `gaps`, which are indexes of the values. `kept` are objects whose ids are in its key."""

    template: bytes
    gaps: tuple[int, ...]
    kept: tuple[Any, ...]
    form: BodyForm


class Skeletons:
    """Writes the bodies of results. The first of each form is written and checked whole, by `write`."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._kept: dict[tuple[Any, ...], _Skeleton] = {}
        self._checks_all = bool(os.environ.get(CHECK_ALL))

    def body(self, result: Result, exchange_id: str) -> tuple[bytes, BodyForm | None]:
        """Return the body of a result, and its form if it has one. Raises BrokenReply."""
        case = result.case
        fields, shown = case.fields, result.record or case.standing.latest
        key = (
            id(case.promotion),
            id(case.program),
            case.customer is None,
            fields.action,
            fields.identifier_name,
            fields.target_rule_id,
            fields.request_id is None,
            tuple(map(id, result.warnings)) if result.warnings else (),
            result.record is None,
            shown is None,
            shown is None or shown.optin_id is None,
        )
        values = (
            exchange_id if fields.request_id is None else fields.request_id,
            fields.identifier_value,
            case.customer.id if case.customer else None,
            shown.enrollment_id if shown else None,
            shown.optin_id if shown else None,
        )
        skeleton = self._kept.get(key)
        if skeleton is None:
            body = self._write(result, exchange_id)
            skeleton = self._skeleton(result)
            if _filled(skeleton, values) == body:  # not so where the world has one of the marks
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[key] = skeleton
            return body, None
        body = _filled(skeleton, values)
        if self._checks_all and body != (whole := self._write(result, exchange_id)):
            raise BrokenReply(f"the skeleton of an answer gives {body!r} in place of {whole!r}")
        return body, skeleton.form

    def _skeleton(self, result: Result) -> _Skeleton:
        """Return the skeleton of a result that was written. It is written once more, with marks in its gaps."""
        case = result.case
        assert case.customer is not None  # it was written
        fields = replace(
            case.fields,
            request_id=None if case.fields.request_id is None else str(_REQUEST_ID),
            identifier_value=str(_IDENTIFIER),
        )
        marked = replace(
            case,
            fields=fields,
            customer=replace(case.customer, id=_CUSTOMER),
            standing=replace(case.standing, latest=_marked(case.standing.latest)),
        )
        body = self._write(replace(result, case=marked, record=_marked(result.record)), str(_REQUEST_ID), checked=False)
        gaps = tuple([_MARKS.index(int(found[2])) for found in _GAP.finditer(body)])
        template = _GAP.sub(b"%b", body.replace(b"%", b"%%"))
        return _Skeleton(template, gaps, (case.promotion, case.program), BodyForm())


def _filled(skeleton: _Skeleton, values: tuple[Any, ...]) -> bytes:
    return skeleton.template % tuple([_encode(values[gap]) for gap in skeleton.gaps])


def _marked(record: EnrolmentRecord | None) -> EnrolmentRecord | None:
    if record is None:
        return None
    optin_id = None if record.optin_id is None else str(_OPTIN)
    return replace(record, enrollment_id=str(_ENROLLMENT), optin_id=optin_id)
