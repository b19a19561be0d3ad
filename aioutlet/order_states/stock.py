"""The stock of an order, in a warehouse with one piece of what it asks for, which others may reserve first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from rpds import HashTrieMap

from aioutlet.order_states.move import Move
from aioutlet.order_states.side import ORDER_ID, WAREHOUSE_ID, Numbers, Side, number_of
from domain.fulfilment.inputs import EVENT_TYPES
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.state import EPOCH, LIVE, Hold, HoldPhase, Level, Warehouse
from schemas.message import Event
from schemas.saga import Direction, InventoryConfirmation, SagaRequest, Step
from schemas.shipment import ShippingDispatched
from schemas.warehouse import ExpireReservation, InventoryFailed, WarehouseCommand
from streams.inventory import stock_command

PRODUCT_ID = "product"
EXPIRY = datetime(2026, 1, 1, tzinfo=UTC)
LIFETIME = timedelta(minutes=15)
"""Reservations are made just before `EXPIRY`, so that they expire later; then they are all set to expire at it."""
ONE_PIECE = Level(on_hand=1)


@dataclass(frozen=True)
class StockSide(Side):
    """The hold, the level of the product without what others reserve, and the dispatches that are not read yet."""

    step: ClassVar[Step] = Step.INVENTORY
    hold: Hold | None = None
    level: Level = ONE_PIECE
    dispatches: tuple[ShippingDispatched, ...] = ()

    @property
    def phase(self) -> HoldPhase | None:
        """What has become of the hold; None where there never was one."""
        return self.hold.phase if self.hold else None

    @property
    def is_busy(self) -> bool:
        return super().is_busy or bool(self.dispatches) or self.phase is HoldPhase.HELD

    def ask(self, request: SagaRequest) -> Self:
        """A confirmation has no attempt that counts."""
        is_confirmation = isinstance(request, InventoryConfirmation)
        return super().ask(request.model_copy(update={"attempt": 0}) if is_confirmation else request)

    def moves(self) -> Iterator[Move[Side]]:
        if self.requests:
            yield from replace(self, requests=self.requests[1:])._handle(self.requests[0])
        if self.dispatches:
            yield from replace(self, dispatches=self.dispatches[1:])._handle(self.dispatches[0])
        if self.phase is HoldPhase.HELD:
            expire = ExpireReservation(warehouse_id=WAREHOUSE_ID, order_id=ORDER_ID, now=EXPIRY)
            yield Move("the reservation expires", self._decide(expire))

    def _handle(self, request: Event) -> Iterator[Move[Side]]:
        command = stock_command(request, at=EXPIRY + timedelta(seconds=1) - LIFETIME, lifetime=LIFETIME)
        name = f"the warehouse reads `{request.wire_name}`"
        if command.warehouse_id != WAREHOUSE_ID:
            raise ValueError(f"{name}, which is for {command.warehouse_id}")
        yield Move(name, self._decide(command))
        short = self._decide(command, others=self.level.available)
        if any(isinstance(event, InventoryFailed) for event in short.answers[len(self.answers) :]):
            yield Move(f"{name} and is short", short)

    def _decide(self, command: WarehouseCommand, *, others: int = 0) -> Self:
        """Decide while other orders have reserved so many pieces."""
        warehouse = self._warehouse(others)
        events = WAREHOUSE.decide(command, warehouse)
        after = WAREHOUSE.fold(events, warehouse)
        level = after.level(PRODUCT_ID)
        side = replace(
            self, hold=_at_expiry(after.hold(ORDER_ID)), level=level._replace(reserved=level.reserved - others)
        )
        return side.answer(*(_shorten(event) for event in events if event.wire_name in EVENT_TYPES))

    def _warehouse(self, others: int) -> Warehouse:
        levels = HashTrieMap({PRODUCT_ID: self.level._replace(reserved=self.level.reserved + others)})
        holds = HashTrieMap({ORDER_ID: self.hold} if self.hold else {})
        return Warehouse(levels, holds=holds) if self.phase in LIVE else Warehouse(levels, ended=holds)

    def expired(self) -> Iterator[int]:
        yield from super().expired()
        if self.phase is HoldPhase.HELD and self.hold:
            yield self.hold.attempt

    def renumber(self, direction: Direction, numbers: Numbers, waiting: Numbers) -> Self:
        """The hold's attempt is not only compared: it is in the answer when an expired hold is taken again."""
        side = super().renumber(direction, numbers, waiting)
        if self.hold is None:
            return side
        if direction == "forward":
            return replace(side, hold=replace(self.hold, attempt=number_of(self.hold.attempt, numbers)))
        return replace(side, hold=replace(self.hold, release_attempt=number_of(self.hold.release_attempt, waiting)))


def _at_expiry(hold: Hold | None) -> Hold | None:
    return replace(hold, expires_at=EXPIRY) if hold and hold.expires_at != EPOCH else hold


def _shorten(event: Any) -> Any:
    """Leave out what the saga does not read, so that there are fewer different events."""
    unread = {"items": (), "shortages": (), "expires_at": EXPIRY}
    return event.model_copy(update={name: unread[name] for name in type(event).model_fields.keys() & unread})
