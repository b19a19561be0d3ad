"""Stored bytes: decoding gives what was encoded, and bytes that were not encoded are Poison."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Stored, correlation_of, decode, decode_event, encode, encode_data
from schemas.envelope import SYSTEM, Envelope
from schemas.errors import Poison
from schemas.product import ProductCreated
from tests.examples import EXAMPLES, everything_known, recorded_example
from tests.hostile import ANY_JSON, NOT_EVEN_CLOSE, with_one_field_changed

KNOWN = everything_known()
BYTES = encode(KNOWN)
BARE = replace(KNOWN, client=None)


def stored(state: bytes) -> Stored:
    return Stored(KNOWN.position, KNOWN.stream, KNOWN.version, KNOWN.type, state)


def fields(envelope: Envelope) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(encode(envelope))
    return found


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_every_event_is_decoded_as_it_was_encoded(wire_name: str) -> None:
    envelope = recorded_example(wire_name)
    at = Stored(envelope.position, envelope.stream, envelope.version, envelope.type, encode(envelope))
    assert decode(at) == envelope
    assert decode_event(at) == envelope.event


def test_absent_fields_are_left_out() -> None:
    bare = replace(KNOWN, request_id=None, traceparent=None, client=None, subject_id=None, recorded_at=None)
    assert not fields(bare).keys() & {"requestId", "traceparent", "client", "subjectId", "recordedAt"}
    assert decode(stored(encode(bare))) == bare


def test_stream_version_and_position_are_not_in_the_bytes() -> None:
    assert not fields(KNOWN).keys() & {"stream", "version", "position"}


def test_the_data_comes_last_and_compact() -> None:
    assert BYTES.endswith(b',"data":' + encode_data(KNOWN.event) + b"}")


def test_the_system_is_recognised_as_the_one_system() -> None:
    assert decode(stored(encode(replace(KNOWN, actor=SYSTEM)))).actor is SYSTEM


def test_times_are_written_in_utc() -> None:
    assert fields(KNOWN)["occurredAt"].endswith("Z")


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_a_time_stays_the_same_time(moment: datetime) -> None:
    assert decode(stored(encode(replace(KNOWN, occurred_at=moment)))).occurred_at == moment


@given(st.text(max_size=80))
def test_any_text_is_decoded_as_it_was_encoded(text: str) -> None:
    event = ProductCreated.model_validate({**dict(EXAMPLES["product.created"]), "description": text})
    assert decode(stored(encode(replace(KNOWN, event=event)))).event == event


def test_an_unknown_field_is_ignored() -> None:
    tomorrow = fields(KNOWN)
    tomorrow["mood"] = tomorrow["data"]["mood"] = "good"
    assert decode(stored(orjson.dumps(tomorrow))) == KNOWN


@pytest.mark.parametrize("state", NOT_EVEN_CLOSE)
def test_what_is_no_event_is_poison(state: bytes) -> None:
    with pytest.raises(Poison):
        decode(stored(state))
    with pytest.raises(Poison):
        decode_event(stored(state))


def test_every_truncation_is_poison() -> None:
    for length in range(len(BYTES)):
        with pytest.raises(Poison):
            decode(stored(BYTES[:length]))
        with pytest.raises(Poison):
            decode_event(stored(BYTES[:length]))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "order.never.heard.of"},
        {"type": ["order.created"]},
        {"schemaVersion": 2},
        {"schemaVersion": 0},
        {"schemaVersion": "1"},
        {"id": 7},
        {"causationId": None},
        {"correlationId": {}},
        {"requestId": 1},
        {"subjectId": []},
        {"occurredAt": "yesterday"},
        {"occurredAt": "2026-03-14T12:00:00"},
        {"recordedAt": 5},
        {"actor": None},
        {"actor": {"type": "burglar", "id": "x"}},
        {"client": {"ip": "10.0.0.1"}},
        {"data": None},
        {"data": []},
        {"data": {}},
    ],
    ids=str,
)
def test_one_wrong_field_is_poison(change: dict[str, Any]) -> None:
    with pytest.raises(Poison):
        decode(stored(orjson.dumps({**fields(KNOWN), **change})))


@given(st.binary(max_size=200) | ANY_JSON.map(orjson.dumps) | with_one_field_changed(fields(KNOWN)).map(orjson.dumps))
def test_only_poison_comes_out_of_hostile_bytes(state: bytes) -> None:
    try:
        envelope = decode(stored(state))
    except Poison:
        return
    assert decode(stored(encode(envelope))) == envelope


@given(with_one_field_changed(fields(BARE)["data"]))
def test_an_event_is_read_alone_as_with_its_envelope(data: object) -> None:
    changed = stored(orjson.dumps({**fields(BARE), "data": data}))
    try:
        event = decode(changed).event
    except Poison as poison:
        with pytest.raises(Poison, match=re.escape(poison.detail)):
            decode_event(changed)
    else:
        assert decode_event(changed) == event


@pytest.mark.parametrize("more", [b" ", b"}", b',"data":{}}', b"x"])
def test_bytes_after_the_data_are_poison_for_an_event_alone_too(more: bytes) -> None:
    for state in (encode(BARE) + more, encode(BARE)[:-1] + more):
        try:
            event = decode(stored(state)).event
        except Poison:
            with pytest.raises(Poison):
                decode_event(stored(state))
        else:
            assert decode_event(stored(state)) == event


@pytest.mark.parametrize("time", ["yesterday", "2026-03-14T12:00:00"])
def test_a_time_of_another_form_is_poison_for_an_event_alone_too(time: str) -> None:
    with pytest.raises(Poison):
        decode_event(stored(orjson.dumps({**fields(BARE), "occurredAt": time})))


def test_poison_names_the_position() -> None:
    with pytest.raises(Poison, match=f"position {KNOWN.position}"):
        decode(stored(b"{}"))


@pytest.mark.parametrize("change", [{"schemaVersion": 2}, {"data": {}}, {"type": "order.never.heard.of"}], ids=str)
def test_poison_names_the_correlation_and_the_cause(change: dict[str, Any]) -> None:
    with pytest.raises(Poison) as found:
        decode(stored(orjson.dumps({**fields(KNOWN), **change})))
    assert found.value.extra == {"correlationId": KNOWN.correlation_id, "causationId": KNOWN.causation_id}


@pytest.mark.parametrize("fields_read", [{}, [], None, {"correlationId": 7}])
def test_poison_without_a_correlation_names_none(fields_read: object) -> None:
    assert correlation_of(fields_read) == {}
