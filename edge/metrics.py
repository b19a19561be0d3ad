"""The metrics of requests: how many, with which status, and how long they took."""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class HttpMetrics:
    """Counts the requests of one service."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register in `registry`, or in a new one."""
        self.registry = registry or CollectorRegistry()
        self._requests = Counter(
            "aioutlet_http_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._durations = Histogram(
            "aioutlet_http_request_duration_seconds",
            "From the first byte read to the last byte sent",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is a template, never a path, so that there are few series."""
        key = method if method in METHODS else "OTHER", route, status
        count, duration = self._series.get(key) or self._add_series(key)
        count.inc()
        duration.observe(seconds)

    async def expose(self, _: Request) -> Response:
        """Answer `GET /metrics` in the format of Prometheus."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

    def _add_series(self, key: tuple[str, str, int]) -> tuple[Counter, Histogram]:
        method, route, status = key
        series = self._requests.labels(method, route, str(status)), self._durations.labels(method, route)
        self._series[key] = series
        return series
