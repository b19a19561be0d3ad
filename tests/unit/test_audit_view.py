"""Where the events of each key are: what an event's keys are, and what a document keeps of them."""

from collections import Counter
from dataclasses import replace

import pytest

from projectors.folding import fold
from projectors.models.audit import AUDIT
from schemas.actor_type import ActorType
from schemas.audit import Outcome
from schemas.audit_keys import FAILURES, TRAIL, home_topic, keys_of, outcome_of
from schemas.documents import field_of
from schemas.envelope import Actor, Envelope
from schemas.registry import EVENTS
from schemas.topics import ROUTES
from tests.examples import (
    ADDRESS_INDEX,
    CUSTOMER_ID,
    EXAMPLES,
    OPERATOR_ID,
    ORDER_ID,
    indexed_client,
    recorded_example,
)
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events, recorded

SEGMENT = 16


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """Two orders, of which one failed, and one of everything, in several parts of the log."""
    monkeypatch.setattr("projectors.models.audit.SEGMENT", SEGMENT)
    return recorded(events(*COMPLETED, *REFUSED_BY_THE_CARRIER, *EXAMPLES))


def test_the_keys_of_an_event_follow_from_it_alone() -> None:
    assert keys_of(indexed_client()) == [
        "type/order.created",
        "correlation/checkout-7",
        f"order/{ORDER_ID}",
        f"person/{CUSTOMER_ID}",
        f"address/{ADDRESS_INDEX}",
    ]
    assert {"failure", f"order/{ORDER_ID}"} < {*keys_of(recorded_example("payment.failed"))}
    decided = keys_of(recorded_example("dlq.discarded"))
    assert {"trail", "notable", f"person/{OPERATOR_ID}"} < {*decided}
    login = keys_of(recorded_example("auth.login"))
    assert ("trail" in login, "notable" in login) == (True, False)


def test_what_the_shop_itself_does_is_no_persons() -> None:
    assert not any(key.startswith("person/") for key in keys_of(recorded_example("saga.completed")))
    acted = replace(recorded_example("saga.completed"), actor=Actor(type=ActorType.ADMIN, id="ann"))
    assert "person/ann" in keys_of(acted)


def test_every_failure_and_every_event_of_the_trail_is_an_event() -> None:
    assert EVENTS.keys() >= FAILURES | TRAIL
    assert {name for name in EVENTS if outcome_of(name) is Outcome.FAILURE} == FAILURES


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_event_is_looked_up_in_one_topic_to_which_it_is_published(name: str) -> None:
    home = home_topic(recorded_example(name))
    assert home in {route.topic for route in ROUTES[name]}
    touching = [model for model in AUDIT if name in model.types and list(model.touches(recorded_example(name)))]
    assert [model.view.topic for model in touching] == [home]


def test_a_mail_is_looked_up_with_its_order_or_else_with_its_person() -> None:
    sent = recorded_example("notification.sent")
    assert home_topic(sent) == "aioutlet.orders"
    of_person = replace(sent, event=sent.event.model_copy(update={"order_id": None, "user_id": CUSTOMER_ID}))
    assert home_topic(of_person) == "aioutlet.people"


def test_the_documents_of_a_key_have_the_positions_of_all_its_events(history: list[Envelope]) -> None:
    kept: dict[str, list[int]] = {}
    for model in AUDIT:
        for document in fold(model, {}, history).documents.values():
            assert {position // SEGMENT for position in document["positions"]} == {document["segment"]}
            kept[document["key"]] = sorted([*kept.get(document["key"], []), *document["positions"]])
    assert kept == {
        key: [each.position for each in history if key in keys_of(each)]
        for key in {key for each in history for key in keys_of(each)}
    }


def test_each_event_is_counted_once_by_its_day_and_type(history: list[Envelope]) -> None:
    counted = Counter[tuple[str, str]]()
    for model in AUDIT:
        for change in fold(model, {}, history).share_changes:
            counted[change.bucket, change.name] += change.total
    assert counted == Counter((f"{each.occurred_at:%Y%m%d}", field_of(each.type)) for each in history)
