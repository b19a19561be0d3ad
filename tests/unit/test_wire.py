"""Events on Kafka: the headers have all that the value has not, and malformed messages are Poison."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Stored, decode, encode, encode_data
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import ORDERS, STOCK, TopicPartition
from schemas.wire import Incoming, Outgoing, envelope_from, incoming, locate, outgoing, published_to
from tests.examples import EXAMPLES, ORDER_ID, everything_known, recorded_example
from tests.hostile import ANY_JSON, NOT_EVEN_CLOSE, with_one_field_changed

KNOWN = everything_known()
HERE = TopicPartition(ORDERS, 1)
FIELDS: dict[str, Any] = orjson.loads(encode(KNOWN))


def stored(envelope: Envelope) -> Stored:
    return Stored(envelope.position, envelope.stream, envelope.version, envelope.type, encode(envelope))


def relayed(message: Outgoing, previous: int = 6) -> Incoming:
    return incoming(message.partition, [*message.headers, ("previous", b"%d" % previous)], message.value)


HEADERS = relayed(outgoing(stored(KNOWN), 4)[0]).headers
VALUE = encode_data(KNOWN.event)


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_a_consumer_sees_the_same_envelope_as_the_store(wire_name: str) -> None:
    envelope = recorded_example(wire_name)
    messages = outgoing(stored(envelope), 4)
    assert messages
    assert all(envelope_from(relayed(message)) == envelope for message in messages)


def test_every_field_of_an_envelope_arrives() -> None:
    [message] = outgoing(stored(KNOWN), 4)
    assert envelope_from(relayed(message)) == KNOWN


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_the_value_is_the_data_byte_for_byte(wire_name: str) -> None:
    envelope = recorded_example(wire_name)
    assert {message.value for message in outgoing(stored(envelope), 4)} == {encode_data(envelope.event)}


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_bytes_passed_on_undecoded_are_those_that_decoding_gives(wire_name: str) -> None:
    """Only the order of fields differs: what lacks none of them is decoded when it stands in another order."""
    written = stored(recorded_example(wire_name))
    fields = orjson.loads(written.state)
    turned = written._replace(state=orjson.dumps(dict(reversed(fields.items()))))
    for passed, decoded in zip(outgoing(written, 4), outgoing(turned, 4), strict=True):
        assert passed._replace(headers=[]) == decoded._replace(headers=[])
        assert dict(passed.headers) == dict(decoded.headers)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20) | st.none())
def test_text_of_any_script_arrives(correlation_id: str, subject_id: str | None) -> None:
    envelope = replace(recorded_example("order.created"), correlation_id=correlation_id, subject_id=subject_id)
    [message] = outgoing(stored(envelope), 4)
    assert envelope_from(relayed(message)) == envelope


def test_the_headers_are_cloudevents_in_binary_mode() -> None:
    assert HEADERS["ce_specversion"] == b"1.0"
    assert HEADERS["ce_source"] == b"/aioutlet"
    assert HEADERS["ce_id"].decode() == KNOWN.id
    assert HEADERS["ce_type"] == b"order.created"
    assert HEADERS["ce_subject"].decode() == KNOWN.stream
    assert HEADERS["ce_time"] == b"2026-03-14T12:00:00.250000Z"
    assert HEADERS["content-type"] == b"application/json"
    extensions = {name.removeprefix("ce_") for name in HEADERS} - {"content-type"}
    assert all(name.isascii() and name.isalnum() and name.islower() for name in extensions)


def test_filtering_needs_the_headers_alone() -> None:
    message = incoming(HERE, HEADERS.items(), b"never looked at")
    assert (message.type, message.position, message.previous) == ("order.created", KNOWN.position, 6)


def test_an_inventory_answer_goes_out_on_both_keys() -> None:
    messages = outgoing(stored(recorded_example("inventory.reserved")), 4)
    assert [(message.partition.topic, message.key) for message in messages] == [
        (STOCK, b"main"),
        (ORDERS, ORDER_ID.encode()),
    ]


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_where_an_event_is_published_can_be_asked_without_its_message(wire_name: str) -> None:
    written = stored(recorded_example(wire_name))
    assert [*published_to(written, 4)] == [message.partition for message in outgoing(written, 4)]


@pytest.mark.parametrize("wire_name", EXAMPLES)
def test_what_is_read_to_locate_an_event_need_not_be_read_to_decode_it(wire_name: str) -> None:
    written = stored(recorded_example(wire_name))
    partitions, fields = locate(written, 4)
    assert partitions == published_to(written, 4)
    assert fields in (None, orjson.loads(written.state))
    assert decode(written._replace(state=b""), orjson.loads(written.state)) == decode(written)


@pytest.mark.parametrize("state", NOT_EVEN_CLOSE)
def test_an_event_whose_key_is_unreadable_is_published_nowhere(state: bytes) -> None:
    unreadable = stored(recorded_example("inventory.reserved"))._replace(state=state)
    assert locate(unreadable, 4) == ((), None)
    with pytest.raises(Poison):
        published_to(unreadable, 4)


def test_an_event_of_an_unknown_type_is_published_nowhere() -> None:
    unknown = stored(KNOWN)._replace(type="order.never.heard.of")
    assert locate(unknown, 4) == ((), None)
    with pytest.raises(Poison):
        published_to(unknown, 4)


@pytest.mark.parametrize("state", NOT_EVEN_CLOSE)
def test_stored_bytes_without_a_route_are_poison(state: bytes) -> None:
    with pytest.raises(Poison):
        outgoing(stored(recorded_example("inventory.reserved"))._replace(state=state), 4)


@pytest.mark.parametrize("state", [*NOT_EVEN_CLOSE, orjson.dumps({**FIELDS, "type": "order.never.heard.of"})])
def test_bytes_that_cannot_be_read_go_whole_where_stream_and_type_say(state: bytes) -> None:
    readable, poisoned = stored(KNOWN), stored(KNOWN)._replace(state=state)
    [message], [expected] = outgoing(poisoned, 4), outgoing(readable, 4)
    assert (message.partition, message.key, message.value) == (expected.partition, expected.key, state)
    arrived = incoming(message.partition, [*message.headers, ("previous", b"6")], message.value)
    assert (arrived.position, arrived.type, arrived.stream) == (KNOWN.position, "order.created", KNOWN.stream)
    with pytest.raises(Poison):
        envelope_from(arrived)


@given(st.binary(max_size=200) | ANY_JSON.map(orjson.dumps) | with_one_field_changed(FIELDS).map(orjson.dumps))
def test_only_poison_comes_out_of_routing_hostile_bytes(state: bytes) -> None:
    try:
        assert outgoing(stored(KNOWN)._replace(state=state), 4)
    except Poison:
        return


@pytest.mark.parametrize("held", [None, b"", b"\xff", b"1.5", b"one"])
@pytest.mark.parametrize("name", ["position", "previous"])
def test_a_message_whose_position_is_no_number_is_poison(name: str, held: Any) -> None:
    with pytest.raises(Poison):
        incoming(HERE, {**HEADERS, name: held}.items(), VALUE)


@pytest.mark.parametrize("held", [None, b"\xff"])
def test_a_message_whose_type_is_no_text_is_poison(held: Any) -> None:
    with pytest.raises(Poison):
        incoming(HERE, {**HEADERS, "ce_type": held}.items(), VALUE)


@pytest.mark.parametrize("missing", ["position", "previous", "ce_type"])
def test_a_message_without_its_position_is_poison(missing: str) -> None:
    with pytest.raises(Poison):
        incoming(HERE, [(name, held) for name, held in HEADERS.items() if name != missing], VALUE)


def test_no_headers_at_all_are_poison() -> None:
    with pytest.raises(Poison):
        incoming(HERE, [], VALUE)


@pytest.mark.parametrize("value", NOT_EVEN_CLOSE)
def test_a_value_that_is_no_event_is_poison(value: bytes) -> None:
    with pytest.raises(Poison):
        envelope_from(Incoming(HERE, 7, 6, "order.created", HEADERS, value))


def test_poison_names_the_correlation_and_the_cause() -> None:
    told = {"correlationId": KNOWN.correlation_id, "causationId": KNOWN.causation_id}
    with pytest.raises(Poison) as unreadable:
        envelope_from(Incoming(HERE, 7, 6, "order.created", HEADERS, b"{"))
    assert unreadable.value.extra == told
    with pytest.raises(Poison) as unroutable:
        outgoing(stored(KNOWN)._replace(type="order.never.heard.of"), 4)
    assert unroutable.value.extra == told


def test_every_truncated_value_is_poison() -> None:
    for length in range(len(VALUE)):
        with pytest.raises(Poison):
            envelope_from(Incoming(HERE, 7, 6, "order.created", HEADERS, VALUE[:length]))


@pytest.mark.parametrize(
    "missing", ["ce_id", "ce_time", "ce_subject", "version", "correlationid", "causationid", "schemaversion", "actor"]
)
def test_a_message_without_a_header_it_needs_is_poison(missing: str) -> None:
    headers = {name: held for name, held in HEADERS.items() if name != missing}
    with pytest.raises(Poison):
        envelope_from(incoming(HERE, headers.items(), VALUE))


@given(
    st.sampled_from(sorted(HEADERS)),
    st.none() | st.binary(max_size=40) | ANY_JSON.map(orjson.dumps),
    st.just(VALUE) | st.none() | st.binary(max_size=40) | ANY_JSON.map(orjson.dumps),
)
def test_only_poison_comes_out_of_a_hostile_message(name: str, held: Any, value: Any) -> None:
    try:
        envelope = envelope_from(incoming(HERE, {**HEADERS, name: held}.items(), value))
    except Poison:
        return
    assert isinstance(envelope, Envelope)
