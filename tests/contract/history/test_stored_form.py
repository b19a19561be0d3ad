"""The stored form of an event is shown as it is: nothing is opened, and nothing unreadable is hidden."""

import hashlib

import orjson

from event_store.store import EventStore
from history.event_log import EventLog
from history.reading_stored import logged_event, stored_form
from schemas.codec import Stored, encode
from schemas.merkle_leaf import leaf_hash
from schemas.topics import ORDERS
from tests.contract.event_store.conftest import SetClock
from tests.contract.history.story import tell_story
from tests.examples import recorded_example


async def test_the_stored_form_is_what_the_store_has(store: EventStore, clock: SetClock) -> None:
    await tell_story(store, clock)
    (row,) = await store.log(3, limit=1)
    form = await EventLog(store).stored_form(4)
    assert form.stored.encode() == row.state
    assert (form.size, form.is_json, form.sealed) == (len(row.state), True, [])
    assert form.sha256 == hashlib.sha256(row.state).hexdigest()
    assert form.leaf_hash == leaf_hash(4, "order-2", 1, row.state).hex()
    assert orjson.loads(form.stored)["id"] == form.id
    assert (form.type, form.topics, form.actor and form.actor.id) == ("order.shipped", [ORDERS], "root")
    assert (form.correlation_id, form.causation_id, form.request_id) == ("c-2", "other", "other")


def test_sealed_fields_are_named_and_stay_sealed() -> None:
    example = recorded_example("order.created")
    form = stored_form(Stored(3, example.stream, example.version, example.type, encode(example)))
    assert form.sealed == ["data.billingAddress", "data.shippingAddress"]


def test_bytes_that_cannot_be_read_are_shown_as_they_are() -> None:
    for state, shown in ((b"\xff{", "\\xff{"), (b"[1]", "[1]"), (b"", "")):
        form = stored_form(Stored(7, "order-1", 2, "no.such", state))
        assert (form.stored, form.is_json, form.id, form.actor, form.topics) == (shown, False, None, None, [])
    odd = logged_event(Stored(7, "order-1", 2, "no.such", b'{"id":3,"actor":"x","occurredAt":null}'))
    assert (odd.id, odd.actor, odd.occurred_at, odd.position) == (None, None, None, 7)
