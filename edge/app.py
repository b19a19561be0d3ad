"""The HTTP application of a service: its routers, and the middleware and endpoints that all services share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Lifespan

from edge.answer_deadline import AnswerDeadline
from edge.auth import Authentication
from edge.client_address import TrustedProxies
from edge.denials import DenialCounter
from edge.health import Liveness, Probe, Readiness
from edge.limits import BodyLimit
from edge.methods import CommonMethods
from edge.metrics import HttpMetrics
from edge.openapi import BEARER_SCHEME, describe
from edge.problems import handle_error, handle_http_exception, handle_invalid_request
from edge.raw_route import RawRouting
from edge.request_logging import RequestLogging
from identity.tokens import TokenVerifier
from schemas.errors import AIOutletError

OPENAPI = "/openapi.json"
LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
PUBLIC = frozenset({LIVE, READY, METRICS, OPENAPI})
"""The paths of every service that need no credential."""
MAX_BODY = 65_536
"""Bytes that every route accepts; one whose model allows more accepts that."""
ANSWER_WITHIN = 4.5
"""Seconds; callers are promised an answer within 5."""
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Metrics and log lines are our own; to look whether the framework's are wanted takes 2 % of an order's time."""


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """In what one service differs from another."""

    title: str
    """The title of its OpenAPI document."""
    routers: Sequence[APIRouter]
    authentication: Middleware
    """The layer that refuses who brings no credential: `bearer_tokens`, or one of the service's own."""
    security: Mapping[str, Any] = field(default_factory=lambda: BEARER_SCHEME)
    """The credentials, as OpenAPI's security schemes; all of them are needed where a route does not say otherwise."""
    probes: Mapping[str, Probe]
    """What `/health/ready` checks, by name."""
    liveness: Liveness = field(default_factory=Liveness)
    """What `/health/live` answers."""
    lifespan: Lifespan[Any] | None = None
    """What runs while it serves."""
    inner: Sequence[Middleware] = ()
    """Layers right before the routes, to which `HEAD` is a `GET`."""
    max_body: int = MAX_BODY
    """The largest body, in bytes, where a route's model does not allow more."""
    registry: CollectorRegistry | None = None
    """Where it registers its metrics; a new registry by default."""
    answer_within: float = ANSWER_WITHIN
    """Seconds in which it begins to answer a request that has come as a whole."""
    denials: DenialCounter | None = None
    """Counts its answers of status 401, 403 and 429; by default nobody does."""
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    """From whom it believes which client a request comes from."""


def bearer_tokens(verifier: TokenVerifier, *public: str) -> Middleware:
    """Return the layer that asks for a bearer token everywhere but on `public` and the paths of every service."""
    return Middleware(Authentication, verifier=verifier, public=PUBLIC.union(public))


def _public_paths(options: ServiceOptions) -> frozenset[str]:
    public = options.authentication.kwargs.get("public", frozenset())
    return public if isinstance(public, frozenset) else frozenset()


def build_service(options: ServiceOptions) -> FastAPI:
    """Build the application; each of its routes needs a credential."""
    metrics = HttpMetrics(options.registry)
    routes = [route for router in options.routers for route in router.routes]
    app = FastAPI(
        title=options.title,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        lifespan=options.lifespan,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        middleware=[
            Middleware(RequestLogging, metrics=metrics, denials=options.denials),
            options.authentication,
            Middleware(CommonMethods),
            Middleware(BodyLimit, max_body=options.max_body),
            Middleware(AnswerDeadline, seconds=options.answer_within),
            *options.inner,
            Middleware(RawRouting, routes=routes),
        ],
        exception_handlers={
            AIOutletError: handle_error,
            HTTPException: handle_http_exception,
            RequestValidationError: handle_invalid_request,
        },
    )
    app.state.metrics = metrics
    app.state.proxies = options.proxies
    app.router.routes.extend(routes)  # FastAPI matches the routes of an included router twice
    for path, endpoint in (
        (LIVE, options.liveness.live),
        (READY, Readiness(options.probes).ready),
        (METRICS, metrics.expose),
    ):
        app.add_api_route(path, endpoint, include_in_schema=False)
    app.openapi = partial(describe, app, options.security, _public_paths(options))  # type: ignore[method-assign]
    return app
