"""The base of the processors that ask an outside party: payment and shipping."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import structlog

from concurrency.gather import gather_all
from event_store.store import EventStore
from streams.metrics import Metrics
from streams.parked_messages import ProviderFault, StillRunning
from streams.processor import Processor
from streams.provider_calls import DEFAULT_LIMITS, CallLimits, ProviderCalls
from streams.triggers import Trigger

log = structlog.get_logger(__name__)


class ProviderProcessor(Processor):
    """A processor that asks an outside party at most once per order and batch: only the last request counts.

    Earlier requests of the same order are repeats of the same question, or what the last one undoes.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        limits: CallLimits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics)
        self.calls = ProviderCalls(limits, on_ended=self._expedite)

    async def close(self) -> None:
        await self.calls.close()

    def select(self, triggers: Sequence[Trigger]) -> Sequence[Trigger]:
        """Return the last request of each order, and all timers."""
        last = {trigger.order_id: trigger for trigger in triggers if trigger.timer is None}
        return [trigger for trigger in triggers if trigger.timer or last[trigger.order_id] is trigger]

    def on_queued(self, order_id: str) -> None:
        """Ask at once: the new request replaces those that failed."""
        self._expedite(order_id)

    async def call_for_each(
        self, triggers: Sequence[Trigger], handle: Callable[[Trigger], Awaitable[None]]
    ) -> Mapping[str, Exception]:
        """Await `handle` for all triggers at once; return the orders whose call failed or has not ended."""
        waiting: dict[str, Exception] = {}

        async def attempt(trigger: Trigger) -> None:
            try:
                await handle(trigger)
            except StillRunning as running:
                waiting[trigger.order_id] = running
            except ProviderFault as fault:
                waiting[trigger.order_id] = fault
                log.warning(
                    "outside party failed",
                    consumer=self.consumer,
                    orderId=trigger.logged_order,
                    correlationId=trigger.cause.correlation_id,
                    cause=fault.detail,
                )

        await gather_all(map(attempt, triggers))
        return waiting

    def _expedite(self, order_id: str) -> None:
        self._parked.expedite(order_id, self._clock())
