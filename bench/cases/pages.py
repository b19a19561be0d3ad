"""B15: a product's page beside the slowest of the services that it is joined of."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import cycle

from pymongo import AsyncMongoClient

from aioutlet import components
from aioutlet.identity_parts import open_parts
from aioutlet.migration import migrate
from bench.databases import database
from bench.load import SHARES, calling, constant, request, sending
from bench.sampling import Course, Result, Sample, Side
from bench.servers import running
from bench.shops import SECRET, bearer, passes, serving
from event_store.records import AppendRequest
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.writer import ensure_indexes
from schemas.documents import Document
from schemas.message import Event
from tests.histories import deliver, events, recorded
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

PRODUCTS = 500
RATE = 20.0
"""Pages a second; each service gets as many requests of its own besides."""
CONNECTIONS = 8
DATABASE = "bench_pages"
PARTS = {"product": "/products/{}", "stock": "/inventory/{}", "reviews": "/reviews/product/{}?limit=10"}


async def joining(course: Course) -> Sequence[Result]:
    """The page joins what three services answer, all under load; the peer is the slowest of them, asked alone."""
    enter = course.ends.enter_async_context
    documents, postgres = await enter(running(JavaDocuments)), await enter(running(PostgreSQL))
    log = await enter(database(postgres.url))
    await asyncio.to_thread(migrate, log)
    ids = await enter(_catalogue(documents.url, log))
    settings = {"AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?"), "AIOUTLET_STORE": log}
    start = partial(serving, "aioutlet", "service", scratch=course.scratch)
    services = {name: await enter(start("query-api", settings=settings)) for name in PARTS}
    urls = {
        "AIOUTLET_COMMAND_URL": services["product"],  # nothing is commanded
        "AIOUTLET_QUERY_URL": services["product"],
        "AIOUTLET_STOCK_URL": services["stock"],
        "AIOUTLET_REVIEWS_URL": services["reviews"],
    }
    bff = await enter(start("bff", settings=urls))
    guest = bearer(passes().admin())
    background = [_load(services[name], cycle(_requests(path, ids, guest))) for name, path in PARTS.items()]
    page = _load(bff, cycle(_requests("/bff/products/{}", ids, {})))
    alone = [_load(services[name], cycle(_requests(path, ids, guest))) for name, path in PARTS.items()]
    return [
        await course.ratio(
            "B15", _under(background, page), _slowest(background, alone), "p50 ms", rate=RATE, connections=CONNECTIONS
        )
    ]


def _requests(path: str, ids: Sequence[str], headers: Mapping[str, str]) -> list[bytes]:
    return [request("GET", path.format(each), headers) for each in ids]


def _load(url: str, requests: Iterator[bytes]) -> Side:
    async def run(seconds: float) -> Sample:
        async with calling(url, CONNECTIONS) as callers:
            return (await constant(callers, sending(requests, 200), seconds, RATE)).sample()

    return run


def _under(background: Sequence[Side], side: Side) -> Side:
    """The side while the services answer others too."""

    async def run(seconds: float) -> Sample:
        sample, *_ = await asyncio.gather(*(each(seconds) for each in (side, *background)))
        return sample

    return run


def _slowest(background: Sequence[Side], sides: Sequence[Side]) -> Side:
    """Each service in turn while all answer others too; the sample of the slowest."""

    async def run(seconds: float) -> Sample:
        samples = [await _under(background, side)(seconds / len(sides)) for side in sides]
        return max(samples, key=lambda each: each.extra[next(iter(SHARES))])

    return run


@asynccontextmanager
async def _catalogue(uri: str, log: str) -> AsyncIterator[Sequence[str]]:
    """Products with stock and a review each, in the log and as documents; their ids."""
    ids = [f"product-{number}" for number in range(PRODUCTS)]
    envelopes = recorded([event for product_id in ids for event in _story(product_id)])
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri)
    async with (
        client,
        components.open_event_store(log) as store,
        open_parts(log, master_key=SECRET.encode(), token_secret=SECRET),
    ):
        await client.drop_database(DATABASE)
        await ensure_indexes(client[DATABASE], MODELS)
        await store.append(AppendRequest(events=tuple(envelopes)))
        await deliver(Projection(MODELS, client[DATABASE], store), envelopes)
        yield ids
        await client.drop_database(DATABASE)


def _story(product_id: str) -> Sequence[Event]:
    [created, received, reviewed] = events(
        "product.created", "stock.received", "review.submitted", product_id=product_id
    )
    [line] = received.items[:1]  # type: ignore[attr-defined]
    pieces = line.model_copy(update={"product_id": product_id})
    return [created, received.model_copy(update={"items": (pieces,)}), reviewed]
