"""The Prometheus metrics of the relay, the processors and all consumers."""

from collections import Counter as Numbers
from collections.abc import Callable, Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from event_store.records import ParkedCount
from schemas.errors import Poison
from schemas.wire import Incoming
from subscriptions.catch_up import SetAside, log_set_aside
from subscriptions.liveness import MonitoredConsumer

log = structlog.get_logger(__name__)


class Metrics:
    """Counters and gauges in the registry that `/metrics` shows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.handled = Counter("aioutlet_handled", "Messages and timers handled.", ["consumer"], registry=registry)
        self.parked = Counter(
            "aioutlet_messages_parked", "Messages that failed and were parked.", ["consumer"], registry=registry
        )
        self._parked_now = Gauge(
            "aioutlet_parked_messages", "Messages that wait to be tried again.", ["consumer"], registry=registry
        )
        self._dead_now = Gauge(
            "aioutlet_dead_letters", "Messages that wait for an operator.", ["consumer"], registry=registry
        )
        self.stuck_sagas = Gauge("aioutlet_stuck_sagas", "Sagas that wait for an operator.", registry=registry)
        self._timer_kinds: set[str] = set()
        self.races = Counter(
            "aioutlet_races_lost", "Appends decided again after a conflict.", ["consumer"], registry=registry
        )
        self.poison = Counter("aioutlet_poison", "Messages that could not be read.", ["consumer"], registry=registry)
        self.set_aside = Counter(
            "aioutlet_set_aside", "Messages whose events the log does not have.", ["consumer"], registry=registry
        )
        self._ages = Gauge(
            "aioutlet_commit_age_seconds", "Time with work and nothing finished.", ["consumer"], registry=registry
        )

    def track_age(self, consumer: MonitoredConsumer) -> None:
        """Show the age of this consumer from now on."""
        self._ages.labels(consumer=consumer.name).set_function(lambda: consumer.age)

    def track_parked(self, consumer: str, count: Callable[[], float], count_dead: Callable[[], float]) -> None:
        """Show how many messages `consumer` has parked, and how many dead letters, from now on."""
        self._parked_now.labels(consumer=consumer).set_function(count)
        self._dead_now.labels(consumer=consumer).set_function(count_dead)

    def show_timers(self, counts: Sequence[ParkedCount]) -> None:
        """Show how many timers of each kind have failed; the consumer is `<kind>-timers`."""
        self._timer_kinds.update(count.consumer for count in counts)
        numbers = Numbers[tuple[str, bool]]()
        for count in counts:
            numbers[count.consumer, count.is_dead] += count.number
        for kind in self._timer_kinds:
            self._parked_now.labels(consumer=f"{kind}-timers").set(numbers[kind, False])
            self._dead_now.labels(consumer=f"{kind}-timers").set(numbers[kind, True])

    def poison_handler(self, consumer: str) -> Callable[[Poison], None]:
        """Return a callback that logs and counts a message of `consumer` that cannot be read."""

        def report(poison: Poison) -> None:
            self.poison.labels(consumer=consumer).inc()
            log.error("unreadable message", consumer=consumer, cause=str(poison), **poison.extra)

        return report

    def set_aside_handler(self, consumer: str) -> SetAside:
        """Return a callback that logs and counts messages of `consumer` whose events the log does not have."""

        def report(messages: Sequence[Incoming]) -> None:
            self.set_aside.labels(consumer=consumer).inc(len(messages))
            log_set_aside(messages)

        return report
