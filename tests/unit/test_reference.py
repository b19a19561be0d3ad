"""The reference says what the code says, and nothing is missing from it."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from aioutlet.asyncapi import build_document
from aioutlet.pages.domain_commands import SUBJECTS, commands_of
from aioutlet.pages.errors import errors
from aioutlet.pages.openapi import openapi_documents
from aioutlet.pages.settings import variable
from aioutlet.reference import PAGES, WEB, find_outdated, write
from aioutlet.settings import Settings
from schemas.codec import encode_data
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import ROUTES, TOPICS
from schemas.wire import outgoing
from tests.contract.golden.bytes import as_stored
from tests.examples import EXAMPLES, VARIANTS, everything_known, recorded_example

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def said(page: str) -> str:
    return (FOLDER / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_current(name: str) -> None:
    assert said(name) == PAGES[name](), "run `make reference`"


def test_what_the_web_knows_of_addresses_is_current() -> None:
    assert find_outdated(FOLDER.parents[1] / "web" / "src" / "address", WEB) == [], "run `make reference`"


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_event_is_documented_field_by_field(event: type[Event]) -> None:
    _, heading, rest = said("events.md").partition(f"\n### {event.wire_name} {{")
    section = rest.partition("\n### ")[0]
    assert heading
    assert all(f"| `{field.alias}` |" in section for field in event.model_fields.values())


@pytest.mark.parametrize("command", [c.__name__ for subject in SUBJECTS for c in commands_of(subject)])
def test_every_command_is_documented(command: str) -> None:
    assert f"\n### {command}\n" in said("commands.md")


def test_every_topic_is_documented_with_all_that_is_on_it() -> None:
    for name, routes in ROUTES.items():
        for route in routes:
            _, heading, rest = said("topics.md").partition(f"\n## `{route.topic}`\n")
            assert heading
            assert f"[{name}]" in rest.partition("\n## ")[0]
    assert all(f"## `{topic}`" in said("topics.md") for topic in TOPICS)


@pytest.mark.parametrize("code", [error.code for error in errors()])
def test_every_error_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in said("errors.md")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_and_says_what_it_means(name: str) -> None:
    assert f"| `{variable(name)}` |" in said("settings.md")
    assert Settings.model_fields[name].description


def test_every_endpoint_is_documented() -> None:
    for name, service in openapi_documents().items():
        page = said("bff.md" if name == "bff" else "http.md")
        for path, operations in service["paths"].items():
            assert all(f"\n### `{method.upper()} {path}`\n" in page for method in operations)


def test_writing_brings_a_folder_up_to_date_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    pages = {name: PAGES[name] for name in ("errors.md", "ids.md")}  # all of them take their time
    assert {path.name for path in write(tmp_path, pages)} == {"errors.md", "ids.md"}
    assert write(tmp_path, pages) == []
    (tmp_path / "errors.md").write_text("something older")
    assert find_outdated(tmp_path, pages) == [tmp_path / "errors.md"]


ASYNCAPI: dict[str, Any] = build_document()
MESSAGES: dict[str, Any] = ASYNCAPI["components"]["messages"]


def test_channels_are_the_topics_and_messages_the_events() -> None:
    assert [channel["address"] for channel in ASYNCAPI["channels"].values()] == list(TOPICS)
    assert set(MESSAGES) == set(EVENTS)


def test_a_message_is_in_the_channels_its_event_is_routed_to() -> None:
    for name, routes in ROUTES.items():
        found = {c["address"] for c in ASYNCAPI["channels"].values() if name in c["messages"]}
        assert found == {route.topic for route in routes}


def references(node: Any) -> set[str]:
    match node:
        case {"$ref": str(ref)}:
            return {ref}
        case dict():
            return set().union(*map(references, node.values()))
        case list():
            return set().union(*map(references, node))
    return set()


def test_every_reference_leads_somewhere() -> None:
    for ref in references(ASYNCAPI):
        node: Any = ASYNCAPI
        for name in ref.removeprefix("#/").split("/"):
            node = node[name]
        assert node


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_headers_described_are_the_headers_sent(name: str) -> None:
    described = MESSAGES[name]["headers"]
    sent = {header for header, _ in outgoing(as_stored(recorded_example(name)), 4)[0].headers} | {"previous", "log"}
    assert set(described["required"]) <= sent - {"content-type"} <= set(described["properties"])


def test_every_header_described_is_sent_when_everything_is_known() -> None:
    sent = {header for header, _ in outgoing(as_stored(everything_known()), 4)[0].headers} | {"previous", "log"}
    assert set(MESSAGES["order.created"]["headers"]["properties"]) == sent - {"content-type"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_payload_described_has_the_fields_sent(name: str) -> None:
    schema = ASYNCAPI["components"]["schemas"][MESSAGES[name]["payload"]["$ref"].rpartition("/")[2]]
    forms = [EXAMPLES[name], *(variant for variant in VARIANTS.values() if variant.wire_name == name)]
    assert schema["properties"].keys() == {field for form in forms for field in orjson.loads(encode_data(form))}
