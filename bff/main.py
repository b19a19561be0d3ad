"""Builds the BFF: the service that browsers talk to, which talks HTTP to the command and the query API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from bff.calls import Backend
from bff.compression import Compression
from bff.csrf import CsrfTokens
from bff.http_client import HttpClient
from bff.mailbox import ReadMails
from bff.openapi import SCHEMES, describe_for_browsers
from bff.origin import PublicOrigin
from bff.product_views import ViewCounter
from bff.refreshing import Refresher
from bff.routers import (
    admin_analytics,
    admin_catalogue,
    admin_config,
    admin_dead_letters,
    admin_events,
    admin_lag,
    admin_log,
    admin_orders,
    admin_products,
    admin_projections,
    admin_reviews,
    admin_sagas,
    admin_stock,
    admin_users,
    analytics_replay,
    audit,
    audit_proofs,
    auth,
    carts,
    catalogue,
    dev,
    me,
    orders,
    pictures,
    quotes,
    reviews,
    time_travel,
    what_if,
)
from bff.security_headers import SecurityHeaders
from bff.session_layer import SessionLayer
from bff.upstream import Upstream, UpstreamRefused, pass_on
from bff.web import pages
from edge.app import ANSWER_WITHIN, ServiceOptions, build_service
from edge.client_address import TrustedProxies
from edge.denials import DenialCounter

ROUTERS = (
    catalogue.router,
    pictures.router,
    reviews.router,
    auth.router,
    me.router,
    orders.router,
    quotes.router,
    carts.router,
    carts.guest_router,
    admin_users.router,
    admin_analytics.router,
    admin_reviews.router,
    admin_catalogue.router,
    admin_products.router,
    admin_stock.router,
    admin_orders.router,
    admin_config.router,
    admin_events.router,
    admin_sagas.router,
    admin_dead_letters.router,
    admin_projections.router,
    admin_lag.router,
    admin_log.router,
    audit_proofs.router,
    analytics_replay.router,
    audit.router,
    time_travel.router,
    what_if.router,
    dev.router,
    pages.router,  # the last: whatever path is none of theirs
)

GUEST_AGE = 30 * 86_400
STOCK, REVIEWS = "/inventory/", "/reviews/"
"""How the paths of parts begin that a query API of their own may answer."""


@dataclass(frozen=True, kw_only=True)
class BffOptions:
    """What the BFF is built from."""

    command_url: str
    query_url: str
    stock_url: str | None = None
    """A query API that is asked for nothing but stock; by default the other one."""
    reviews_url: str | None = None
    """The same for what everybody may see of reviews."""
    origin: PublicOrigin
    """Where browsers reach it."""
    csrf_secret: str = field(repr=False)
    """A secret that all processes of this service share; only keys derived from it are used."""
    guest_token: Callable[[], str]
    """Issues a bearer token that may read what everybody may."""
    token_of_guest: Callable[[str], str]
    """Issues a bearer token with which the guest of this id has a cart."""
    guest_age: int = GUEST_AGE
    """Seconds for which a browser remembers which guest it is."""
    read_mails: ReadMails | None = None
    """The mails that the shop keeps instead of sending them."""
    shows_events: bool = False
    """Whether the query API shows people the events that they caused, as in the demo."""
    denials: DenialCounter | None = None
    """Counts what it refuses itself; by default nobody does."""
    views: ViewCounter = field(default_factory=ViewCounter)
    """Counts the product pages that it shows; by default nobody records them."""
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    """From whom it believes which client a request comes from."""
    answer_within: float = ANSWER_WITHIN
    """Seconds in which it begins to answer."""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    """Where it registers its metrics."""


def build_app(options: BffOptions, client: HttpClient) -> FastAPI:
    """Build the BFF over `client`, which the caller closes (see `bff.http_client.open_client`)."""
    commands, queries = Upstream(client, options.command_url), Upstream(client, options.query_url)
    parts = {STOCK: options.stock_url, REVIEWS: options.reviews_url}
    layer = Middleware(
        SessionLayer,
        origin=options.origin,
        csrf=CsrfTokens(options.csrf_secret),
    )
    app = build_service(
        ServiceOptions(
            title="AIOutlet for browsers",
            routers=ROUTERS,
            authentication=layer,
            security=SCHEMES,
            inner=(Middleware(Compression),),
            probes={"commandApi": commands.probe, "queryApi": queries.probe},
            registry=options.registry,
            answer_within=options.answer_within,
            denials=options.denials,
            proxies=options.proxies,
        )
    )
    app.add_middleware(SecurityHeaders, origin=options.origin)
    app.add_exception_handler(UpstreamRefused, pass_on)
    app.openapi = partial(describe_for_browsers, app)  # type: ignore[method-assign]
    app.state.backend = Backend(
        commands,
        queries,
        Refresher(),
        options.guest_token,
        options.token_of_guest,
        options.guest_age,
        {path: Upstream(client, url) for path, url in parts.items() if url},
    )
    app.state.streams = app.state.backend.streams
    app.state.read_mails, app.state.origin = options.read_mails, options.origin
    app.state.shows_events = options.shows_events
    app.state.views = options.views
    return app
