"""JSON schemas in words: the fields of a message as a table."""

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from aioutlet.pages.kinds import kind_of, kinds_table
from aioutlet.pages.markdown import code, sentence, table

Mode = Literal["validation", "serialization"]
Schema = dict[str, Any]
REF = "#/components/schemas/"


def schemas_of(models: list[type[BaseModel]], mode: Mode) -> dict[str, Schema]:
    """JSON schemas by name, of these models and everything they are made of, as they are spelled on the wire."""
    _, found = models_json_schema([(model, mode) for model in models], by_alias=True, ref_template=REF + "{model}")
    named: dict[str, Schema] = found.get("$defs", {})
    return {name: _described(schema) for name, schema in sorted(named.items())}


def _described(schema: Schema) -> Schema:
    """Without the titles pydantic makes up of the names, and with the docstring on one line."""
    properties = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in schema.get("properties", {}).items()
    }
    described = {**schema, "description": sentence(schema.get("description"))}
    return {**described, "properties": properties} if properties else described


def fields(schema: Schema) -> str:
    """The fields of an object as a table."""
    required = schema.get("required", [])
    rows = [
        (code(name), in_words(field), "" if name in required else default(field))
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("field", "is", "if left out"), rows) if rows else "No fields."


def default(field: Schema) -> str:
    """What stands in for a field that is left out."""
    match field.get("default"):
        case None:
            return "nothing"
        case "" | {}:
            return "empty"
        case bool(value):
            return code(str(value).lower())
        case value:
            return code(value)


def in_words(schema: Schema) -> str:
    """What one value is: its word, or its type and limits."""
    return kind_of(schema) or _spelled_out(schema)


def _spelled_out(schema: Schema) -> str:
    match schema:
        case {"$ref": str(ref)}:
            name = ref.removeprefix(REF)
            return f"[{name}](#{name.lower()})"
        case {"anyOf": [*choices]} | {"oneOf": [*choices]}:
            return " or ".join(in_words(choice) for choice in choices)
        case {"const": value}:
            return f"always {code(value)}"
        case {"enum": [*values]}:
            return ", ".join(code(value) for value in values)
        case {"type": "array", **rest}:
            return f"list of {in_words(rest.get('items', {}))}{_limits(schema, 'Items')}"
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
    least, most = schema.get(f"min{of}"), schema.get(f"max{of}")
    match least, most:
        case None, None:
            return ""
        case _, None:
            return f", at least {least}"
        case None, _:
            return f", at most {most:,}"
    return f", {least} to {most:,}"


def _pattern(schema: Schema) -> str:
    pattern = schema.get("pattern")
    return f", {code(pattern)}" if pattern else ""


def _range(schema: Schema) -> str:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    over = "over" if "exclusiveMinimum" in schema else "from"
    most = schema.get("maximum")
    match least, most:
        case None, None:
            return ""
        case _, None:
            return f" {over} {least}"
        case None, _:
            return f" up to {most:,}"
    return f" {over} {least:,} to {most:,}"


def value_sections(named: dict[str, Schema]) -> str:
    """What the words mean, and a section per shared value to be linked to from the tables."""
    return f"## Values\n\n{kinds_table()}\n\n" + "\n\n".join(
        f"### {name} {{ #{name.lower()} }}\n\n{sentence(schema.get('description'))}\n\n"
        + (fields(schema) if "properties" in schema else in_words(schema))
        for name, schema in named.items()
    )
