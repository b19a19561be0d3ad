"""What a shopkeeper keeps an eye on: orders by status, the newest, sagas by state, low stock, and what is parked."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
import structlog
from pymongo.errors import PyMongoError

from history.parked_rows import ParkedRows
from query_api.context import QueryContext
from query_api.dead_letters import count_dead_letters
from query_api.sagas import count_by_state
from schemas.documents import ORDERS_VIEW, PRODUCTS_VIEW, SAGAS_VIEW, STOCK_VIEW, TALLIES, Document
from schemas.error_codes import code_of
from schemas.errors import AIOutletError
from schemas.topics import TopicPartition

LISTED = 20
PAUSE = 1.0
"""Seconds between two looks, at least."""
WAIT = 10.0
"""Seconds after which it is looked without anything having been written: messages are parked in silence."""
ID_BYTES = 12
ORDER_FIELDS = (
    "orderNumber", "status", "paymentStatus", "fulfilmentStatus", "totalAmount", "currency", "createdAt", "updatedAt",
    "position",
)  # fmt: skip
SHELF_FIELDS = ("productId", "warehouseId", "available", "level")

log = structlog.get_logger(__name__)


class Board(NamedTuple):
    """The board as JSON, and its id: equal boards have equal ones."""

    id: str
    content: bytes


class FollowedBoard:
    """The newest board that a follower has not seen."""

    def __init__(self, seen: str) -> None:
        """Begin behind the board with the id `seen`."""
        self._seen = seen
        self._board: Board | None = None
        self._is_changed = asyncio.Event()

    def offer(self, board: Board) -> None:
        """Show the follower a board, unless it has seen it."""
        if board.id != self._seen:
            self._seen, self._board = board.id, board
            self._is_changed.set()

    async def changed(self) -> Board:
        """Wait for a board that was not returned before."""
        await self._is_changed.wait()
        self._is_changed.clear()
        assert self._board  # noqa: S101 - it was just offered
        return self._board


class ShopBoard:
    """Looks when orders or stock were written, at most once a second, for all who follow; while nobody does, never."""

    def __init__(self, context: QueryContext, rows: ParkedRows | None) -> None:
        """Without `rows` the board does not say what is parked."""
        self._context = context
        self._rows = rows
        self._followers: set[FollowedBoard] = set()
        self._watching: asyncio.Task[None] | None = None
        self._board: Board | None = None

    @contextmanager
    def following(self, seen: str) -> Iterator[FollowedBoard]:
        """Follow the board while the context is open; the one with the id `seen` is not shown again."""
        followed = FollowedBoard(seen)
        self._followers.add(followed)
        if self._board is not None:
            followed.offer(self._board)
        self._watching = self._watching or asyncio.create_task(self._watch(), name="shop board")
        try:
            yield followed
        finally:
            self._followers.discard(followed)
            if not self._followers:
                self._watching.cancel()
                self._watching = self._board = None

    async def _watch(self) -> None:
        while True:
            reached = self._positions()
            try:
                self._show(await self._read())
            except (PyMongoError, AIOutletError) as error:
                log.warning("the board of the shop is unreadable", cause=code_of(error))
            await asyncio.sleep(PAUSE)
            await self._wait_beyond(reached)

    def _show(self, board: Board) -> None:
        self._board = board
        for followed in self._followers:
            followed.offer(board)

    def _positions(self) -> dict[tuple[str, TopicPartition], int]:
        places = (
            (self._context.name_of(view), TopicPartition(view.topic, number))
            for view in (ORDERS_VIEW, SAGAS_VIEW, STOCK_VIEW)
            for number in range(self._context.partitions)
        )
        return {place: self._context.watcher.position(*place) for place in places}

    async def _wait_beyond(self, reached: Mapping[tuple[str, TopicPartition], int]) -> None:
        """Wait until any of these views was written further, or for `WAIT` seconds."""
        wait_for = self._context.watcher.wait_for
        waits = [asyncio.create_task(wait_for(*place, at + 1, timeout=WAIT)) for place, at in reached.items()]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _read(self) -> Board:
        content = orjson.dumps(
            {
                "orders": await self._count_orders(),
                "sagas": await self._count_sagas(),
                "newest": await self._find_newest(),
                "stock": await self._find_stock(),
                "parked": await self._count_parked(),
            },
            option=orjson.OPT_SORT_KEYS,
        )
        return Board(blake2b(content, digest_size=ID_BYTES).hexdigest(), content)

    async def _count_orders(self) -> Document:
        counts: dict[str, int] = {}
        async for tally in self._context.database[TALLIES].find({"view": {"$eq": self._context.name_of(ORDERS_VIEW)}}):
            status = tally["filters"].get("status", "")
            counts[status] = counts.get(status, 0) + tally["count"]
        return {"total": counts.pop("", 0), "byStatus": {name: count for name, count in counts.items() if count}}

    async def _count_sagas(self) -> dict[str, int]:
        counts = await count_by_state(self._context)
        return {state.value: count for state, count in counts.items() if count}

    async def _count_parked(self) -> list[Document] | None:
        if self._rows is None:
            return None
        return [each.model_dump(mode="json") for each in await count_dead_letters(self._context, self._rows)]

    async def _find_newest(self) -> list[Document]:
        orders = self._context.collection(ORDERS_VIEW).find({}, dict.fromkeys(ORDER_FIELDS, 1))
        return [
            {"orderId": order["_id"], **_part(order, ORDER_FIELDS)}
            for order in await orders.sort("placed", -1).limit(LISTED).to_list()
        ]

    async def _find_stock(self) -> Document:
        shelves, counts = list[Document](), dict[str, int]()
        for level in ("out", "low"):
            query = {"level": {"$eq": level}}
            counts[level] = await self._context.count(STOCK_VIEW, query)
            found = self._context.collection(STOCK_VIEW).find(query).sort([("productId", 1), ("warehouseId", 1)])
            if room := LISTED - len(shelves):
                shelves += [_part(shelf, SHELF_FIELDS) for shelf in await found.limit(room).to_list()]
        products = await self._context.find_by_ids(PRODUCTS_VIEW, [shelf["productId"] for shelf in shelves])
        names = [product.get("name") if product else None for product in products]
        return {**counts, "items": [{**shelf, "name": name} for shelf, name in zip(shelves, names, strict=True)]}


def _part(document: Mapping[str, Any], names: tuple[str, ...]) -> Document:
    return {name: document[name] for name in names if name in document}
