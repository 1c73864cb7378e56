"""A rule about what a client sends, where its words stand, and a symptom that shows it broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from openapi.document import Document

Level = Literal["broken", "hygiene", "note"]


class Words(NamedTuple):
    """What the page or a standard says, and the place where it says so; '' where the document itself has none."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the document."""

    id: str

    def words(self, document: Document) -> Words:
        """Return the claim, with its place on the page."""
        claim = document.claims[self.id]
        return Words(claim.says, f"{claim.section}, row {claim.row}")


@dataclass(frozen=True, slots=True)
class Row:
    """An outcome of the document: a row of the page, or what stands for one."""

    outcome: str

    def words(self, document: Document) -> Words:
        """Return the text of the row, with its place on the page."""
        outcome = document.outcomes[self.outcome]
        return Words(outcome.message, f"{outcome.section}, row {outcome.row}" if outcome.section else "")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the document that has a description, below its components. A claim of the node says its place on the page."""

    pointer: tuple[str, ...]
    claim: str

    def words(self, document: Document) -> Words:
        """Return the description of the node, with the place of the claim."""
        node = document.raw["components"]
        for step in self.pointer:
            node = node[step]
        return Words(str(node["description"]), Claim(self.claim).words(document).place)


@dataclass(frozen=True, slots=True)
class Silence:
    """What the page leaves open, as the document says beside an outcome of its own. A claim says where the page comes near."""

    outcome: str
    claim: str

    def words(self, document: Document) -> Words:
        """Return why the outcome is assumed, with the place of the claim."""
        entry = next(one for one in document.raw["x-outcomes"] if one["name"] == self.outcome)
        return Words(str(entry["x-assumed"]), Claim(self.claim).words(document).place)


@dataclass(frozen=True, slots=True)
class Standard:
    """A sentence of a standard."""

    name: str
    section: str
    says: str

    def words(self, document: Document) -> Words:
        """Return the sentence, with its section. The document says nothing about it."""
        return Words(self.says, f"{self.name}, section {self.section}")


@dataclass(frozen=True, slots=True)
class OfTheField:
    """The row of the field that the finding is about."""

    where: str = "Body parameters, the row of the field"


@dataclass(frozen=True, slots=True)
class OfTheAnswer:
    """The row that the request was answered with."""

    where: str = "Error codes, the row of the answer"


OF_THE_FIELD: Final = OfTheField()
OF_THE_ANSWER: Final = OfTheAnswer()

Source = Claim | Row | Node | Silence | Standard | OfTheField | OfTheAnswer


@dataclass(frozen=True, slots=True)
class Rule:
    """What a client should not do. `finds` says what is found, `source` who says so, `advice` what to do instead."""

    name: str
    level: Level
    finds: str
    source: Source
    advice: str


class Symptom(Struct, frozen=True):
    """A rule that a request breaks. `words` and `advice` stand in place of those of the rule, if they are given.

    `title` says in one line what is wrong; the same title stands for the same cause.
    """

    rule: Rule
    title: str
    words: Words | None = None
    advice: str = ""
