"""Builds the command API."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, get_args

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Lifespan

from command_api.accounts.accounts import USERS_CACHED, Accounts
from command_api.context import CommandContext
from command_api.fresh_repository import FollowingRepository, FreshRepository, LogFollower
from command_api.idempotency import IdempotencyStore
from command_api.routers import (
    audit,
    auth,
    carts,
    catalogue,
    config,
    dead_letters,
    inventory,
    orders,
    place_order,
    product_views,
    products,
    projections,
    provider_answers,
    quotes,
    reviews,
    sagas,
    security,
    users,
)
from command_api.security_log import SecurityLog
from command_api.stream_end import StreamEnd
from domain.cart.decider import CART
from domain.cart.snapshot import CART_SNAPSHOT
from domain.cart.timers import CartLifetimes
from domain.config import CONFIG, released_values
from domain.dead_letters import DEAD_LETTERS
from domain.email_claim import EMAIL_CLAIM
from domain.fulfilment.decider import SAGA
from domain.fulfilment.policy import POLICY
from domain.order import ORDER
from domain.payment import PAYMENT
from domain.product import PRODUCT
from domain.read_models import READ_MODELS
from domain.review import REVIEW
from domain.shipment import SHIPMENT
from domain.user import USER
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.snapshot import WAREHOUSE_SNAPSHOT
from edge.app import ServiceOptions, bearer_tokens, build_service
from edge.client_address import TrustedProxies
from edge.context import fresh_id
from edge.denials import DenialCounter
from edge.health import Probe
from event_store.repository import SnapshotPolicy
from event_store.store import EventStore
from event_store.write_probe import probe_append
from identity.review_ids import ReviewIds
from schemas.config import ConfigChanged, ConfigValues
from schemas.ids import NewId
from schemas.product import ProductEvent
from schemas.warehouse_sites import ONE_SITE, WarehouseSite

PRODUCTS_CACHED = 50_000
PRODUCT_TYPES = tuple(event.wire_name for event in get_args(ProductEvent))
CONFIG_TYPES = (ConfigChanged.wire_name,)
WAREHOUSES_CACHED = 16
SNAPSHOT_EVERY = 5_000
"""Versions of a warehouse; the inventory agent takes snapshots more often."""
CARTS_CACHED = 10_000
SNAPSHOT_CART_EVERY = 200
"""Versions of a cart: a cold cart is read in two reads of at most this many events."""


def build_app(
    store: EventStore,
    *,
    accounts: Accounts,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_id: NewId = fresh_id,
    sites: tuple[WarehouseSite, ...] = ONE_SITE,
    probes: Mapping[str, Probe] | None = None,
    lifespan: Lifespan[Any] | None = None,
    registry: CollectorRegistry | None = None,
    denials: DenialCounter | None = None,
    security_log: SecurityLog | None = None,
    proxies: TrustedProxies | None = None,
    cart_lifetimes: CartLifetimes = CartLifetimes(),  # noqa: B008 - frozen
    released: ConfigValues | None = None,
    second_person: timedelta | None = None,
) -> FastAPI:
    """Build the command API over `store`, which the caller closes.

    Args:
        store: Where everything is recorded.
        accounts: Verifies access tokens, seals what is personal, and keeps what is secret; the caller closes it.
        clock: Returns the time, in UTC.
        new_id: Returns new UUIDv7 strings.
        sites: The warehouses that orders are shipped from; no other receives goods.
        probes: Readiness checks besides the store.
        lifespan: Lifespan of the application.
        registry: Registry of its metrics.
        denials: Counts the requests it refuses.
        security_log: Records denials that others report; by default one of its own, on a shard that chance chooses.
        proxies: From whom it believes which client a request comes from; by default from this machine.
        cart_lifetimes: How long a cart may be without activity.
        released: What is in force under each key of the configuration while nobody has changed it.
        second_person: Within which another operator must confirm what gives up an undo; None where one is enough.
    """
    app = build_service(
        ServiceOptions(
            title="AIOutlet commands",
            routers=(
                place_order.router,
                quotes.router,
                orders.router,
                products.router,
                product_views.router,
                catalogue.router,
                inventory.router,
                provider_answers.router,
                sagas.router,
                dead_letters.router,
                projections.router,
                security.router,
                audit.router,
                auth.router,
                users.router,
                carts.router,
                reviews.router,
                config.router,
            ),
            authentication=bearer_tokens(accounts.identity.verifier, *auth.PUBLIC),
            probes={"eventStore": partial(probe_append, store), **(probes or {})},
            lifespan=lifespan,
            registry=registry,
            denials=denials,
            proxies=proxies or TrustedProxies(),
        )
    )
    security_log = security_log or SecurityLog(store, accounts.identity.sealer, clock=clock, new_id=new_id)
    released = released or released_values(POLICY)
    app.state.context = _build_context(
        store, accounts, clock, new_id, sites, security_log, cart_lifetimes, released, second_person
    )
    return app


def _build_context(
    store: EventStore,
    accounts: Accounts,
    clock: Callable[[], datetime],
    new_id: NewId,
    sites: tuple[WarehouseSite, ...],
    security_log: SecurityLog,
    cart_lifetimes: CartLifetimes,
    released: ConfigValues,
    second_person: timedelta | None,
) -> CommandContext:
    sealer, follower = accounts.identity.sealer, LogFollower(store)
    snapshots = SnapshotPolicy(WAREHOUSE_SNAPSHOT, every=SNAPSHOT_EVERY)
    return CommandContext(
        store=store,
        sites=sites,
        sealer=sealer,
        clock=clock,
        new_id=new_id,
        replies=IdempotencyStore(store, sealer, clock),
        security_log=security_log,
        stream_end=StreamEnd(store),
        products=FollowingRepository(store, PRODUCT, PRODUCTS_CACHED, types=PRODUCT_TYPES, follower=follower),
        config=FollowingRepository(store, CONFIG, 1, types=CONFIG_TYPES, follower=follower),
        released=released,
        warehouses=FreshRepository(store, WAREHOUSE, WAREHOUSES_CACHED, snapshots=snapshots),
        orders=FreshRepository(store, ORDER, 0),
        payments=FreshRepository(store, PAYMENT, 0),
        shipments=FreshRepository(store, SHIPMENT, 0),
        sagas=FreshRepository(store, SAGA, 0),
        dead_letters=FreshRepository(store, DEAD_LETTERS, 1),
        read_models=FreshRepository(store, READ_MODELS, 1),
        users=FreshRepository(store, USER, USERS_CACHED),
        email_claims=FreshRepository(store, EMAIL_CLAIM, 0),
        reviews=FreshRepository(store, REVIEW, 0),
        review_ids=ReviewIds(accounts.identity.root_key),
        accounts=accounts,
        carts=FreshRepository(
            store, CART, CARTS_CACHED, snapshots=SnapshotPolicy(CART_SNAPSHOT, every=SNAPSHOT_CART_EVERY)
        ),
        cart_lifetimes=cart_lifetimes,
        second_person=second_person,
    )
