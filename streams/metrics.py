"""What the write side counts of itself."""

from collections.abc import Callable

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from schemas.errors import Poison
from subscriptions.liveness import MonitoredConsumer

log = structlog.get_logger(__name__)


class Metrics:
    """Counters of relay and processors, in the registry that `/metrics` shows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.handled = Counter("aioutlet_handled", "Messages and timers handled.", ["consumer"], registry=registry)
        self.stepped_over = Counter(
            "aioutlet_orders_stepped_over", "Orders whose message failed.", ["consumer"], registry=registry
        )
        self.races = Counter(
            "aioutlet_races_lost", "Appends decided again after a conflict.", ["consumer"], registry=registry
        )
        self.poison = Counter("aioutlet_poison", "Messages that could not be read.", ["consumer"], registry=registry)
        self._ages = Gauge(
            "aioutlet_commit_age_seconds", "Time with work and nothing finished.", ["consumer"], registry=registry
        )

    def follow(self, consumer: MonitoredConsumer) -> None:
        """Show the age of a consumer whenever somebody asks."""
        self._ages.labels(consumer=consumer.name).set_function(lambda: consumer.age)

    def poisoned(self, consumer: str) -> Callable[[Poison], None]:
        """What to do with a message of `consumer` that cannot be read: say so, count it, go on."""

        def tell(poison: Poison) -> None:
            self.poison.labels(consumer=consumer).inc()
            log.error("unreadable message skipped", consumer=consumer, cause=str(poison), **poison.extra)

        return tell
