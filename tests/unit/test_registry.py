"""The registry is complete, and every event keeps the rules of the wire."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import ValidationError

import schemas
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import ROUTES
from tests.examples import EXAMPLES

MODULES = [import_module(f"schemas.{path.stem}") for path in Path(schemas.__path__[0]).glob("[!_]*.py")]
every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)


def descendants(of: type[Event]) -> Iterator[type[Event]]:
    for child in of.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_event_class_is_registered() -> None:
    ours = {c for c in descendants(Event) if c.__module__.startswith("schemas.") and hasattr(c, "wire_name")}
    assert set(EVENTS.values()) == ours
    assert MODULES


def test_no_two_events_share_a_name() -> None:
    assert len({event.wire_name for event in EVENTS.values()}) == len(set(EVENTS.values()))


def test_every_event_has_an_example_of_itself() -> None:
    assert {name: type(example) for name, example in EXAMPLES.items()} == EVENTS


def test_every_event_has_a_route_and_every_route_an_event() -> None:
    assert set(ROUTES) == set(EVENTS)


@every_event
def test_a_name_is_dotted_words_and_never_an_import_path(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)+", event.wire_name)
    assert event.__module__ not in event.wire_name
    assert event.schema_version >= 1


@every_event
def test_every_event_has_a_docstring(event: type[Event]) -> None:
    assert "__doc__" in vars(event)
    assert (event.__doc__ or "").strip().endswith(".")


@every_event
def test_the_fields_of_an_event_are_camel_case(event: type[Event]) -> None:
    for name, field in event.model_fields.items():
        assert re.fullmatch(r"[a-z]+([A-Z0-9][a-z0-9]*)*", field.alias or ""), name


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_event_cannot_be_changed(name: str) -> None:
    example = EXAMPLES[name]
    with pytest.raises(ValidationError, match="frozen"):
        setattr(example, next(iter(type(example).model_fields)), "another")


@pytest.mark.parametrize("name", EXAMPLES)
def test_equal_events_are_one_member_of_a_set(name: str) -> None:
    example = EXAMPLES[name]
    assert len({example, example.model_copy()}) == 1
