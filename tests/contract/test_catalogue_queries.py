"""No query of the catalogue goes without an index, on every document server.

Every command that the query API sends while products are listed, searched and shown is recorded. It must ask by id, or
by the first fields of an index in its order; and where the server explains itself, it must say that it uses the index.
"""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from projectors.models.products import PRODUCTS
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.documents import CHECKPOINTS, TALLIES, Document
from tests.documents import on_every_server
from tests.examples import LAMP_ID
from tests.histories import events, recorded
from tests.integration.doors.reader import Reader

pytestmark = on_every_server

INDEXES: Mapping[str, Sequence[tuple[str, ...]]] = {
    PRODUCTS.view.name: [tuple(field for field, _ in index) for index in PRODUCTS.indexes],
    TALLIES: [("view", "label")],
    CHECKPOINTS: [],
}
"""The fields of the indexes of each collection, beside that of `_id`."""
QUESTIONS: Sequence[Mapping[str, Any]] = (
    {},
    {"department": "Home", "sort": "-price", "limit": 1},
    {"category": "Lighting", "minPrice": 1, "maxPrice": 10**6, "currency": "USD", "inStock": "true", "minRating": 1},
    {"brand": "Private", "sort": "rating", "skip": 1},
    {"q": "la desk", "sort": "newest"},
    {"q": "lamp"},
    {"ids": f"{LAMP_ID},unicorn"},
)


class Commands(CommandListener):
    """The reading commands that a client has sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate", "count", "distinct"}:
            self.sent.append(event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture
async def commands(documents_uri: str) -> AsyncIterator[tuple[Commands, AsyncMongoClient[Document], str]]:
    """What a query API sends while it answers all kinds of questions about products, its client and its database."""
    listener, name = Commands(), f"test_{uuid.uuid4().hex}"
    async with AsyncMongoClient[Document](documents_uri, event_listeners=[listener]) as client:
        await ensure_indexes(client[name], MODELS)
        reader = Reader(client[name])
        await reader.sees(recorded(events("product.created", "stock.replenished", "review.submitted")))
        listener.sent.clear()
        async with reader.client:
            for asked in QUESTIONS:
                await reader.told("/products", params=asked)
            await reader.sees(recorded(events("product.price.changed"), after=3))
            await reader.told("/products")
            await reader.told(f"/products/{LAMP_ID}")
            await reader.told("/products/departments")
        yield listener, client, name
        await client.drop_database(name)


def is_served(command: Any) -> bool:
    """Whether the query is by id, or by the first fields of an index and in its order."""
    fields, order = list(command["filter"]), [str(field) for field in command.get("sort") or ()]
    if fields == ["_id"]:
        return not order
    indexes: Sequence[tuple[str, ...]] = INDEXES[command["find"]]
    return any(index[0] == fields[0] and list(index)[: len(order)] == order for index in indexes)


async def test_every_query_of_the_catalogue_has_an_index(
    commands: tuple[Commands, AsyncMongoClient[Document], str],
) -> None:
    listener, client, name = commands
    asked = [command for command in listener.sent if command.get("find") in INDEXES]
    assert {command["find"] for command in asked} == INDEXES.keys()
    assert all("find" in command for command in listener.sent)
    for command in asked:
        assert is_served(command), command
        for stage in await explained(client, name, command):
            assert "SCAN" not in stage, (stage, command)


async def explained(client: AsyncMongoClient[Document], name: str, command: Mapping[str, Any]) -> list[str]:
    """How the server executes a query, in its own words; nothing where it does not say."""
    query = {"find": command["find"], "filter": command["filter"]} | (
        {"sort": command["sort"]} if command.get("sort") else {}
    )
    try:
        plan = (await client[name].command("explain", query))["queryPlanner"]["winningPlan"]
    except OperationFailure:
        return []
    stages = [plan] if isinstance(plan, dict) else plan
    return [str(stage) for stage in stages]
