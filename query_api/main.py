"""The read side's HTTP door: every answer comes from documents the projectors wrote."""

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from starlette.responses import Response

from edge.app import ServiceOptions, build_service
from edge.problems import problem_of
from identity.tokens import TokenVerifier
from query_api.checkpoint_watcher import CheckpointWatcher, checkpoints_in
from query_api.context import UNREADABLE, Opener, QueryContext
from query_api.routers import inventory, orders, products
from schemas.documents import Document
from schemas.errors import Unavailable

ROUTERS = (orders.router, orders.busy, products.router, inventory.router)
"""The busiest first: they are tried in this order."""


def watcher_over(database: AsyncDatabase[Document]) -> CheckpointWatcher:
    """The watcher of a process whose projections, if it has any, call its `advance`."""
    return CheckpointWatcher(checkpoints_in(database))


def build_app(
    database: AsyncDatabase[Document],
    *,
    verifier: TokenVerifier,
    opener: Opener,
    partitions: int,
    watcher: CheckpointWatcher | None = None,
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """The query API over one database of documents.

    Args:
        database: Where the projectors write.
        verifier: Says who a token's bearer is.
        opener: Opens sealed fields for those who may see them.
        partitions: How many every topic has; it decides which checkpoint a stream waits for.
        watcher: The process's own, when projections run beside it.
        registry: Where figures are counted.
    """

    async def documents() -> None:
        await database.command("ping")

    app = build_service(
        ServiceOptions(
            title="AIOutlet query API",
            routers=ROUTERS,
            verifier=verifier,
            probes={"documents": documents},
            registry=registry,
        )
    )
    app.state.context = QueryContext(database, watcher or watcher_over(database), opener, partitions)
    app.add_exception_handler(PyMongoError, _unavailable)
    return app


async def _unavailable(_: Request, __: Exception) -> Response:
    return problem_of(Unavailable(UNREADABLE))
