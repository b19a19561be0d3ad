"""Every way in which an order can go wrong, all at the same time, on the embedded parts and on the services'."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from re import fullmatch
from uuid import uuid4

import pytest

from domain.fulfilment.policy import Policy
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.payment import Payments
from streams.payment_gateway import DummyGateway
from streams.processor import Processor
from streams.shipping import Shipping
from subscriptions.catch_up import RELAY
from tests.integration.conftest import Opened
from tests.integration.doors.counter import ADDRESS, ANN, LAMP, basket
from tests.integration.outside_parties import FarCarrier, OutsideParties, Played, Provider, far_warehouse, histories
from tests.integration.whole_shop import WholeShop

POLICY = Policy(payment_timeout=1.0, inventory_timeout=1.0, shipping_timeout=1.0, undo_timeout=3.0, backoff=0.1)
PAST_ALL_DEADLINES = 15.0
"""Seconds from a payment request to its late answer."""
PLENTY, LAST_PIECE, SOLD_OUT = "lamp", "last-piece", "sold-out"
PIECES = {PLENTY: 1_000, LAST_PIECE: 1}
NO_LABEL, NO_ANSWER, FLAKY = "00000", "00001", "00002"
"""Postal codes of the stand-in for a carrier."""

Act = Callable[[Played], Awaitable[None]]


async def nothing(_: Played) -> None:
    """Only wait."""


def answer_after(wire_name: str) -> Act:
    """Let who is away be asked again once this was recorded."""

    async def act(order: Played) -> None:
        await order.recorded(wire_name)
        order.answered()

    return act


def cancel_after(wire_name: str, *, times: int = 1, then: Act = nothing) -> Act:
    """Cancel once this was recorded, so many times."""

    async def act(order: Played) -> None:
        await order.recorded(wire_name)
        assert [await order.shop.cancel(order.order_id) for _ in range(times)] == [200] * times
        await then(order)

    return act


async def ship_and_be_refused_a_cancellation(order: Played) -> None:
    await order.recorded("inventory.confirmed")
    assert await order.shop.ship(order.order_id) == 200
    assert await order.shop.cancel(order.order_id) == 409


def resolve(action: str) -> Act:
    """Have an operator do this once the order is stuck; the provider refunds it from then on."""

    async def act(order: Played) -> None:
        await order.recorded("saga.stuck")
        order.outside.refunded_now.add(order.order_id)
        await order.resolve(action)

    return act


@dataclass(frozen=True)
class Case:
    """What is ordered, what is done meanwhile, and the types of the events that follow."""

    events: str
    """A regular expression."""
    act: Act = nothing
    product: str = PLENTY
    token: str = "tok_ok"
    postal_code: str = ADDRESS["postalCode"]
    until: str = ""
    """The last event, where that is not the end of the order."""
    away: str | None = None
    """Who cannot be asked about it at first."""


BOOKKEEPING = {
    "order.created",
    "order.number.claimed",
    "order.updated",
    "saga.started",
    "saga.step.completed",
    "saga.retry.scheduled",
    "saga.compensation.started",
    "saga.completed",
    "saga.failed",
    "saga.resolution.requested",
}
"""Left out of the histories: what remains is asked, answered, undone and ended."""
SUCCESSES = {"payment.processed", "inventory.reserved", "shipping.prepared"}
TIMED_OUT = " saga.step.timed.out "
PAID = "payment.processing payment.processed "
RESERVED = "inventory.reservation inventory.reserved "
PREPARED = "shipping.preparation shipping.prepared "
COMPLETED = "inventory.confirmation order.completed inventory.confirmed"
REFUNDED = "payment.refund payment.refunded "
RELEASED = "inventory.release inventory.released "
CANCELLED = "shipping.cancel shipping.cancelled "
SHORT = "inventory.reservation inventory.failed "
REFUSED = "payment.refund payment.refund.failed "


def in_vain(request: str) -> str:
    """A request that is made three times and never answered."""
    return TIMED_OUT.join([request] * 3) + TIMED_OUT


def late(request: str) -> str:
    """A request that is made again, perhaps twice, before it is answered."""
    return rf"{request}({TIMED_OUT}{request}){{1,2}} "


CASES: Mapping[str, Case] = {
    "the payment is declined": Case(token="tok_decline", events="payment.processing payment.failed order.failed"),
    "the payment fails twice and then succeeds": Case(
        token="tok_flaky",
        events="payment.processing payment.failed " * 2 + PAID + RESERVED + PREPARED + COMPLETED,
    ),
    "the payment is never answered": Case(
        token="tok_timeout", events=in_vain("payment.processing") + "payment.refund payment.voided order.failed"
    ),
    "the payment succeeds after its first deadline": Case(
        away="provider",
        act=answer_after("saga.step.timed.out"),
        events=late("payment.processing") + "payment.processed " + RESERVED + PREPARED + COMPLETED,
    ),
    "the payment succeeds after the order has failed": Case(
        token="tok_late",
        until="payment.refunded",
        events=in_vain("payment.processing")
        + "payment.refund payment.voided order.failed payment.processed "
        + "payment.refund payment.refunded( payment.failed)*",
    ),
    "the stock is short": Case(product=SOLD_OUT, events=PAID + SHORT + REFUNDED + "order.failed"),
    "the warehouse answers after its first deadline": Case(
        away="warehouse",
        act=answer_after("saga.step.timed.out"),
        events=PAID + late("inventory.reservation") + "inventory.reserved " + PREPARED + COMPLETED,
    ),
    "the warehouse answers while the order is undone": Case(
        away="warehouse",
        act=answer_after("inventory.release"),
        events=PAID
        + in_vain("inventory.reservation")
        + "inventory.release inventory.reserved inventory.released (inventory.release inventory.released )?"
        + REFUNDED
        + "order.failed",
    ),
    "the carrier refuses": Case(
        postal_code=NO_LABEL,
        events=PAID + RESERVED + "shipping.preparation shipping.failed " + RELEASED + REFUNDED + "order.failed",
    ),
    "the carrier fails twice and then prepares": Case(
        postal_code=FLAKY,
        events=PAID + RESERVED + "shipping.preparation shipping.failed " * 2 + PREPARED + COMPLETED,
    ),
    "the carrier never answers": Case(
        postal_code=NO_ANSWER,
        events=PAID + RESERVED + in_vain("shipping.preparation") + CANCELLED + RELEASED + REFUNDED + "order.failed",
    ),
    "the carrier answers after its first deadline": Case(
        away="carrier",
        act=answer_after("saga.step.timed.out"),
        events=PAID + RESERVED + late("shipping.preparation") + "shipping.prepared " + COMPLETED,
    ),
    "the carrier can be reached again while the order is undone": Case(
        away="carrier",
        act=answer_after("shipping.cancel"),
        events=PAID
        + RESERVED
        + in_vain("shipping.preparation")
        + "shipping.cancel (shipping.prepared )?shipping.cancelled "
        + RELEASED
        + REFUNDED
        + "order.failed",
    ),
    "the refund is refused and an operator has it tried again": Case(
        product=SOLD_OUT,
        token="tok_refund_fails",
        act=resolve("retry"),
        events=PAID + SHORT + REFUSED * 3 + "saga.stuck saga.resolved " + REFUNDED + "order.failed",
    ),
    "the refund is refused and an operator marks it done": Case(
        product=SOLD_OUT,
        token="tok_refund_fails",
        act=resolve("mark-done"),
        events=PAID + SHORT + REFUSED * 3 + "saga.stuck saga.resolved order.failed",
    ),
    "the refund is refused and an operator forces the order to fail": Case(
        product=SOLD_OUT,
        token="tok_refund_fails",
        act=resolve("force-fail"),
        events=PAID + SHORT + REFUSED * 3 + "saga.stuck saga.resolved order.failed",
    ),
    "it is cancelled while it is paid": Case(
        token="tok_timeout",
        act=cancel_after("payment.processing"),
        events="payment.processing order.cancellation.requested payment.refund payment.voided order.cancelled",
    ),
    "it is cancelled while it is reserved": Case(
        away="warehouse",
        act=cancel_after("inventory.reservation", then=answer_after("inventory.release")),
        events=PAID
        + "inventory.reservation order.cancellation.requested inventory.release inventory.reserved inventory.released "
        + "(inventory.release inventory.released )?"
        + REFUNDED
        + "order.cancelled",
    ),
    "it is cancelled while it is prepared": Case(
        postal_code=NO_ANSWER,
        act=cancel_after("shipping.preparation"),
        events=PAID
        + RESERVED
        + "shipping.preparation order.cancellation.requested "
        + CANCELLED
        + RELEASED
        + REFUNDED
        + "order.cancelled",
    ),
    "it is cancelled twice, when it is prepared": Case(
        act=cancel_after("inventory.confirmed", times=2),
        events=PAID
        + RESERVED
        + PREPARED
        + COMPLETED
        + " order.cancellation.requested "
        + CANCELLED
        + RELEASED
        + REFUNDED
        + "order.cancelled",
    ),
    "it is cancelled when it is shipped": Case(
        act=ship_and_be_refused_a_cancellation,
        events=PAID
        + RESERVED
        + PREPARED
        + COMPLETED
        + " order.shipped saga.closed shipping.dispatched inventory.committed",
    ),
}


async def place(shop: WholeShop, case: Case, outside: OutsideParties) -> Played:
    body = basket((case.product, 1)) | {"paymentMethod": {"token": case.token}}
    body["shippingAddress"] = ADDRESS | {"postalCode": case.postal_code}
    answer = await shop.counter.place(uuid4().hex, body)
    order_id = answer.json()["orderId"]
    if case.away:
        outside.away_from[order_id] = case.away
    return Played(shop, outside, order_id)


def shown(history: Sequence[str]) -> str:
    """What was asked, answered, undone and ended; a request that was made again may be answered again, at any time."""
    return " ".join(
        each
        for index, each in enumerate(history)
        if each not in BOOKKEEPING and not (each in SUCCESSES and each in history[:index])
    )


async def test_every_case_is_recorded_as_the_table_says(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = OutsideParties()
    monkeypatch.setattr("streams.inventory.stock_command", far_warehouse(outside))
    async with opened(
        gateway=Provider(outside, late_after=PAST_ALL_DEADLINES), carrier=FarCarrier(outside), policy=POLICY
    ) as shop:
        for product_id in (PLENTY, LAST_PIECE, SOLD_OUT):
            await shop.counter.says("POST", "/products", json=LAMP | {"productId": product_id}, headers=ANN)
        items = [{"productId": product_id, "quantity": pieces} for product_id, pieces in PIECES.items()]
        await shop.counter.done("POST", "/inventory/receipts", 201, json={"items": items})
        played = {name: await place(shop, case, outside) for name, case in CASES.items()}
        rivals = [await place(shop, Case("", product=LAST_PIECE), outside) for _ in range(2)]
        # Nothing moves before what the outside parties do to each order is known.
        async with shop.relaying():
            await asyncio.gather(*(CASES[name].act(order) for name, order in played.items()))
            for name, order in played.items():
                if CASES[name].until:
                    await order.recorded(CASES[name].until)
            await shop.all_end([order.order_id for order in (*played.values(), *rivals)])
            assert await shop.at_rest() == []
        recorded = await histories(shop)
    wrong = []
    for name, order in played.items():
        history = shown(recorded[order.order_id])
        if not fullmatch(CASES[name].events, history):
            wrong.append(f"{name}: {history}")
    assert not wrong, "\n".join(wrong)
    assert await shop.tally([order.order_id for order in rivals]) == {"order.completed": 1, "order.failed": 1}


async def test_a_reservation_that_expires_in_mid_saga_is_renewed_and_the_order_completed(opened: Opened) -> None:
    outside, policy = OutsideParties(), replace(POLICY, shipping_timeout=60.0, reservation_lifetime=1.0)
    async with opened(carrier=FarCarrier(outside), policy=policy) as shop:
        await shop.stock(1)
        order = await place(shop, Case("", away="carrier"), outside)
        async with shop.relaying():
            await order.recorded("inventory.reserved", times=2)
            order.answered()
            await shop.all_end([order.order_id], "order.completed")
            assert await shop.at_rest() == []
        recorded = (await histories(shop))[order.order_id]
    assert recorded.count("inventory.reservation") == 1 + recorded.count("inventory.expired") > 1


async def test_handling_the_whole_log_again_does_nothing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = DummyGateway()
    async with opened(gateway=provider) as shop, shop.relaying():
        await shop.stock(20)
        orders = [*await shop.order(10), *await shop.order(5, token="tok_decline"), *await shop.order(2, pieces=30)]
        await shop.all_end(orders)
        for order_id in orders[:5]:
            assert await shop.cancel(order_id) == 200
        await shop.all_end(orders[:5], "order.cancelled")
        assert await shop.at_rest() == []
        books, head = list(provider.books.entries()), await shop.store.head()
    for processor in (Fulfilment, Payments, Inventory, Shipping):
        monkeypatch.setattr(processor, "consumer", f"{processor.consumer} anew")
    async with opened(gateway=provider) as shop, shop.relaying():
        for processor in (Fulfilment, Payments, Inventory, Shipping):
            await shop.until(partial(has_read_all, shop, processor))
        assert await shop.store.head() == head
        assert list(provider.books.entries()) == books


async def has_read_all(shop: WholeShop, processor: type[Processor]) -> bool:
    published = await shop.store.checkpoints(RELAY)
    read = await shop.store.checkpoints(processor.consumer)
    return all(
        read.get(partition, 0) >= position
        for partition, position in published.items()
        if partition.topic in processor.topics
    )
