"""Bugs of the saga, of stock, payment and shipping."""

from tests.simulation.mutants.mutant import Change, Mutant

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
                "_classify_expiry",
                "Input.STEP_FAILED if is_last else Input.RESERVATION_EXPIRED",
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
                "Hold(phase=HoldPhase.HELD) as hold",
                "Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED) as hold",
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
        "an order is not told that its saga is stuck",
        "contracts.md: STUCK, saga.stuck, alert",
        (
            Change(
                "domain.fulfilment.table_actions",
                "mark_stuck",
                "return stuck, _move(context, OrderStatus.COMPENSATION_STUCK, context.reason)",
                "return (stuck,)",
            ),
        ),
    ),
    Mutant(
        "the reservation of a completed order is not confirmed",
        "contracts.md: confirmed, no more expiry",
        (Change("domain.fulfilment.requests", "confirm_reservation", "return (confirmation,)", "return ()"),),
    ),
    Mutant(
        "what is reserved is still available",
        "design.md, G4: 0 <= reserved <= on hand",
        (
            Change(
                "domain.warehouse.state",
                "_reserve",
                "_change_levels(warehouse, quantities, reserved=1)",
                "_change_levels(warehouse, quantities)",
            ),
        ),
    ),
    Mutant(
        "every attempt has an idempotency key of its own",
        "contracts.md: the same request, same idempotency key",
        (
            Change(
                "domain.fulfilment.requests",
                "_key",
                'f"{context.order_id}/{name}"',
                'f"{context.order_id}/{name}/{len(context.saga.attempts) and sum(context.saga.attempts.values())}"',
            ),
        ),
    ),
    Mutant(
        "the carrier is not asked to void a label",
        "design.md, G3: effects happen once, and are undone",
        (
            Change(
                "streams.shipping",
                "Shipping._handle",
                "await self.calls.ask(trigger.order_id, key, partial(self._carrier.cancel, request))",
                "pass",
            ),
        ),
    ),
    Mutant(
        "a refund is recorded that the provider was not asked for",
        "design.md, G5",
        (
            Change(
                "streams.payment",
                "Payments._refund",
                "await self.calls.ask(trigger.order_id, key, partial(self._gateway.refund, request))",
                "RefundAnswer(approved=True, was_charged=True)",
            ),
        ),
    ),
)
