"""Builds the query API: it answers from the documents that the projectors write."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from starlette.responses import Response

from edge.app import ServiceOptions, bearer_tokens, build_service
from edge.client_address import TrustedProxies
from edge.denials import DenialCounter
from edge.event_streams import OpenStreams
from edge.health import Probe
from edge.problems import problem_of
from history.event_log import EventLog
from history.parked_rows import ParkedRows
from history.proof.signed_log import SignedLog
from identity.tokens import TokenVerifier
from query_api.audit.notes import AuditNotes, RecordNote
from query_api.checkpoint_watcher import CheckpointWatcher, checkpoint_reader
from query_api.context import UNREADABLE, IndexOf, Opener, QueryContext
from query_api.lag import ReadProgress
from query_api.log_guard import LogGuard
from query_api.order_changes import OrderChanges
from query_api.order_records import ReadTimers
from query_api.own_events import DemoLog
from query_api.routers import (
    admin_orders,
    admin_products,
    admin_sagas,
    analytics,
    audit,
    bought_together,
    carts,
    catalogue,
    config,
    dead_letters,
    dev,
    inventory,
    lag,
    logged_events,
    order_events,
    orders,
    products,
    projections,
    proofs,
    replay,
    reviews,
    shop_events,
    time_travel,
    trending,
    users,
    what_if,
)
from query_api.shop_board import ShopBoard
from schemas.config import ConfigValues
from schemas.documents import Advance, Document
from schemas.errors import Unavailable
from schemas.warehouse_sites import ONE_SITE, WarehouseSite

ROUTERS = (
    orders.router,
    orders.raw_router,
    order_events.router,
    shop_events.router,
    trending.router,
    products.router,
    inventory.router,
    reviews.router,
    carts.router,
    users.router,
    users.admin_router,
    bought_together.router,
    analytics.router,
    reviews.admin_router,
    config.router,
    admin_orders.router,
    admin_products.router,
    admin_sagas.router,
    dead_letters.router,
    projections.router,
    lag.router,
    inventory.admin_router,
    catalogue.router,
    logged_events.router,
    proofs.router,
    replay.router,
    audit.router,
    time_travel.router,
    what_if.router,
    dev.router,
)
"""Tried in this order, so the busiest come first; `trending` before `products`, where it would be an id."""


def build_watcher(database: AsyncDatabase[Document], *, note: Advance | None = None) -> CheckpointWatcher:
    """Build the watcher of a process; its projections, if it has any, call its `advance`, and it calls `note`."""
    return CheckpointWatcher(checkpoint_reader(database), note=note)


def build_app(
    database: AsyncDatabase[Document],
    *,
    verifier: TokenVerifier,
    opener: Opener,
    partitions: int,
    released: ConfigValues,
    sites: tuple[WarehouseSite, ...] = ONE_SITE,
    watcher: CheckpointWatcher | None = None,
    guard: LogGuard | None = None,
    index_of: IndexOf | None = None,
    registry: CollectorRegistry | None = None,
    probe: Probe | None = None,
    log_probe: Probe | None = None,
    denials: DenialCounter | None = None,
    proxies: TrustedProxies | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    read_progress: ReadProgress | None = None,
    read_timers: ReadTimers | None = None,
    event_log: EventLog | None = None,
    signed_log: SignedLog | None = None,
    record_audit: RecordNote | None = None,
    demo_log: DemoLog | None = None,
    parked_rows: ParkedRows | None = None,
    is_second_person_required: bool = False,
) -> FastAPI:
    """Build the query API over a database of documents.

    Args:
        database: What the projectors write.
        verifier: Verifies access tokens.
        opener: Opens sealed fields for those who may read them.
        partitions: Number of partitions of every topic; it decides which checkpoint a stream waits for.
        released: What is in force under each key of the configuration while nobody has changed it.
        sites: The warehouses that orders are shipped from; nothing else can be bought.
        watcher: That of the process, if projections run in it.
        guard: Compares the documents with the log, unless that was done before.
        index_of: Returns the blind index of a mail address; without it nobody is found by theirs.
        registry: Registry of its metrics.
        probe: Checks the documents for readiness; by default it reads.
        log_probe: Checks whether the log is what was signed, where that is done in this process.
        denials: Counts the requests it refuses.
        proxies: From whom it believes which client a request comes from; by default from this machine.
        clock: Returns the time, in UTC.
        read_progress: Reads how far the log goes and its consumers are; without it nobody is told how far behind.
        read_timers: Reads the timers of an order; without it nobody is told of them.
        event_log: What the documents are made from; without it nobody looks into it.
        signed_log: The proof of the log; without it nobody is answered one.
        record_audit: Records who reads the audit; without it nobody does.
        demo_log: What the demo shows of its log; without it nobody sees any of that.
        parked_rows: What is parked beside the log; without it nobody is told of that.
        is_second_person_required: Whether another operator must confirm what gives up an undo.
    """
    app = build_service(
        ServiceOptions(
            title="AIOutlet query API",
            routers=ROUTERS,
            authentication=bearer_tokens(verifier),
            probes={
                "documents": probe or partial(database.command, "ping"),
                **({"log": guard.probe} if guard else {}),
                **({"signing": log_probe} if log_probe else {}),
            },
            registry=registry,
            denials=denials,
            proxies=proxies or TrustedProxies(),
        )
    )
    sold_from = frozenset(site.id for site in sites)
    app.state.context = QueryContext(
        database,
        watcher or build_watcher(database),
        opener,
        partitions,
        released,
        sold_from,
        guard,
        index_of,
        clock,
        is_second_person_required,
    )
    app.state.streams, app.state.order_changes = OpenStreams(), OrderChanges(app.state.context)
    app.state.read_progress, app.state.read_timers = read_progress, read_timers
    app.state.event_log, app.state.signed_log = event_log, signed_log
    app.state.audit_notes = AuditNotes(record_audit, clock) if record_audit else None
    app.state.parked_rows = parked_rows
    app.state.demo_log = demo_log
    app.state.shop_board = ShopBoard(app.state.context, parked_rows)
    app.add_exception_handler(PyMongoError, _unavailable)
    return app


async def _unavailable(_: Request, cause: Exception) -> Response:
    error = Unavailable(UNREADABLE)
    error.__cause__ = cause
    return problem_of(error)
