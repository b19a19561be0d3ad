"""The catalogue of events says who writes and who reads each, as the code has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aioutlet.pages.event_flow import PROCESSORS, describe_flow, readers_of, writers_of
from projectors.models.audit import AUDIT
from projectors.models.registry import MODELS
from schemas.message import Event
from schemas.order import OrderCreated, OrderNumberClaimed
from schemas.registry import EVENTS
from schemas.saga import PaymentRefund
from schemas.security import AccessDenied
from schemas.topics import PEOPLE
from schemas.user import UserErased
from schemas.warehouse import InventoryReserved
from streams.processor import Processor


def descendants(of: Any) -> Iterator[Any]:
    for child in of.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_agent_is_in_the_catalogue() -> None:
    ours = {
        each for each in descendants(Processor) if each.__module__.startswith("streams.") and "consumer" in vars(each)
    }
    assert set(PROCESSORS) == ours


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_somebody_writes_every_event(event: type[Event]) -> None:
    assert writers_of(event)
    assert all(Path(writer).exists() for writer in writers_of(event))


@pytest.mark.parametrize(
    ("event", "writers"),
    [
        (OrderCreated, ["domain/order.py"]),
        (InventoryReserved, ["domain/warehouse/reservation.py"]),
        (PaymentRefund, ["domain/fulfilment/requests.py"]),
        (AccessDenied, ["command_api/security_log.py"]),
        (OrderNumberClaimed, ["command_api/routers/place_order.py"]),
    ],
)
def test_who_only_handles_an_event_does_not_write_it(event: type[Event], writers: list[str]) -> None:
    assert writers_of(event) == writers


def test_those_who_ask_for_an_event_read_it() -> None:
    assert readers_of(PaymentRefund)["agent"] == ["payment"]
    assert readers_of(OrderCreated)["agent"] == ["saga", "notification"]
    assert readers_of(UserErased)["read model"] == [m.view.name for m in MODELS if "user.erased" in m.types]


def test_a_sentence_says_both() -> None:
    [people] = [each.view.name for each in AUDIT if each.view.topic == PEOPLE]
    assert (
        describe_flow(AccessDenied) == f"Written by `command_api/security_log.py`; read by the read model `{people}`."
    )
    assert describe_flow(PaymentRefund).startswith(
        "Written by `domain/fulfilment/requests.py`; read by the agent `payment` and the read models `orders"
    )
