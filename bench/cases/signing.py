"""B18: what it costs at the door of orders that the log is signed a moment later."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import psycopg

from aioutlet.migration import migrate
from bench.baskets import shelves
from bench.cases.doors import BASKETS, CONNECTIONS, DATABASE, durable, server
from bench.databases import HEAD, database, number
from bench.sampling import Course, Result, Sample, Side, WorkNotDone
from bench.servers import running
from bench.shops import SECRET, fill, orders, serving
from history.proof.signed_note import text_of
from history.proof.tree_folder import TreeFolder
from history.proof.tree_head import TreeHead
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

SIGNED_WITHIN = 1.0
"""Seconds in which the last order is signed."""


async def placing_signed(course: Course) -> Sequence[Result]:
    """B18: the same baskets on two logs of one server; a signer follows the one, on the cores that all share."""
    shop = await asyncio.to_thread(shelves, BASKETS)
    enter = course.ends.enter_async_context
    postgres, documents = await enter(running(PostgreSQL)), await enter(running(JavaDocuments))
    tree = course.scratch / "tree"

    async def side(*beside: str) -> Side:
        url = await enter(database(postgres.url))
        await asyncio.to_thread(migrate, url)
        settings = {
            "AIOUTLET_STORE": url,
            "AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?"),
            "AIOUTLET_LOG_KEY": SECRET,
            "AIOUTLET_TREE": str(tree),
        }
        door = await enter(server("aioutlet", "service", "command-api", scratch=course.scratch, settings=settings))
        await fill(door, shop)
        placing = durable(door, orders(shop.baskets), url)
        if not beside:
            return placing
        await enter(serving(*beside, scratch=course.scratch, settings=settings))
        return _signed(placing, url, tree)

    signed, unsigned = await side("aioutlet", "service", "signer"), await side()
    return [await course.compare("B18", signed, unsigned, connections=CONNECTIONS)]


def _signed(placing: Side, log: str, tree: Path) -> Side:
    """Placing orders; that the last of them was signed in time is checked after it, and is no part of the time."""

    async def run(seconds: float) -> Sample:
        sample = await placing(seconds)
        async with await psycopg.AsyncConnection.connect(log, autocommit=True) as rows:
            head = await number(rows, HEAD)
        await asyncio.sleep(SIGNED_WITHIN)
        if (size := _size(tree)) < head:
            raise WorkNotDone(f"of {head} events only {size} are signed after {SIGNED_WITHIN:g} s")
        return sample

    return run


def _size(tree: Path) -> int:
    note = TreeFolder(tree).newest_head()
    return TreeHead.of_text(text_of(note)).size if note else 0
