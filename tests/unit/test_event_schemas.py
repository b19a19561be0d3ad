"""Every version of every event has a JSON Schema, which holds for whatever was ever written of it."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from aioutlet.pages.event_schemas import schema_files
from schemas.registry import EVENTS
from tests.contract.golden.bytes import FOLDER

GOLDEN = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("stored/*.json"))}
SCHEMAS: dict[str, dict[str, Any]] = {Path(name).stem: orjson.loads(build()) for name, build in schema_files().items()}


def test_every_version_has_a_schema_with_a_name_of_its_own() -> None:
    assert {f"{name}.v{event.schema_version}" for name, event in EVENTS.items()} <= SCHEMAS.keys()
    assert len({schema["$id"] for schema in SCHEMAS.values()}) == len(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_needs_no_other_file(name: str) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[name])
    assert "$ref" not in orjson.dumps(SCHEMAS[name]).decode()


@pytest.mark.parametrize("written", GOLDEN.values(), ids=GOLDEN)
def test_what_was_written_is_valid_and_without_a_required_field_it_is_not(written: dict[str, Any]) -> None:
    schema = SCHEMAS[f"{written['type']}.v{written['schemaVersion']}"]
    assert jsonschema_rs.is_valid(schema, written["data"])
    for field in schema.get("required", ()):
        assert not jsonschema_rs.is_valid(schema, {k: v for k, v in written["data"].items() if k != field})
