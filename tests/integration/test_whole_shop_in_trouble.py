"""Orders come right, whatever providers, clerks and brokers do: on the embedded parts and on the services'."""

import asyncio
import random
from collections import Counter as Tally
from typing import Any, ClassVar

import pytest

from schemas.codec import decode
from schemas.registry import EVENTS
from schemas.saga import PaymentProcessing, PaymentRefund, ShippingCancel
from schemas.stream_names import warehouse_stream
from schemas.warehouse import StockLow
from schemas.wire import MAX_POSITION
from streams.carrier import DummyCarrier
from streams.payment_gateway import DummyGateway, GatewayAnswer, RefundAnswer
from tests.integration.conftest import Opened
from tests.integration.doors.counter import ANN
from tests.integration.kafka_shop import record
from tests.integration.whole_shop import QUICK, WholeShop
from tests.services.waiting import STUCK_AFTER

FORWARD = {"payment.processing", "inventory.reservation", "shipping.preparation"}
AT_ONCE = 100
TIMED_OUT = {"saga.stuck", "saga.step.timed.out"}


async def test_sixty_clerks_at_one_warehouse_cost_no_order_and_no_clerk_is_refused(opened: Opened) -> None:
    async with opened() as shop, shop.relaying():
        await shop.stock(10_000)
        stop = asyncio.Event()

        async def adjust(number: int) -> list[int]:
            statuses = []
            while not stop.is_set():
                change = {"productId": "lamp", "delta": 1 if number % 2 else -1, "reason": "counted"}
                said: dict[str, Any] = {"json": change, "headers": ANN}
                statuses.append((await shop.counter.says("POST", "/inventory/adjustments", **said)).status_code)
            return statuses

        clerks = [asyncio.create_task(adjust(number)) for number in range(60)]
        orders = await shop.order(120)
        await shop.all_end(orders)
        stop.set()
        statuses = [status for found in await asyncio.gather(*clerks) for status in found]
        assert await shop.tally(orders) == {"order.completed": 120}
        assert 201 in statuses
        assert set(statuses) <= {201, 503}, "503 is said after 4.5 s, on a machine that is too busy"
        assert await shop.at_rest() == []


class FaultyGateway(DummyGateway):
    """Raises instead of answering: before the money has moved, or after it."""

    def __init__(self, *, charges: float = 0.0, refunds: float = 0.0, seed: int = 7) -> None:
        super().__init__(late_after=1.5)
        self.charge_faults, self.refund_faults = charges, refunds
        self._random = random.Random(seed)

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        answer = await super().charge(request)
        if self._random.random() < self.charge_faults:
            raise ConnectionResetError("after the booking")
        return answer

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        if self._random.random() < self.refund_faults:
            raise OSError("no route to the provider")
        return await super().refund(request)


async def test_a_provider_whose_refunds_often_fail_leaves_no_order_stuck(opened: Opened) -> None:
    async with opened(gateway=FaultyGateway(refunds=0.4)) as shop, shop.relaying():
        await shop.stock(1)
        orders = await shop.order(40, pieces=2)
        await shop.all_end(orders, "order.failed")
        assert await shop.at_rest() == []


async def test_orders_stuck_while_the_provider_was_down_end_by_themselves(opened: Opened) -> None:
    gateway = FaultyGateway(refunds=1.0)
    async with opened(gateway=gateway) as shop, shop.relaying():
        await shop.stock(1)
        orders = await shop.order(10, pieces=2)
        await shop.all_end(orders, "saga.stuck")
        gateway.refund_faults = 0.0
        await shop.all_end(orders, "order.failed")
        assert await shop.at_rest() == []


async def test_charges_whose_answers_are_lost_are_given_back_when_orders_are_cancelled(opened: Opened) -> None:
    async with opened(gateway=FaultyGateway(charges=0.6)) as shop, shop.relaying():
        await shop.stock(1_000)
        orders = await shop.order(60)
        cancelled = orders[::2]
        for order_id in cancelled:
            assert await shop.cancel(order_id) == 200
        await shop.all_end(orders)
        await shop.all_end(cancelled, "order.cancelled", "order.failed")
        assert await shop.at_rest() == []


class HangingGateway(DummyGateway):
    """Never returns from some charges; what it books meanwhile is in its books."""

    def __init__(self, hanging: str) -> None:
        super().__init__(late_after=0.2)
        self._hanging = hanging

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        answer = await super().charge(request)
        if request.payment_method.token == self._hanging and not (answer and answer.after):
            await asyncio.Event().wait()
        return answer


async def test_a_charge_that_never_returns_delays_its_own_order_only(opened: Opened) -> None:
    async with opened(gateway=HangingGateway("tok_flaky")) as shop, shop.relaying():
        await shop.stock(1_000)
        [hung] = await shop.order(1, token="tok_flaky")
        healthy = await shop.order(20)
        await shop.all_end(healthy, "order.completed")
        await shop.all_end([hung], "order.failed")
        assert await shop.at_rest() == []


