"""The plain files serve somebody who has only Swagger UI, Prism or a client generator: real examples, names, words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest

from mockserver import cli
from openapi import document, effective, extensions, questions, source
from openapi.document import Document
from tests import page

Raw = dict[str, Any]
KNOWN = questions.load()
CONTRACT = document.load(known_questions=KNOWN)


def combination(seed: int) -> Raw:
    dice = random.Random(seed)
    chosen = {id: dice.choice(list(question.readings)) for id, question in KNOWN.items()}
    return effective.effective(CONTRACT, chosen, known_questions=KNOWN).raw


FILES: dict[str, Raw] = {path.name: source.read(path) for path in (source.ENROL, source.OAUTH)}
DOCUMENTS = FILES | {
    f"{id}={reading}": effective.effective(CONTRACT, {id: reading}, known_questions=KNOWN).raw
    for id, question in KNOWN.items()
    for reading in question.readings
    if reading != question.default
}
DOCUMENTS["the newer revision"] = effective.load(revised=True).raw
DOCUMENTS |= {f"combination {seed}": combination(seed) for seed in range(20)}
every_document = pytest.mark.parametrize("raw", DOCUMENTS.values(), ids=DOCUMENTS)
both_files = pytest.mark.parametrize("raw", FILES.values(), ids=FILES)

# Keywords whose schemas judge a value but do not describe it, so that no tool shows them or names a type after them.
JUDGING = ("if", "then", "not")


def schemas(raw: Raw) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every schema that describes a value, with its pointer: those in components, and all below them."""
    for name, schema in raw["components"]["schemas"].items():
        yield from below(schema, f"/components/schemas/{name}")


