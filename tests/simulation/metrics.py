"""The metrics of all simulated processes: one registry, since nobody looks."""

from prometheus_client import CollectorRegistry

from streams.metrics import Metrics

METRICS = Metrics(CollectorRegistry())
