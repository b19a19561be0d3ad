"""The HTTP plumbing every service of ours shares, so that a service is its routers and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Lifespan

from edge.auth import Authentication
from edge.health import Liveness, Probe, Readiness
from edge.limits import BodyLimit
from edge.metrics import HttpMetrics
from edge.openapi import describe
from edge.problems import handle_error, handle_http_exception, handle_invalid_request
from edge.request_logging import RequestLogging
from identity.tokens import TokenVerifier
from schemas.errors import AIOutletError

OPENAPI = "/openapi.json"
LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
PUBLIC = frozenset({LIVE, READY, METRICS, OPENAPI})
"""The only paths that need no token."""
MAX_BODY = 65_536
"""Bytes."""


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """What distinguishes one service's HTTP from another's."""

    title: str
    """What its OpenAPI document is called."""
    routers: Sequence[APIRouter]
    verifier: TokenVerifier
    """Says who a token's bearer is."""
    probes: Mapping[str, Probe]
    """What `/health/ready` asks."""
    liveness: Liveness = field(default_factory=Liveness)
    """What `/health/live` asks besides whether it is answered at all."""
    lifespan: Lifespan[Any] | None = None
    """What must run while it serves."""
    max_body: int = MAX_BODY
    """Bytes a request may have."""
    larger_bodies: Mapping[str, int] = field(default_factory=dict)
    """Paths that may have more, and how many bytes."""
    registry: CollectorRegistry | None = None
    """Where it counts, when other metrics are to stand beside its own in `/metrics`."""


def build_service(options: ServiceOptions) -> FastAPI:
    """A service with these routers, each route of which needs a token."""
    metrics = HttpMetrics(options.registry)
    app = FastAPI(
        title=options.title,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        lifespan=options.lifespan,
        redirect_slashes=False,
        middleware=[
            Middleware(RequestLogging, metrics=metrics),
            Middleware(Authentication, verifier=options.verifier, public=PUBLIC),
            Middleware(BodyLimit, max_body=options.max_body, larger_bodies=options.larger_bodies),
        ],
        exception_handlers={
            AIOutletError: handle_error,
            HTTPException: handle_http_exception,
            RequestValidationError: handle_invalid_request,
        },
    )
    app.state.metrics = metrics
    for router in options.routers:
        app.router.routes.extend(router.routes)  # FastAPI matches the routes of an included router twice
    for path, endpoint in (
        (LIVE, options.liveness.live),
        (READY, Readiness(options.probes).ready),
        (METRICS, metrics.expose),
    ):
        app.add_api_route(path, endpoint, include_in_schema=False)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app