def below(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield pointer, schema
    for name, one in schema.get("properties", {}).items():
        yield from below(one, f"{pointer}/properties/{name}")
    if "items" in schema:
        yield from below(schema["items"], f"{pointer}/items")
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index, one in enumerate(schema.get(keyword, ())):
            yield from below(one, f"{pointer}/{keyword}/{index}")


def responses(raw: Raw) -> Mapping[str, Any]:
    ((item,),) = [path.values() for path in raw["paths"].values()]
    found: Mapping[str, Any] = item["responses"]
    return found


def examples(raw: Raw, status: str) -> dict[str, Any]:
    """Return the examples of a response by name, each with its reference resolved."""
    held = responses(raw)[status]["content"]["application/json"]["examples"]
    return {
        name: extensions.at(raw, example["$ref"].removeprefix("#")) if "$ref" in example else example
        for name, example in held.items()
    }


def resolved(raw: Raw, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return extensions.at(raw, schema["$ref"].removeprefix("#")) if "$ref" in schema else schema


def blocks(text: str) -> list[Any]:
    """Return the JSON blocks of a Markdown text."""
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


@every_document
def test_every_response_shows_an_example(raw: Raw) -> None:
    assert [status for status in responses(raw) if not examples(raw, status)] == []


@every_document
def test_every_field_has_an_example_where_a_tool_would_make_one_up(raw: Raw) -> None:
    """Without `examples`, `enum` or a fixed value, Swagger UI and Prism show "string" or 0."""
    assert [
        pointer
        for pointer, schema in schemas(raw)
        if {"string", "integer", "number"} & set(extensions.types(schema)) and not {"examples", "enum"} & set(schema)
    ] == []


@every_document
def test_example_of_a_schema_fits_it(raw: Raw) -> None:
    registry = jsonschema_rs.Registry([(document.URN, raw)], draft=jsonschema_rs.Draft202012)
    for pointer, schema in schemas(raw):
        if "examples" in schema:
            reference = {"$ref": f"{document.URN}#{pointer}"}
            validator = jsonschema_rs.Draft202012Validator(reference, registry=registry)
            assert [value for value in schema["examples"] if not validator.is_valid(value)] == [], pointer


@every_document
def test_every_object_has_a_name(raw: Raw) -> None:
    """A generator would call an object without one EnrolRequestCustomerType0 or the like."""
    objects = [pointer for pointer, schema in schemas(raw) if "object" in extensions.types(schema)]
    assert [pointer for pointer in objects if pointer != f"/components/schemas/{pointer.rpartition('/')[2]}"] == []
    assert objects


@every_document
def test_no_field_has_null_for_its_only_or_first_type(raw: Raw) -> None:
    """The client that openapi-generator makes of such a field does not compile (Go, TypeScript), or it crashes (Python)."""
    fields = [(pointer, node) for pointer, node in extensions.nodes(raw) if pointer.split("/")[-2:-1] == ["properties"]]
    assert [pointer for pointer, schema in fields if extensions.types(schema)[:1] == ("null",)] == []
    assert fields


@every_document
def test_bodies_are_schemas_with_a_name(raw: Raw) -> None:
    ((item,),) = [path.values() for path in raw["paths"].values()]
    for body in (item["requestBody"], *responses(raw).values()):
        schema = body["content"]["application/json"]["schema"]
        assert [one for one in schema.get("oneOf", [schema]) if set(one) != {"$ref"}] == []


@pytest.mark.parametrize("status", responses(FILES["enrol.yaml"]))
def test_examples_of_a_response_can_be_told_apart(status: str) -> None:
    summaries = [example["summary"] for example in examples(FILES["enrol.yaml"], status).values()]
    assert len(set(summaries)) == len(summaries)


@both_files
def test_no_name_of_a_schema_is_taken(raw: Raw) -> None:
    """Generators rename a schema that is called like a class of the language, or like a type they make of the call."""
    ((call,),) = [item.values() for item in raw["paths"].values()]
    name = call["operationId"][0].upper() + call["operationId"][1:]
    taken = {"Error", "Warning", "Exception", "Object", "Request", "Response", "Result", "Status", "Action"}
    taken |= {name + ending for ending in ("Data", "Error", "Errors", "Response", "Responses")}
    assert taken & set(raw["components"]["schemas"]) == set()


@every_document
def test_listed_values_have_a_name(raw: Raw) -> None:
    """A generator makes several types of an enum that may be null, unless a title gives them one name."""
    assert [pointer for pointer, schema in schemas(raw) if "enum" in schema and "title" not in schema] == []


@pytest.mark.parametrize("name", ["EnrolAnswer", "EnrolRequest"])
def test_example_of_a_field_is_the_one_of_the_page(name: str) -> None:
    raw = FILES["enrol.yaml"]

    def shown(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Any, Any]]:
        schema = resolved(raw, schema)
        if "examples" in schema:
            yield schema["examples"], [value]
        for field, below in schema.get("properties", {}).items():
            yield from shown(below, value[field])
        if "items" in schema and value:
            yield from shown(schema["items"], value[0])

    bodies = {"EnrolRequest": page.ENROL_REQUEST, "EnrolAnswer": page.ENROL_RESPONSE}
    pairs = list(shown(raw["components"]["schemas"][name], bodies[name]))
    assert len(pairs) > 7
    assert [found for found, expected in pairs] == [expected for found, expected in pairs]


def test_examples_of_the_token_call_are_those_of_its_catalogue() -> None:
    raw = FILES["oauth.yaml"]
    shown = {
        name: example["value"]["errors"]
        for status in responses(raw)
        for name, example in examples(raw, status).items()
        if example["value"]["errors"]
    }
    assert shown == {
        entry["name"]: [{"code": entry["status"], "message": entry["message"]}] for entry in raw["x-outcomes"]
    }


@both_files
def test_example_of_a_response_fits_its_schema(raw: Raw) -> None:
    registry = jsonschema_rs.Registry([(document.URN, raw)], draft=jsonschema_rs.Draft202012)
    for status, response in responses(raw).items():
        name = response["content"]["application/json"]["schema"]["$ref"]
        validator = jsonschema_rs.Draft202012Validator({"$ref": f"{document.URN}{name}"}, registry=registry)
        for example in examples(raw, status).values():
            validator.validate(example["value"])


@both_files
def test_first_server_is_the_mock_and_the_others_say_production(raw: Raw) -> None:
    first, *others = raw["servers"]
    port = next(option.default for option in cli.serve.params if option.name == "port")
    assert urlsplit(first["url"])[:3] == ("http", f"127.0.0.1:{port}", "")
    assert "enrol-mock serve" in first["description"]
    assert others
    assert all(server["description"].startswith("Production.") for server in others)


def test_smallest_request_of_the_description_is_valid_and_the_smallest() -> None:
    smallest, _ = blocks(FILES["enrol.yaml"]["info"]["description"])
    request = CONTRACT.validator(CONTRACT.request_schema())
    assert request.is_valid(smallest)
    for holder in (smallest, smallest["promotion"], smallest["customer"]):
        for name in list(holder):
            value = holder.pop(name)
            assert not request.is_valid(smallest), f"{name} can be left out"
            holder[name] = value


def test_error_of_the_description_is_one_of_the_catalogue() -> None:
    _, error = blocks(FILES["enrol.yaml"]["info"]["description"])
    assert error in CONTRACT.response_examples(400).values()


def test_description_explains_the_call_before_the_keys_of_the_kit() -> None:
    text = FILES["enrol.yaml"]["info"]["description"]
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[-1] == "Where this document comes from"
    *call, keys = re.split(r"^## ", text, flags=re.MULTILINE)
    assert not re.search(r"`x-[a-z]", "".join(call))
    assert set(re.findall(r"`(x-[a-z-]+)`", keys)) == set(extensions.SHAPES)
    assert FILES["enrol.yaml"]["externalDocs"]["url"] in keys


def test_file_shows_what_a_reader_wants_first() -> None:
    raw = FILES["enrol.yaml"]
    assert list(raw) == ["openapi", "info", "externalDocs", "servers", "tags", "paths", "components", "x-outcomes"]
    assert list(raw["components"]) == ["securitySchemes", "schemas", "examples"]
    assert list(raw["components"]["schemas"])[:3] == ["EnrolRequest", "Promotion", "Customer"]


def test_examples_stand_in_the_order_in_which_they_are_built(contract: Document) -> None:
    """Tools show the first example of a response."""
    usual = effective.effective(CONTRACT, {}, known_questions=KNOWN)
    assert [list(contract.response_examples(status)) for status in contract.statuses] == [
        list(usual.response_examples(status)) for status in usual.statuses
    ]
    assert list(contract.raw["components"]["examples"]) == list(usual.raw["components"]["examples"])
    assert next(iter(contract.response_examples(200))) == "enrolled"
    assert next(iter(contract.response_examples(400))) == "action_required"
