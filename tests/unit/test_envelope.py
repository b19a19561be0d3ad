"""Envelopes: what is recorded with an event, and that deciding twice gives the same envelopes."""

from datetime import timedelta

from schemas.actor_type import ActorType
from schemas.envelope import SYSTEM, Actor, Cause, Client, wrap_events
from tests.examples import ADDRESS, CUSTOMER_ID, EXAMPLES, NOON, ORDER_ID, everything_known

CAUSE = Cause(
    id="019ceb9e-f000-7000-8000-00000000beef",
    at=NOON,
    correlation_id="checkout-7",
    actor=Actor(type=ActorType.CUSTOMER, id=CUSTOMER_ID),
    request_id="request-1",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    client=Client(ip=ADDRESS),
)
TWO = (EXAMPLES["order.created"], EXAMPLES["order.updated"])


def test_versions_continue_those_of_the_stream() -> None:
    assert [envelope.version for envelope in wrap_events("order-1", 4, TWO, CAUSE)] == [5, 6]


def test_no_events_give_no_envelopes() -> None:
    assert wrap_events("order-1", 4, (), CAUSE) == []


def test_deciding_twice_gives_the_same_envelopes() -> None:
    assert wrap_events("order-1", 4, TWO, CAUSE) == wrap_events("order-1", 4, TWO, CAUSE)


def test_deciding_again_on_a_newer_stream_keeps_the_ids() -> None:
    first, again = wrap_events("order-1", 4, TWO, CAUSE), wrap_events("order-1", 9, TWO, CAUSE)
    assert [envelope.id for envelope in first] == [envelope.id for envelope in again]


def test_every_envelope_has_an_id_of_its_own() -> None:
    other = Cause(id="another", at=NOON, correlation_id="checkout-7")
    made = [
        envelope.id
        for stream, cause in (("order-1", CAUSE), ("order-2", CAUSE), ("order-1", other))
        for envelope in wrap_events(stream, 0, TWO, cause)
    ]
    assert len(set(made)) == len(made)


def test_an_envelope_has_the_fields_of_its_cause() -> None:
    [envelope] = wrap_events("order-1", 0, TWO[:1], CAUSE, subject_id=CUSTOMER_ID)
    assert envelope.causation_id == CAUSE.id
    assert envelope.occurred_at == CAUSE.at
    assert envelope.correlation_id == CAUSE.correlation_id
    assert envelope.actor == CAUSE.actor
    assert envelope.request_id == CAUSE.request_id
    assert envelope.traceparent == CAUSE.traceparent
    assert envelope.client == CAUSE.client
    assert envelope.subject_id == CUSTOMER_ID
    assert (envelope.position, envelope.recorded_at) == (0, None)


def test_an_answer_to_a_message_follows_from_the_message() -> None:
    message = everything_known()
    cause = message.as_cause(NOON)
    assert cause.id == message.id
    assert cause.at == NOON
    assert cause.correlation_id == message.correlation_id
    assert (cause.request_id, cause.traceparent) == (message.request_id, message.traceparent)


def test_the_system_answers_messages_not_the_customer_who_began() -> None:
    cause = everything_known().as_cause(NOON)
    assert cause.actor is SYSTEM
    assert cause.client is None


def test_the_type_is_the_wire_name() -> None:
    assert everything_known().type == "order.created"


def test_a_chain_of_answers_keeps_one_correlation() -> None:
    cause = CAUSE
    for turn in range(3):
        [envelope] = wrap_events(f"saga-{ORDER_ID}", turn, TWO[:1], cause)
        assert envelope.correlation_id == "checkout-7"
        assert envelope.causation_id == cause.id
        cause = envelope.as_cause(NOON)


def test_an_event_occurs_at_the_time_of_its_cause() -> None:
    later = Cause(id=CAUSE.id, at=NOON + timedelta(hours=1), correlation_id=CAUSE.correlation_id)
    [envelope] = wrap_events("order-1", 0, TWO[:1], later)
    assert envelope.occurred_at == later.at
