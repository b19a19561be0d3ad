"""Whatever a door takes as free text is held to the rules of text: `docs/reference/text.md`."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.integration.doors.counter import Counter
from tests.integration.doors.reader import Reader

HELD = {"pattern", "enum", "const", "format"}
"""What a string is held to in its schema; the rules of text are the formats `line` and `prose`."""


def strings(schema: Any, document: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every string in a schema, with its path."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from strings(document["components"]["schemas"][name], document, f"{path} {name}")
        return
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("prefixItems", ())):
        yield from strings(choice, document, path)
    for name, field in schema.get("properties", {}).items():
        yield from strings(field, document, f"{path}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from strings(schema["items"], document, path)
    if schema.get("type") == "string":
        yield path, schema


def taken(app: FastAPI) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every string in a body of JSON or a query of an application; a file has a form of its own."""
    document = app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            bodies = [each for media_type, each in content.items() if media_type == "application/json"]
            queries = (each for each in operation.get("parameters", ()) if each["in"] == "query")
            for each in (*bodies, *queries):
                name = f"{method} {path} {each.get('name', '')}".strip()
                yield from strings(each["schema"], document, name)


@pytest.mark.parametrize("door", ["counter", "reader"])
def test_every_string_is_held_to_a_form(door: str, request: pytest.FixtureRequest) -> None:
    found: Counter | Reader = request.getfixturevalue(door)
    all_strings = dict(taken(found.app))
    assert {schema.get("format") for schema in all_strings.values()} >= {"line"}
    assert [path for path, schema in all_strings.items() if not HELD & schema.keys()] == []
