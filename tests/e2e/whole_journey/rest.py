"""When a shop has come to rest: every read model has read what concerns it, to the end of the log."""

import asyncio
from collections.abc import Iterable

from pymongo import AsyncMongoClient

from aioutlet.broker import PARTITIONS
from event_store.store import EventStore
from projectors.checkpoints import load_checkpoints
from projectors.models.registry import MODELS
from schemas.codec import Stored
from schemas.documents import CHECKPOINTS, Document
from schemas.topics import TopicPartition
from schemas.wire import published_to

PAGE = 10_000
DATABASE = "aioutlet"
Marks = dict[tuple[str, TopicPartition], int]
"""Positions of the log by view and partition."""


async def at_rest(store: EventStore, documents: str, *, timeout: float) -> int:
    """Wait until the documents at this URI hold all of the log; return its last position."""
    needed: Marks = {}
    position = 0
    client: AsyncMongoClient[Document]
    async with asyncio.timeout(timeout), AsyncMongoClient(documents) as client:
        while True:
            while page := await store.log(position, limit=PAGE):
                needed |= _needed(page)
                position = page[-1].position
            marks = await load_checkpoints(client[DATABASE][CHECKPOINTS])
            reached = {(mark.view, mark.partition): mark.at.position for mark in marks}
            if all(reached.get(each, 0) >= at for each, at in needed.items()):
                return position
            await store.wait_past(position, timeout=1.0)


async def moved_since(store: EventStore, position: int) -> set[str]:
    """Return what happened after a position that a read model shows."""
    types = [name for model in MODELS for name in model.types]
    return {each.type for each in await store.log(position, types=types)}


def _needed(events: Iterable[Stored]) -> Marks:
    return {
        (model.view.name, place): each.position
        for each in events
        for place in published_to(each, PARTITIONS)
        for model in MODELS
        if place.topic == model.view.topic and each.type in model.types
    }