async def test_charges_that_never_return_hinder_no_start(opened: Opened) -> None:
    """The messages that wait for them are there again, and their calls are made again."""
    gateway = HangingGateway("tok_flaky")
    async with opened(gateway=gateway) as shop, shop.relaying():
        await shop.stock(1_000)
        hung = await shop.order(3, token="tok_flaky")

        async def wait_for_them() -> bool:
            return {each.subject for each in await shop.store.parked("payment")} == {*hung}

        await shop.until(wait_for_them)
    for _ in range(2):
        async with opened(gateway=gateway) as shop, shop.relaying():
            healthy = await shop.order(5)
            await shop.all_end(healthy, "order.completed")
    async with opened(gateway=gateway) as shop, shop.relaying():
        await shop.all_end(hung, "order.failed")
        assert await shop.at_rest() == []


async def test_late_charges_that_hang_stop_no_other_timer(opened: Opened) -> None:
    async with opened(gateway=HangingGateway("tok_late")) as shop, shop.relaying():
        await shop.stock(1_000)
        late = await shop.order(12, token="tok_late")
        silent = await shop.order(3, token="tok_timeout")
        await shop.all_end(silent, "order.failed")
        await shop.all_end(late, "order.failed")


async def test_while_the_broker_is_away_no_deadline_passes(opened: Opened) -> None:
    """Orders are undone, and the broker is away for longer than three undo deadlines."""
    async with opened() as shop:
        async with shop.relaying():
            await shop.stock(20)
            orders = await shop.order(20)
            await shop.all_end(orders)
        for order_id in orders:
            assert await shop.cancel(order_id) == 200
        more = await shop.order(5)
        # What was published before is handled meanwhile, and there is nothing past the end of any log.
        await shop.store.wait_past(MAX_POSITION, timeout=5 * QUICK.undo_timeout)
        for order_id in (*orders, *more):
            assert not TIMED_OUT & set(await shop.types(order_id))
        async with shop.relaying():
            await shop.all_end(orders, "order.cancelled")
            await shop.all_end(more)
            assert await shop.at_rest() == []
        for order_id in (*orders, *more):
            assert not TIMED_OUT & set(await shop.types(order_id))


@pytest.mark.parametrize(
    "count", [500, pytest.param(20_000, marks=[pytest.mark.exhaustive, pytest.mark.timeout(1_800)])]
)
async def test_of_a_backlog_no_request_is_repeated(opened: Opened, count: int) -> None:
    """Every order waits behind others for longer than its deadlines."""
    async with opened() as shop:
        await shop.stock(count)
        for placed in range(0, count, AT_ONCE):
            await shop.order(min(AT_ONCE, count - placed))
        async with shop.relaying():
            asked = await requests_until_complete(shop, count)
        assert set(asked.values()) == {1}
        assert len(asked) == count * len(FORWARD)


async def requests_until_complete(shop: WholeShop, orders: int) -> Tally[tuple[str, str]]:
    """How often each forward request was made of each order, when so many are complete."""
    asked: Tally[tuple[str, str]] = Tally()
    position = completed = 0
    while completed < orders:
        assert await shop.store.wait_past(position, timeout=STUCK_AFTER), f"{completed} of {orders} orders are complete"
        for stored in await shop.store.log(position, limit=5_000):
            position = stored.position
            completed += stored.type == "order.completed"
            assert stored.type not in TIMED_OUT
            if stored.type in FORWARD:
                asked[stored.type, decode(stored).event.order_id] += 1  # type: ignore[attr-defined]
    return asked


class StockCounted(StockLow):
    """An event of a later release."""

    wire_name: ClassVar[str] = "stock.counted"


async def test_orders_wait_for_a_warehouse_that_cannot_be_read_and_go_on_once_it_is_mended(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as shop, shop.relaying():
        await shop.stock(1_000)
        counted = StockCounted(warehouse_id="main", product_id="lamp", available=1_000, threshold=5)
        await record(shop.store, warehouse_stream("main"), counted)
        orders = await shop.order(20)

        async def paid() -> bool:
            return len(await shop.store.log(0, types=("inventory.reservation",))) == len(orders)

        await shop.until(paid)
        assert await shop.store.wait_past(await shop.store.head(), timeout=2 * QUICK.inventory_timeout)
        assert (await shop.ends(orders), await shop.store.parked("inventory")) == ({}, [])
        monkeypatch.setitem(EVENTS, StockCounted.wire_name, StockLow)
        await shop.all_end(orders, "order.completed")
        assert await shop.at_rest() == []


class SlowCarrier(DummyCarrier):
    """Takes a moment to void a label."""

    async def cancel(self, request: ShippingCancel) -> None:
        await asyncio.sleep(0.02)


async def test_an_order_is_shipped_or_undone_and_never_both(opened: Opened) -> None:
    async with opened(carrier=SlowCarrier()) as shop, shop.relaying():
        await shop.stock(40)
        orders = await shop.order(40)

        async def ship(order_id: str) -> int:
            async with asyncio.timeout(STUCK_AFTER):
                while (status := await shop.ship(order_id)) == 409 and order_id not in await shop.ends(orders):
                    await shop.store.wait_past(await shop.store.head(), timeout=0.05)
            return status

        async def cancel(order_id: str) -> int:
            await shop.store.wait_past(await shop.store.head(), timeout=0.05)
            return await shop.cancel(order_id)

        calls = [call(order_id) for order_id in orders for call in (ship, cancel)]
        assert set(await asyncio.gather(*calls)) <= {200, 409}
        assert await shop.at_rest() == []
        for order_id in orders:
            types = set(await shop.types(order_id))
            assert ("order.shipped" in types) is ("shipping.dispatched" in types)
            assert not {"order.shipped", "order.cancelled"} <= types
