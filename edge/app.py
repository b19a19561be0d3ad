"""The HTTP plumbing every service of ours shares, so that a service is its routers and nothing else."""

from collections.abc import Mapping, Sequence
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
from edge.shortcut import Shortcut, Shortcuts
from identity.tokens import TokenVerifier
from schemas.errors import AIOutletError

OPENAPI = "/openapi.json"
LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
PUBLIC = frozenset({LIVE, READY, METRICS, OPENAPI})
"""The only paths that need no token."""
MAX_BODY = 65_536
"""Bytes."""


def build(
    *,
    title: str,
    routers: Sequence[APIRouter],
    verifier: TokenVerifier,
    probes: Mapping[str, Probe],
    liveness: Liveness | None = None,
    lifespan: Lifespan[Any] | None = None,
    max_body: int = MAX_BODY,
    raised: Mapping[str, int] | None = None,
    shortcuts: Sequence[Shortcut] = (),
    kept: Sequence[str] = (),
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """A service with the given routers, each route of which needs a token.

    Args:
        title: What its OpenAPI document is called.
        routers: What it does.
        verifier: Says who a token's bearer is.
        probes: What `/health/ready` asks.
        liveness: What `/health/live` asks besides whether it is answered at all.
        lifespan: What must run while it serves.
        max_body: Bytes a request may have.
        raised: Paths that may have more, and how many bytes.
        shortcuts: Ways to answer the busiest routes without the framework.
        kept: Paths that look like a shortcut's, and are routes of their own.
        registry: Where its figures are counted, when others are to stand beside them in `/metrics`.
    """
    metrics = HttpMetrics(registry)
    app = FastAPI(
        title=title,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        middleware=[
            Middleware(RequestLogging, metrics=metrics),
            Middleware(Authentication, verifier=verifier, public=PUBLIC),
            Middleware(BodyLimit, max_body=max_body, raised=raised or {}),
            Middleware(Shortcuts, shortcuts=shortcuts, kept=kept),
        ],
        exception_handlers={
            AIOutletError: handle_error,
            HTTPException: handle_http_exception,
            RequestValidationError: handle_invalid_request,
        },
    )
    app.state.metrics = metrics
    for path, endpoint in (
        (LIVE, (liveness or Liveness()).live),
        (READY, Readiness(probes).ready),
        (METRICS, metrics.expose),
    ):
        app.add_api_route(path, endpoint, include_in_schema=False)
    for router in routers:
        app.include_router(router)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app
