"""Recorded traffic: read exchanges from an HTTP Archive, written by a run, a browser or a proxy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from contracts.archive import file
from contracts.archive.entry import entry_of, url_of
from contracts.archive.exchange import EntryReader, LeftOut
from contracts.archive.format import ENROL_CONTRACT
from contracts.archive.habits import HostHabits, names_used
from contracts.archive.limits import beyond
from contracts.archive.message import Unfit
from contracts.archive.order import Found, each_once, in_order
from contracts.errors import Misuse
from contracts.exchange import PROMOTION_NAMES, Exchange
from contracts.host.base_url import PORTS
from contracts.host.target import Target
from contracts.masking.learning import secrets_of
from contracts.promotion_names import QUICK_REFERENCE_NAMES, Names
from openapi.document import Document
from openapi.parsing import plain_words

_LISTED: Final = 10
# Each takes a tenth of a millisecond and a few KiB. A browser's archive of a thousand requests has a few thousand.
_MOST_SECRETS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Traffic:
    """The content of an archive. `exchanges`: those of the enrol call. `others`: the number of entries of other calls.

    `left_out`: why entries of the call are not judged, and how many for each reason. `url`: the host, as in Target; ""
    if there is none. `of_a_run`: a run wrote the archive, and sent what is in it. `promotion_names`: the host's names
    for the ids of a promotion.
    `secrets`: texts of the archive that no report may show.
    """

    exchanges: tuple[Exchange, ...]
    others: int
    left_out: Mapping[str, int]
    url: str
    of_a_run: bool
    promotion_names: Names
    secrets: frozenset[str] = frozenset()


def in_words(left_out: Mapping[str, int]) -> str:
    """Return how many entries of the call are not judged, and why; "" if all are. `left_out`: as in Traffic."""
    reasons = ", ".join(f"{number} {words}" for words, number in left_out.items())
    return f"{sum(left_out.values())} not judged: {reasons}" if reasons else ""


def read(
    path: Path, target: Target, document: Document, *, host: str | None = None, preferred: str | None = None
) -> Traffic:
    """Read an archive, and restore masked personal data from the target's data. Raises Misuse.

    `host`: take only the traffic with this host. `preferred`: the same, if there is any. Without them, all traffic
    must be with one host.
    """
    log = file.read(path)
    readers = {
        names: EntryReader(target, document, names)
        for names in (PROMOTION_NAMES, QUICK_REFERENCE_NAMES, log.ours.promotion_names)
    }
    hosts: dict[str, HostHabits] = defaultdict(lambda: HostHabits(document))
    taken = each_once(list(_take(log.entries, readers, log.ours.promotion_names, document, hosts)))
    # What a host takes is known only when all was read.
    taken = [(one.doubt(hosts[one.host]) or one) if isinstance(one, Found) else one for one in taken]
    found = [one for one in taken if isinstance(one, Found)]
    chosen = _choose_host(path, [one.host for one in found], host=host, preferred=preferred)
    of_chosen = [one for one in found if one.host in ("", chosen)]
    left_out = Counter(one.why for one in taken if isinstance(one, LeftOut))
    left_out += Counter({"with other hosts": len(found) - len(of_chosen)})
    return Traffic(
        exchanges=tuple(one.exchange for one in in_order(of_chosen)),
        others=sum(one is None for one in taken),
        left_out=left_out,
        url=chosen,
        of_a_run=any(one.ours for one in found) and not log.ours.recorded,
        promotion_names=log.ours.promotion_names if any(one.ours for one in found) else hosts[chosen].names,
        secrets=_secrets(path, [raw for raw in log.entries if not beyond(raw)]),
    )


def _take(
    entries: Iterable[Any],
    readers: Mapping[Names, EntryReader],
    names_of_run: Names,
    document: Document,
    hosts: Mapping[str, HostHabits],
) -> Iterator[Found | LeftOut | None]:
    """Yield an exchange or a reason for each entry of the call, None for one of another call. `hosts` learn from each."""
    malformed: LeftOut | None = None  # one for all: there may be a million
    for index, raw in enumerate(entries):
        try:
            if not url_of(raw).path.endswith(document.path) and ENROL_CONTRACT not in raw:
                yield None
                continue
            if too_much := beyond(raw):
                yield LeftOut(too_much)
                continue
            entry = entry_of(raw)
            if entry.ours and entry.ours.probe:
                yield None
                continue
            reader = readers[names_of_run if entry.ours else names_used(entry) or PROMOTION_NAMES]
            taken = reader.exchange(entry, index + 1)
            host = _host(entry.url, document.path)
        except (ValueError, TypeError, OverflowError) as error:
            malformed = malformed or LeftOut(f"malformed (log.entries[{index}]{_why(error)})")
            yield malformed
            continue
        if isinstance(taken, LeftOut):
            yield taken
        else:
            hosts[host].learn(entry, taken)
            yield Found(taken, entry, host, reader.turns_away(taken))


def _why(error: Exception) -> str:
    """Return where an entry is wrong, as in ".request.url", and how."""
    if isinstance(error, msgspec.ValidationError):
        found, _, place = str(error).partition(" - at `$")
        return f".{ENROL_CONTRACT}{place.rstrip('`')}: {plain_words.of_misfit(found)}"
    return f"{str(error) if isinstance(error, Unfit) else f': {error}':.200}"


def _secrets(path: Path, entries: Sequence[Any]) -> frozenset[str]:
    found = secrets_of(entries)
    if len(found) > _MOST_SECRETS:
        raise Misuse(
            f"{path}: holds more than {_MOST_SECRETS:,} texts that may be secrets, which no report may show; "
            "give an archive with fewer requests"
        )
    return frozenset(found)


def _host(url: SplitResult, path: str) -> str:
    """Return the host of a URL, with the part of its path before that of the call; "" if it has another path."""
    if not url.path.endswith(path):
        return ""
    name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    port = "" if url.port in (None, PORTS.get(url.scheme)) else f":{url.port}"
    return f"{url.scheme}://{name}{port}{url.path.removesuffix(path).rstrip('/')}"


def _choose_host(path: Path, met: Iterable[str], *, host: str | None, preferred: str | None) -> str:
    """Return the host whose traffic is to be judged; "" if there is no traffic. Raises Misuse."""
    hosts = [each for each in dict.fromkeys(met) if each]
    listed = ", ".join(hosts[:_LISTED]) + (f" and {len(hosts) - _LISTED} more" if len(hosts) > _LISTED else "")
    if host:
        fitting = _fitting(hosts, host)
        if not fitting and hosts:
            raise Misuse(f"{path}: has no request of --host {host} that can be judged; there are some of {listed}")
        hosts = fitting
    elif preferred:
        hosts = _fitting(hosts, preferred) or hosts
    if len(hosts) > 1:
        raise Misuse(f"{path}: has requests of several hosts: {listed}; choose one with --host")
    return hosts[0] if hosts else ""


def _fitting(hosts: Sequence[str], wanted: str) -> list[str]:
    """Return the hosts that a user may mean: those with this URL, else with this name, else with a path behind it."""
    try:
        url = _host(urlsplit(wanted if "://" in wanted else f"https://{wanted}"), "")
    except ValueError as error:
        raise Misuse(f"{wanted!r} is not a valid host: {error}") from error
    name = url.partition("://")[2]
    named = {each: each.partition("://")[2] for each in hosts}
    exact = [each for each in hosts if "://" in wanted and each == url]
    return (
        exact
        or [each for each in hosts if named[each] == name]
        or [each for each in hosts if named[each].startswith(f"{name}/")]
    )
