"""Trying: a form that sends a request to the mock, with the requests of the page and of the outcomes to begin with."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, unquote

from werkzeug.datastructures import Headers

from mockserver.catalogue.candidates import Plain
from mockserver.console import forms, json_view, provoking, traffic
from mockserver.console.forms import BadForm
from mockserver.console.rendering import page
from mockserver.control.version import version
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.faults.effects import BREAKAGES, SILENT
from mockserver.receiving import auth, tokens
from mockserver.receiving.body import BODY_LIMIT
from openapi.places import MEDIA_TYPE

_SECRET: Final = {"authorization", auth.TOKEN_HEADER.lower()}
# The ways to log in. The mock itself adds what they need, so that no page shows a credential.
VALID, EXPIRED, NONE = "valid", "expired", "none"
_LONGEST: Final = 8000  # characters of a body that is put into the form


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as it stands in the form. `headers` has a line `Name: value` for each."""

    method: str = "POST"
    path: str = ""
    login: str = VALID
    headers: str = f"Content-Type: {MEDIA_TYPE}"
    body: str = ""


def show(visit: Visit) -> Text:
    """Show the form, with the request that the query names in it: by default the first one of the page."""
    asked = forms.query(visit)
    if name := asked.get("outcome"):
        return _page(visit, _of_outcome(visit, name)[0], about=name)
    if name := asked.get("exchange"):
        return _page(visit, _of_exchange(visit, name))
    return _page(visit, _of_example(visit, asked), about=asked.get("example", ""))


def send(visit: Visit) -> Text:
    """Send what the form says, and show the answer below it. A form may name an outcome instead."""
    given = forms.fields(visit)
    draft = _of_form(given)
    try:
        if name := given.get("outcome"):
            draft, body = _of_outcome(visit, name)
        else:
            body = draft.body.encode(errors="replace")
        request = _request(visit, draft, body)
    except BadForm as problem:
        return _page(visit, draft, problem=str(problem), status=400)
    return _page(visit, draft, about=given.get("outcome", ""), sent=visit.calls.send(request))


def _page(
    visit: Visit,
    draft: Draft,
    *,
    about: str = "",
    sent: Handling | None = None,
    problem: str = "",
    status: int = 200,
) -> Text:
    outcome = visit.plan.document.outcomes.get(about)
    return page(
        visit,
        "try",
        status=status,
        draft=draft,
        about=about,
        outcome=outcome,
        examples=[(name, _summary(visit, name)) for name in visit.plan.document.request_examples()],
        logins=_logins(visit),
        answer=_answer(visit, sent) if sent else None,
        problem=problem,
    )


def _summary(visit: Visit, name: str) -> str:
    content = visit.plan.document.operation["requestBody"]["content"][MEDIA_TYPE]
    return str(visit.plan.document.resolve(content["examples"][name]).get("summary", name))


def _logins(visit: Visit) -> list[tuple[str, str]]:
    known = visit.session.state.start.credentials
    has_login = known.basic or known.headers or known.oauth
    found = [(VALID, "A login of the world")] if has_login else []
    found += [(EXPIRED, "An access token that has expired")] if known.oauth else []
    return [*found, (NONE, "None, or one in the headers below")]


def _answer(visit: Visit, sent: Handling) -> dict[str, Any]:
    assert sent.response is not None
    status, manner = sent.response.status, sent.manner
    is_lost = manner.breakage in SILENT
    body = sent.response.body.decode(errors="replace")
    return {
        "status": status,
        "mood": traffic.mood(0 if is_lost else status, _warnings(sent)),
        "breakage": BREAKAGES.get(manner.breakage, ""),
        "is_lost": is_lost,
        "delay": manner.delay,
        "pieces": (manner.pieces, manner.over) if manner.pieces > 1 else None,
        "headers": [(name, value) for name, value in sent.response.headers if name.lower() != "set-cookie"],
        "body": json_view.shown(body) if len(body) < _LONGEST * 4 else body[: _LONGEST * 4],
        "detail": traffic.last_in(visit, sent.id),
    }


def _warnings(sent: Handling) -> tuple[Any, ...]:
    return tuple(getattr(sent.answer, "warnings", ()))


def _of_form(given: Mapping[str, str]) -> Draft:
    return Draft(
        method=given.get("method", "POST").strip(),
        path=given.get("path", "").strip(),
        login=given.get("login", NONE),
        headers=given.get("headers", ""),
        body=given.get("body", ""),
    )


