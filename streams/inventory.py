"""The inventory processor: the single writer of stock, which decides a batch in order and appends it at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.fulfilment.policy import POLICY, Policy
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.snapshot import WAREHOUSE_SNAPSHOT
from domain.warehouse.state import HoldPhase, Warehouse
from event_store.records import Timer
from event_store.repository import Repository, SnapshotPolicy
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from schemas.envelope import Cause
from schemas.ids import derived_id
from schemas.message import Event
from schemas.saga import InventoryConfirmation, InventoryRelease, InventoryReservation
from schemas.shipment import ShippingDispatched
from schemas.stream_names import warehouse_stream
from schemas.topics import STOCK
from schemas.warehouse import (
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    ReleaseStock,
    ReserveStock,
    WarehouseCommand,
)
from streams.metrics import Metrics
from streams.policy_in_force import PolicyInForce
from streams.processor import Processor
from streams.triggers import Trigger

REQUESTS = (InventoryReservation, InventoryRelease, InventoryConfirmation, ShippingDispatched)


def reservation_timer(order_id: str) -> str:
    """The id of the timer that ends an unconfirmed reservation."""
    return f"reservation-{order_id}"


class Inventory(Processor):
    """Reserves, releases, confirms, commits and expires on the warehouse's state in memory.

    Appends expect the warehouse's version, so that a second writer (a receipt, another worker) causes a reload and no
    double reservation.
    """

    consumer = "inventory"
    topics = frozenset({STOCK})
    types = frozenset(request.wire_name for request in REQUESTS)
    timer_kind = "reservation"

    def __init__(
        self, store: EventStore, *, clock: Callable[[], datetime], metrics: Metrics, policy: Policy = POLICY
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics)
        self._policies = PolicyInForce(store, policy)
        self._lifetime = timedelta(seconds=policy.reservation_lifetime)
        snapshots = SnapshotPolicy(WAREHOUSE_SNAPSHOT)
        self._warehouses = Repository(store, WAREHOUSE, snapshots=snapshots, is_shared=True)

    def shared_streams(self, triggers: Sequence[Trigger]) -> Collection[str]:
        """The warehouses: receipts and adjustments write them too."""
        return {warehouse_stream(self._command(trigger).warehouse_id) for trigger in triggers}

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Decide one trigger after another, each on the state that the previous ones left."""
        self._lifetime = timedelta(seconds=(await self._policies.current()).reservation_lifetime)
        commands = [self._command(trigger) for trigger in triggers]
        await unit.load(self._warehouses, (warehouse_stream(command.warehouse_id) for command in commands))
        for trigger, command in zip(triggers, commands, strict=True):
            stream = warehouse_stream(command.warehouse_id)
            unit.decide(stream, command, _cause_of(trigger, unit.state(stream)))
            self._set_expiry_timer(trigger, command, unit)
        return {}

    def _set_expiry_timer(self, trigger: Trigger, command: WarehouseCommand, unit: UnitOfWork) -> None:
        """There is a timer exactly while a hold is unconfirmed."""
        timer_id = reservation_timer(trigger.order_id)
        hold = unit.state(warehouse_stream(command.warehouse_id)).hold(trigger.order_id)
        if hold and hold.phase is HoldPhase.HELD:
            unit.set_timer(Timer(timer_id, "reservation", trigger.order_id, command.warehouse_id, hold.expires_at))
        else:
            unit.cancel_timer(timer_id)

    def _command(self, trigger: Trigger) -> WarehouseCommand:
        if trigger.timer is not None:
            return ExpireReservation(warehouse_id=trigger.timer.token, order_id=trigger.order_id, now=trigger.cause.at)
        return stock_command(trigger.event, at=trigger.cause.at, lifetime=self._lifetime)


def _cause_of(trigger: Trigger, warehouse: Warehouse) -> Cause:
    """Return the trigger as a cause: a timer that another worker was quicker with may end the next hold as well."""
    hold = warehouse.hold(trigger.order_id) if trigger.timer else None
    if hold is None:
        return trigger.cause
    return replace(trigger.cause, id=derived_id(trigger.cause.id, hold.expires_at.isoformat()))


def stock_command(request: Event | None, *, at: datetime, lifetime: timedelta) -> WarehouseCommand:
    """What a request means to its warehouse; an unconfirmed reservation expires `lifetime` after `at`."""
    match request:
        case InventoryReservation(warehouse_id=warehouse_id, order_id=order_id, items=items, attempt=attempt):
            return ReserveStock(
                warehouse_id=warehouse_id,
                order_id=order_id,
                items=items,
                attempt=attempt,
                expires_at=at + lifetime,
            )
        case InventoryRelease():
            return ReleaseStock(warehouse_id=request.warehouse_id, order_id=request.order_id, attempt=request.attempt)
        case InventoryConfirmation():
            return ConfirmReservation(warehouse_id=request.warehouse_id, order_id=request.order_id)
        case ShippingDispatched():
            return CommitReservation(warehouse_id=request.warehouse_id, order_id=request.order_id)
        case _:
            raise TypeError(f"{type(request).__name__} is no request to a warehouse")
