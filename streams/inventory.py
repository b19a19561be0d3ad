"""The warehouse's agent: the single writer of stock. A batch is decided one after another and appended as one chain."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.fulfilment import POLICY, Policy
from domain.stock import Phase
from domain.warehouse import WAREHOUSE, dump, fingerprint, load
from event_store.records import Timer
from event_store.repository import Repository, Snapshots
from event_store.store import EventStore
from schemas.message import Event
from schemas.saga import InventoryConfirmation, InventoryRelease, InventoryReservation
from schemas.shipment import ShippingDispatched
from schemas.streams import warehouse_stream
from schemas.topics import STOCK
from schemas.warehouse import (
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    ReleaseStock,
    ReserveStock,
    WarehouseCommand,
)
from streams.draft import Draft
from streams.figures import Figures
from streams.processor import Processor, Task

REQUESTS = (InventoryReservation, InventoryRelease, InventoryConfirmation, ShippingDispatched)


def reservation_timer(order_id: str) -> str:
    """The id of the timer that ends an unconfirmed reservation."""
    return f"reservation-{order_id}"


class Inventory(Processor):
    """Reserves, releases, confirms, commits and expires on the warehouse's in-memory state.

    Appends expect the warehouse's version, so a second writer (a receipt, another worker) costs a reload, never a
    piece.
    """

    consumer = "inventory"
    topics = frozenset({STOCK})
    types = frozenset(request.wire_name for request in REQUESTS)
    timer_kind = "reservation"

    def __init__(
        self, store: EventStore, *, clock: Callable[[], datetime], figures: Figures, policy: Policy = POLICY
    ) -> None:
        super().__init__(store, clock=clock, figures=figures)
        self._lifetime = timedelta(seconds=policy.reservation)
        self._warehouses = Repository(
            store, WAREHOUSE, snapshots=Snapshots(decider=fingerprint(), dump=dump, load=load)
        )

    async def react(self, tasks: Sequence[Task], draft: Draft) -> None:
        """Decide one task after another; each sees what those before it left."""
        commands = [self._command(task) for task in tasks]
        await draft.load(self._warehouses, (warehouse_stream(command.warehouse_id) for command in commands))
        for task, command in zip(tasks, commands, strict=True):
            draft.decide(warehouse_stream(command.warehouse_id), command, task.cause)
            self._remind(task, command, draft)

    def _remind(self, task: Task, command: WarehouseCommand, draft: Draft) -> None:
        """While pieces are held unconfirmed, and only then, a timer says until when."""
        timer = reservation_timer(task.order_id)
        hold = draft.state(warehouse_stream(command.warehouse_id)).hold(task.order_id)
        if hold and hold.phase is Phase.HELD:
            draft.remind(Timer(timer, "reservation", task.order_id, command.warehouse_id, hold.expires_at))
        else:
            draft.forget(timer)

    def _command(self, task: Task) -> WarehouseCommand:
        if task.timer is not None:
            return ExpireReservation(warehouse_id=task.timer.token, order_id=task.order_id, now=task.cause.at)
        return self._asked(task.event, task.cause.at)

    def _asked(self, request: Event | None, at: datetime) -> WarehouseCommand:
        match request:
            case InventoryReservation(warehouse_id=warehouse_id, order_id=order_id, items=items, attempt=attempt):
                return ReserveStock(
                    warehouse_id=warehouse_id,
                    order_id=order_id,
                    items=items,
                    attempt=attempt,
                    expires_at=at + self._lifetime,
                )
            case InventoryRelease():
                return ReleaseStock(
                    warehouse_id=request.warehouse_id, order_id=request.order_id, attempt=request.attempt
                )
            case InventoryConfirmation():
                return ConfirmReservation(warehouse_id=request.warehouse_id, order_id=request.order_id)
            case ShippingDispatched():
                return CommitReservation(warehouse_id=request.warehouse_id, order_id=request.order_id)
            case _:
                raise TypeError(f"{type(request).__name__} is not asked of a warehouse")