def _of_example(visit: Visit, asked: Mapping[str, str]) -> Draft:
    """Return an example of the page, for the customer and the promotion that the query names."""
    examples = visit.plan.document.request_examples()
    body = copy.deepcopy(examples.get(asked.get("example", ""), next(iter(examples.values()))))
    world = visit.session.state.world
    promotion = next((one for one in world.promotions if one.id == asked.get("promotion")), None)
    if promotion:
        body["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
        body["programId"] = promotion.program_id
    if customer := asked.get("customer"):
        body["customer"] |= {"identifierName": "id", "identifierValue": customer}
        body["customer"].pop("source", None)
    return Draft(
        path=visit.plan.enrol_route.path, login=_usual_login(visit), body=json.dumps(body, indent=2, ensure_ascii=False)
    )


def _usual_login(visit: Visit) -> str:
    return _logins(visit)[0][0]


def _of_outcome(visit: Visit, name: str) -> tuple[Draft, bytes]:
    """Return the request that provokes an outcome, as it stands in the form, and its whole body."""
    plain = provoking.provocations(visit).get(name)
    if plain is None:
        usual = _of_example(visit, {})
        if name in visit.plan.document.outcomes:
            usual = replace(usual, headers=f"{usual.headers}\nPrefer: outcome={name}")
        return usual, usual.body.encode()
    return _of_plain(visit, plain), plain.body


def _of_plain(visit: Visit, plain: Plain) -> Draft:
    names = {name.lower() for name in plain.headers}
    expired = auth.TOKEN_HEADER.lower() in names and "expired" in plain.says
    login = EXPIRED if expired else VALID if names & _SECRET else NONE
    lines = [f"{name}: {value}" for name, value in plain.headers.items() if name.lower() not in _SECRET]
    text = plain.body.decode()
    body = json.dumps(json.loads(text), indent=2, ensure_ascii=False) if text.startswith('{"') else text
    return Draft(plain.method, plain.path, login, "\n".join(lines), body if len(body) < _LONGEST else "")


def _of_exchange(visit: Visit, name: str) -> Draft:
    """Return a request of the journal once more. What the journal hides is left out, and the mock logs in instead."""
    entry = visit.session.state.journal.find(name)
    if entry is None:
        return _of_example(visit, {})
    hidden = any("***" in value for _, value in entry.request_headers)
    kept = {"content-type", "prefer", "accept", "content-encoding"}
    lines = [f"{name}: {value}" for name, value in entry.request_headers if name.lower() in kept]
    prefix = f"/_s/{visit.session.name}"
    path = entry.path.removeprefix(prefix) if visit.session.name else entry.path
    target = f"{path}?{entry.query}" if entry.query else path
    return Draft(entry.method, target, _usual_login(visit) if hidden else NONE, "\n".join(lines), entry.request_body)


def _request(visit: Visit, draft: Draft, body: bytes) -> Received:
    """Return a draft as a request. Raises BadForm if it cannot be sent."""
    if not draft.path.startswith("/") or not draft.path.isascii() or " " in draft.path:
        raise BadForm("The path begins with a slash and has no blanks, such as /v3/promotions/enrol.")
    if unquote(draft.path).startswith(("/_mock", "/_s/")):
        raise BadForm("The form sends requests to the calls, not to /_mock/ or to another session.")
    if not draft.method.isascii() or not draft.method.isalpha():
        raise BadForm("The method is a word, such as POST.")
    path, _, query = draft.path.partition("?")
    prefix = f"/_s/{quote(visit.session.name)}" if visit.session.name else ""
    return Received(
        method=draft.method,
        path=prefix + path,
        query=query,
        headers=HeaderLines(_headers(visit, draft, len(body))),
        version="1.1",
        body=body,
        size=len(body),
        extent="whole" if len(body) <= BODY_LIMIT else "too large",
        peer=visit.request.peer,
    )


def _headers(visit: Visit, draft: Draft, size: int) -> Headers:
    found = Headers()
    for line in filter(None, map(str.strip, draft.headers.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip().replace("-", "").isalnum() or not line.isascii():
            raise BadForm(f"{line[:80]!r} is no header; write Name: value, in ASCII.")
        found.add(name.strip(), value.strip())
    known, now = visit.session.state.start.credentials, visit.at
    if draft.login == VALID and (known.basic or known.headers or known.oauth):
        found.add(*auth.sample(known, now=now))
    if draft.login == EXPIRED and known.oauth:
        found.add(auth.TOKEN_HEADER, tokens.mint(known.oauth[0], now=-known.oauth[0].ttl_seconds))
    found.setdefault("Host", visit.request.header("Host") or "localhost")
    found.setdefault("User-Agent", f"enrol-mock-console/{version() or '0'}")
    if size:
        found.setdefault("Content-Length", str(size))
    return found
