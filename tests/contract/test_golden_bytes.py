"""What was ever written can be read, and what is written today is what was promised."""

from pathlib import Path

import pytest

from schemas.codec import Stored, decode, encode
from schemas.registry import EVENTS
from schemas.wire import envelope_from
from tests.contract.golden.bytes import (
    FOLDER,
    Case,
    as_stored,
    cases,
    files,
    from_text,
    kafka_path,
    stored_path,
)

CASES = list(cases())
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_stored_file = pytest.mark.parametrize("path", sorted(FOLDER.glob("stored/*.json")), ids=lambda path: path.stem)
every_kafka_file = pytest.mark.parametrize("path", sorted(FOLDER.glob("kafka/*.txt")), ids=lambda path: path.stem)


def test_every_event_is_golden_at_its_current_version() -> None:
    assert {f"{name}.v{event.schema_version}" for name, event in EVENTS.items()} <= {case.name for case in CASES}


def test_every_earlier_version_keeps_its_golden_file() -> None:
    earlier = {f"{n}.v{v}" for n, event in EVENTS.items() for v in range(1, event.schema_version)}
    assert earlier <= {path.stem for path in FOLDER.glob("stored/*.json")}
    assert earlier <= {path.stem for path in FOLDER.glob("kafka/*.txt")}


@every_case
def test_what_is_written_today_is_golden(case: Case) -> None:
    assert {path: path.read_bytes() for path in files(case)} == files(case)


@every_case
def test_golden_stored_bytes_are_read_as_the_example(case: Case) -> None:
    golden = as_stored(case.envelope)._replace(state=stored_path(case.name).read_bytes())
    assert decode(golden) == case.envelope


@every_case
def test_golden_messages_are_read_as_the_example(case: Case) -> None:
    for message in from_text(kafka_path(case.name).read_bytes()):
        assert message.position == case.envelope.position
        assert message.type == case.envelope.type
        assert envelope_from(message) == case.envelope


@every_stored_file
def test_every_stored_file_ever_written_is_read_as_an_event_of_today(path: Path) -> None:
    stored = Stored(41, "order-1", 3, "", path.read_bytes())
    envelope = decode(stored)
    assert EVENTS[envelope.type] is type(envelope.event)
    assert decode(stored._replace(state=encode(envelope))) == envelope


@every_kafka_file
def test_every_message_ever_written_is_read_as_an_event_of_today(path: Path) -> None:
    for message in from_text(path.read_bytes()):
        assert type(envelope_from(message).event) is EVENTS[message.type]
