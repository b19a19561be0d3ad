"""Describes JSON schemas in words and tables."""

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from aioutlet.pages.markdown import code, sentence, table
from aioutlet.pages.scalar_types import type_name, types_table

Mode = Literal["validation", "serialization"]
Schema = dict[str, Any]
REF = "#/components/schemas/"


def schemas_of(models: list[type[BaseModel]], mode: Mode) -> dict[str, Schema]:
    """Return the JSON schemas of these models and of all models in them, by name."""
    _, document = models_json_schema([(model, mode) for model in models], by_alias=True, ref_template=REF + "{model}")
    named: dict[str, Schema] = document.get("$defs", {})
    return {name: _clean(schema) for name, schema in sorted(named.items())}


def _clean(schema: Schema) -> Schema:
    """Drop the titles that pydantic adds, and put the docstring on one line."""
    properties = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in schema.get("properties", {}).items()
    }
    cleaned = {**schema, "description": sentence(schema.get("description"))}
    return {**cleaned, "properties": properties} if properties else cleaned


def fields_table(schema: Schema) -> str:
    """Return the fields of an object as a table."""
    required = schema.get("required", [])
    rows = [
        (code(name), describe(field), "" if name in required else default(field))
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("field", "is", "if left out"), rows) if rows else "No fields."


def default(field: Schema) -> str:
    """Return the value of a field that is left out."""
    match field.get("default"):
        case None:
            return "nothing"
        case "" | {}:
            return "empty"
        case bool(value):
            return code(str(value).lower())
        case value:
            return code(value)


def describe(schema: Schema) -> str:
    """Describe a value: the name of its type, or its JSON type and limits."""
    return type_name(schema) or _describe_json_type(schema)


def _describe_json_type(schema: Schema) -> str:
    match schema:
        case {"$ref": str(ref)}:
            name = ref.removeprefix(REF)
            return f"[{name}](#{name.lower()})"
        case {"anyOf": [*choices]} | {"oneOf": [*choices]}:
            return " or ".join(describe(choice) for choice in choices)
        case {"const": value}:
            return f"always {code(value)}"
        case {"enum": [*values]}:
            return ", ".join(code(value) for value in values)
        case {"type": "array", **rest}:
            return f"list of {describe(rest.get('items', {}))}{_limits(schema, 'Items')}"
        case {"type": "null"}:
            return "null"
        case {"type": "string"}:
            return f"string{_limits(schema, 'Length')}{_pattern(schema)}"
        case {"type": "integer" | "number" as kind}:
            return f"{kind}{_range(schema)}"
        case {"type": str(kind)}:
            return kind
    return "anything"


def _limits(schema: Schema, of: str) -> str:
    minimum, maximum = schema.get(f"min{of}"), schema.get(f"max{of}")
    match minimum, maximum:
        case None, None:
            return ""
        case _, None:
            return f", at least {minimum}"
        case None, _:
            return f", at most {maximum:,}"
    return f", {minimum} to {maximum:,}"


def _pattern(schema: Schema) -> str:
    pattern = schema.get("pattern")
    return f", {code(pattern)}" if pattern else ""


def _range(schema: Schema) -> str:
    minimum = schema.get("minimum", schema.get("exclusiveMinimum"))
    over = "over" if "exclusiveMinimum" in schema else "from"
    maximum = schema.get("maximum")
    match minimum, maximum:
        case None, None:
            return ""
        case _, None:
            return f" {over} {minimum}"
        case None, _:
            return f" up to {maximum:,}"
    return f" {over} {minimum:,} to {maximum:,}"


def values_section(schemas: dict[str, Schema]) -> str:
    """Return the section of value types and of the shared values that tables link to."""
    return f"## Values\n\n{types_table()}\n\n" + "\n\n".join(
        f"### {name} {{ #{name.lower()} }}\n\n{sentence(schema.get('description'))}\n\n"
        + (fields_table(schema) if "properties" in schema else describe(schema))
        for name, schema in schemas.items()
    )
