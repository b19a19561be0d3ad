"""Bugs of the saga, of stock, payment and shipping."""

from domain.fulfilment.inputs import Input
from domain.fulfilment.state import State
from tests.simulation.mutants.mutant import GONE, Change, Entry, Mutant

MUTANTS = (
    Mutant(
        "a completed step is not undone",
        "contracts.md: compensation = completed-or-unknown steps",
        (
            Change(
                "domain.fulfilment.state", "Saga.done_or_unknown", "return self.done | unanswered", "return unanswered"
            ),
        ),
    ),
    Mutant(
        "a step without an answer is taken for one that did nothing",
        "contracts.md: that step is unknown",
        (
            Change(
                "domain.fulfilment.state", "Saga.done_or_unknown", "return self.done | unanswered", "return self.done"
            ),
            Change("domain.fulfilment.table", "transitions", "**_LATE_SUCCESS", ""),
        ),
    ),
    Mutant(
        "the late success of an ended order is ignored",
        "contracts.md: FAILED, CANCELLED, late success",
        (Change("domain.fulfilment.table", "transitions", "**_LATE_SUCCESS", ""),),
    ),
    Mutant(
        "a late success while undoing is ignored",
        "contracts.md: COMPENSATING, late success",
        (Entry("domain.fulfilment.table", "_COMPENSATION", (State.COMPENSATING, Input.LATE_SUCCESS), GONE),),
    ),
    Mutant(
        "an undo that fails for good is repeated no more and tells nobody",
        "contracts.md: STUCK",
        (Entry("domain.fulfilment.table", "_COMPENSATION", (State.COMPENSATING, Input.STEP_FAILED), GONE),),
    ),
    Mutant(
        "a deadline of an earlier attempt counts",
        "design.md, rule 7",
        (
            Change(
                "domain.fulfilment.inputs",
                "_classify_deadline",
                "pending is None or pending.token != message.token",
                "pending is None",
            ),
        ),
    ),
    Mutant(
        "a repeated request gets no new deadline",
        "design.md, rule 7",
        (Change("domain.fulfilment.step", "_timer", "if old and old.token == new.token:", "if old:"),),
    ),
    Mutant(
        "the deadline of a saga is not cancelled",
        "design.md, rule 7",
        (Change("streams.fulfilment", "Fulfilment._step", "unit.cancel_timer(stream)", "pass"),),
    ),
    Mutant(
        "a request that was suspended for a renewal is forgotten",
        "contracts.md: inventory.expired",
        (
            Change(
                "domain.fulfilment.evolve",
                "_end_suspension",
                "pending=replace(saga.suspended, resumed=saga.pending.attempt)",
                "pending=None",
            ),
        ),
    ),
    Mutant(
        "an expired reservation is not requested again",
        "contracts.md: inventory.expired",
        (
            Change(
                "domain.fulfilment.inputs",
                "classify",
                "Input.RESERVATION_EXPIRED if Step.INVENTORY in saga.done else None",
                "None",
            ),
            Change(
                "domain.warehouse.reservation",
                "confirm",
                "return [*events, _confirmed(command)] if isinstance(events[0], InventoryReserved) else events",
                "return []",
            ),
        ),
    ),
    Mutant(
        "a failure behind an attempt without an answer is taken for certain",
        "contracts.md: that step is unknown",
        (
            Change(
                "domain.fulfilment.inputs",
                "_classify_failure",
                "Input.STEP_FAILED_AFTER_TIMEOUT if pending.has_timed_out else Input.STEP_FAILED",
                "Input.STEP_FAILED",
            ),
            Change("domain.fulfilment.table", "transitions", "**_LATE_SUCCESS", ""),
        ),
    ),
    Mutant(
        "stock is reserved that is not there",
        "design.md, G4",
        (
            Change(
                "domain.warehouse.reservation",
                "_take",
                "if shortages := _shortages(warehouse, quantities):",
                "if shortages := ():",
            ),
        ),
    ),
    Mutant(
        "a released order may reserve again",
        "contracts.md: processors remember tombstones",
        (
            Change(
                "domain.warehouse.reservation", "reserve", "if hold and hold.phase is HoldPhase.RELEASED:", "if False:"
            ),
        ),
    ),
    Mutant(
        "the expiry of a confirmed reservation is not cancelled",
        "contracts.md: confirmed, no more expiry",
        (
            Change(
                "streams.inventory",
                "Inventory._set_expiry_timer",
                "if hold and hold.phase is HoldPhase.HELD:",
                "if hold:",
            ),
        ),
    ),
    Mutant(
        "a confirmed reservation expires",
        "contracts.md: confirmed, no more expiry",
        (
            Change(
                "domain.warehouse.reservation",
                "expire",
                "Hold(phase=HoldPhase.HELD, quantities=quantities, expires_at=expires_at)",
                "Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED, quantities=quantities, expires_at=expires_at)",
            ),
            Change(
                "streams.inventory",
                "Inventory._set_expiry_timer",
                "if hold and hold.phase is HoldPhase.HELD:",
                "if hold and hold.quantities:",
            ),
        ),
    ),
    Mutant(
        "an undo does not ask the provider about a charge it does not know",
        "contracts.md: that step is unknown",
        (Change("streams.payment", "Payments._refund", "is PaymentPhase.REFUNDED:", "is not PaymentPhase.CHARGED:"),),
    ),
    Mutant(
        "the answer to an earlier call is taken for that to another",
        "design.md, rule 6",
        (Change("streams.provider_calls", "ProviderCalls.ask", "if running.key != key:", "if False:"),),
    ),
    Mutant(
        "the timer of a late answer is not cancelled",
        "design.md, rule 7",
        (Change("streams.payment", "Payments._handle", "unit.cancel_timer(trigger.timer.id)", "pass"),),
    ),
    Mutant(
        "a label is printed for a cancelled shipment",
        "contracts.md: processors remember tombstones",
        (
            Change(
                "domain.shipment",
                "label_refusal",
                'return "shipping_cancelled" if shipment.phase in CANCELLED else None',
                "return None",
            ),
        ),
    ),
    Mutant(
        "the goods leave an order whose saga goes on",
        "contracts.md: Shipped or later",
        (Change("domain.fulfilment.decider", "_close", "if saga.state is not State.COMPLETED:", "if False:"),),
    ),
)
