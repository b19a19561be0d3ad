"""The AsyncAPI document is one by the schema that its authors publish."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from aioutlet.asyncapi import build_document

SPECS = Path(__file__).parents[2] / "web" / "node_modules" / "@asyncapi" / "specs" / "schemas"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Validator:
    version = build_document()["asyncapi"]
    return jsonschema_rs.validator_for(orjson.loads((SPECS / f"{version}.json").read_bytes()))


def test_the_document_is_valid(validator: jsonschema_rs.Validator) -> None:
    assert [str(error) for error in validator.iter_errors(build_document())] == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it: it.pop("info"), id="no info"),
        pytest.param(lambda it: it["channels"]["orders"].update(adress=""), id="unknown field of a channel"),
        pytest.param(lambda it: it["operations"]["publish.orders"].update(action="publish"), id="action of AsyncAPI 2"),
        pytest.param(lambda it: it["components"]["schemas"]["Money"].update(type="objekt"), id="no type of JSON"),
    ],
)
def test_the_schema_notices_what_is_wrong(change: Change, validator: jsonschema_rs.Validator) -> None:
    document = build_document()
    change(document)
    assert not validator.is_valid(document)
