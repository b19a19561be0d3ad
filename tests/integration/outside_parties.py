"""Outside parties that do to single orders what a test wants, and one order while its case is played."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schemas.codec import decode
from schemas.message import Event
from schemas.saga import PaymentProcessing, PaymentRefund, ShippingPreparation
from streams import inventory
from streams.carrier import CarrierAnswer, DummyCarrier
from streams.parked_messages import ProviderFault
from streams.payment_gateway import DummyGateway, GatewayAnswer, RefundAnswer
from tests.integration.doors.counter import OLIVE
from tests.integration.whole_shop import WholeShop


@dataclass
class OutsideParties:
    """What they do to single orders."""

    away_from: dict[str, str] = field(default_factory=dict)
    """By order: who cannot be asked about it, the provider, the warehouse or the carrier."""
    refunded_now: set[str] = field(default_factory=set)
    """Orders whose refund is no longer refused."""


class Provider(DummyGateway):
    """The stand-in, as the outside parties want it."""

    def __init__(self, outside: OutsideParties, *, late_after: float) -> None:
        super().__init__(late_after=late_after)
        self._outside = outside

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        if self._outside.away_from.get(request.order_id) == "provider":
            raise ConnectionError(request.order_id)
        return await super().charge(request)

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        if request.order_id in self._outside.refunded_now:
            accepted = request.payment_method.model_copy(update={"token": "tok_ok"})
            request = request.model_copy(update={"payment_method": accepted})
        return await super().refund(request)


@dataclass(frozen=True)
class FarCarrier(DummyCarrier):
    """The stand-in, as the outside parties want it."""

    outside: OutsideParties

    async def prepare(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        if self.outside.away_from.get(request.order_id) == "carrier":
            raise ConnectionError(request.order_id)
        return await super().prepare(request, postal_code)


def far_warehouse(outside: OutsideParties) -> Callable[..., Any]:
    """`streams.inventory.stock_command`, as the outside parties want it."""
    command = inventory.stock_command

    def ask(request: Event | None, **known: Any) -> Any:
        if outside.away_from.get(getattr(request, "order_id", "")) == "warehouse":
            raise ProviderFault("the warehouse does not answer")
        return command(request, **known)

    return ask


@dataclass
class Played:
    """One order while its case is played."""

    shop: WholeShop
    outside: OutsideParties
    order_id: str

    async def recorded(self, wire_name: str, times: int = 1) -> None:
        """Wait until this was recorded of the order, so many times."""

        async def is_so() -> bool:
            return (await histories(self.shop))[self.order_id].count(wire_name) >= times

        await self.shop.until(is_so)

    def answered(self) -> None:
        """Let whoever is away be asked again."""
        del self.outside.away_from[self.order_id]

    async def resolve(self, action: str) -> None:
        """Have an operator do this with the stuck order."""
        path, evidence = f"/admin/sagas/{self.order_id}/{action}", {"evidence": "told by the provider"}
        await self.shop.counter.done("POST", path, json=evidence, headers=OLIVE)


async def histories(shop: WholeShop) -> dict[str, list[str]]:
    """The types of all events about each order, in position order."""
    found: dict[str, list[str]] = {}
    for stored in await shop.store.log(0, limit=1_000_000):
        order_id = getattr(decode(stored).event, "order_id", None)
        if order_id:
            found.setdefault(order_id, []).append(stored.type)
    return found
