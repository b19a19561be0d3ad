"""What is parked as one list: messages and timers beside the log, then the documents that lack events."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from history.parked_rows import ParkedRows
from query_api.context import QueryContext
from query_api.cursors import decode_cursor, encode_cursor, invalid_cursor
from query_api.equality import by_operator
from query_api.paging import Cursor, Limit, QueryParameters
from schemas.dead_letters import (
    DeadLetterListed,
    DeadLetterPage,
    DeadLetterShown,
    LetterFilter,
    LetterKey,
    LetterKind,
    ParkedNumber,
    letter_id,
)
from schemas.documents import INCOMPLETE, ORDERS_VIEW, SAGAS_VIEW, Document, version_named
from schemas.message import Id

PROJECTIONS = "projections"
"""The consumer of all read models."""
STARTS: dict[LetterKind, tuple[Any, ...]] = {
    LetterKind.MESSAGE: ("", 0),
    LetterKind.TIMER: ("", ""),
    LetterKind.DOCUMENT: ("",),
}
"""Where each kind begins, in the order of the list."""
VIEWS_OF_ORDERS = frozenset({ORDERS_VIEW.title, SAGAS_VIEW.title})
"""Those whose documents have the id of an order."""
MAX_OF_ONE = 100
"""Of each kind, about one order."""


class DeadLetterParameters(QueryParameters):
    """What is parked: by kind, consumer, cause, order, and whether it waits to be tried again or is dead."""

    kind: LetterKind | None = None
    consumer: Id | None = None
    cause: Id | None = None
    order_id: Id | None = None
    state: Literal["waiting", "dead"] | None = None
    limit: Annotated[Limit, Field(le=100)] = 20
    cursor: Cursor | None = None

    def as_filter(self) -> LetterFilter:
        is_dead = None if self.state is None else self.state == "dead"
        return LetterFilter(self.consumer, self.cause, self.order_id, is_dead)


async def list_dead_letters(context: QueryContext, rows: ParkedRows, asked: DeadLetterParameters) -> DeadLetterPage:
    """Return one part of the list, and how many there are of each consumer and cause.

    Raises:
        Invalid: The cursor is none of this list.
    """
    begin, after = _place(asked)
    items: list[DeadLetterShown] = []
    following: tuple[LetterKind, tuple[Any, ...]] | None = None
    for kind in list(STARTS)[list(STARTS).index(begin) :]:
        if asked.kind not in (None, kind):
            continue
        start = after if kind is begin else STARTS[kind]
        wanted = asked.limit + 1 - len(items)
        found = await _read(context, rows, kind, asked.as_filter(), start, wanted)
        items += found
        if len(items) > asked.limit:
            items.pop()
            following = _place_of(items[-1])
            break
    return DeadLetterPage(
        items=await _listed(context, items),
        next=encode_cursor(following, of=asked.without_place()) if following else None,
        counts=await count_dead_letters(context, rows),
    )


async def find_dead_letter(context: QueryContext, rows: ParkedRows, key: LetterKey) -> DeadLetterShown | None:
    """Return one of them, if it is parked."""
    if key.kind is not LetterKind.DOCUMENT:
        found = await rows.find(key)
    else:
        document = await context.database[INCOMPLETE].find_one({"_id": {"$eq": key.name}})
        found = _of_document(document) if document else None
    return (await _with_orders(context, [found]))[0] if found else None


async def dead_letters_about(context: QueryContext, rows: ParkedRows, order_id: str) -> list[DeadLetterListed]:
    """Return what is parked of one order, at most `MAX_OF_ONE` of each kind."""
    wanted = LetterFilter(subject=order_id)
    found = await gather(*(_read(context, rows, kind, wanted, STARTS[kind], MAX_OF_ONE) for kind in STARTS))
    return await _listed(context, [each for items in found for each in items])


async def _read(
    context: QueryContext,
    rows: ParkedRows,
    kind: LetterKind,
    wanted: LetterFilter,
    after: tuple[Any, ...],
    limit: int,
) -> Sequence[DeadLetterShown]:
    if kind is LetterKind.MESSAGE:
        return await rows.messages(wanted, (after[0], after[1]), limit)
    if kind is LetterKind.TIMER:
        return await rows.timers(wanted, (after[0], after[1]), limit)
    if wanted.consumer not in (None, PROJECTIONS):
        return []
    query: Document = {"row": {"$gt": after[0]}}
    query |= {name: value for name, value in (("cause", wanted.cause), ("key", wanted.subject)) if value is not None}
    if wanted.is_dead is not None:
        query["is_dead"] = wanted.is_dead
    found = context.database[INCOMPLETE].find(by_operator(query)).sort("row", 1).limit(limit)
    return [_of_document(document) async for document in found]


async def count_dead_letters(context: QueryContext, rows: ParkedRows) -> list[ParkedNumber]:
    """Return how many there are of each kind, consumer and cause."""
    numbers: dict[tuple[LetterKind, str, str], dict[bool, int]] = {}
    for what, consumer, cause, is_dead, number in await rows.counts():
        numbers.setdefault((LetterKind(what), consumer, cause), {})[is_dead] = number
    async for cause in _causes_of_documents(context):
        numbers[LetterKind.DOCUMENT, PROJECTIONS, cause] = {
            is_dead: await _count_documents(context, cause, is_dead=is_dead) for is_dead in (False, True)
        }
    return [
        ParkedNumber(
            kind=kind, consumer=consumer, cause=cause, waiting=by_state.get(False, 0), dead=by_state.get(True, 0)
        )
        for (kind, consumer, cause), by_state in numbers.items()
    ]


async def _causes_of_documents(context: QueryContext) -> AsyncIterator[str]:
    """Yield each cause for which documents lack events, led from one to the next by its index."""
    cause, order = "", [("cause", 1), ("row", 1)]
    while found := await context.database[INCOMPLETE].find_one({"cause": {"$gt": cause}}, {"cause": 1}, sort=order):
        cause = found["cause"]
        yield cause


async def _count_documents(context: QueryContext, cause: str, *, is_dead: bool) -> int:
    query = by_operator({"cause": cause, "is_dead": is_dead})
    return int((await context.database.command("count", INCOMPLETE, query=query))["n"])


async def _listed(context: QueryContext, letters: Sequence[DeadLetterShown]) -> list[DeadLetterListed]:
    return [
        DeadLetterListed.model_validate(letter.model_dump(), extra="ignore")
        for letter in await _with_orders(context, letters)
    ]


async def _with_orders(context: QueryContext, letters: Sequence[DeadLetterShown]) -> list[DeadLetterShown]:
    """Return the letters, those that are about an order with its id and number."""
    orders = await context.find_by_ids(ORDERS_VIEW, [letter.subject for letter in letters])
    return [
        letter.model_copy(update={"order_id": letter.subject, "order_number": order and order["orderNumber"]})
        if order or letter.view in VIEWS_OF_ORDERS
        else letter
        for letter, order in zip(letters, orders, strict=True)
    ]


def _title(name: str) -> str:
    """Return the title of the view whose version has this name."""
    view = version_named(name)
    return view.title if view else name


def _of_document(row: Document) -> DeadLetterShown:
    return DeadLetterShown(
        id=letter_id(LetterKey(LetterKind.DOCUMENT, PROJECTIONS, row["_id"], row["key"])),
        kind=LetterKind.DOCUMENT,
        consumer=PROJECTIONS,
        subject=row["key"],
        position=row["failed_at"],
        view=_title(row["view"]),
        cause=row["cause"],
        attempts=row["attempts"],
        since=row["since"],
        retry_at=None if row["dead_at"] else row["retry_at"],
        dead_at=row["dead_at"],
        is_copied=False,
        name=row["_id"],
        trace=row["trace"],
        topic=row["topic"],
        partition=row["partition"],
        stream=row["stream"],
    )


def _place_of(last: DeadLetterShown) -> tuple[LetterKind, tuple[Any, ...]]:
    if last.kind is LetterKind.MESSAGE:
        return last.kind, (last.consumer, int(last.name))
    return last.kind, (last.consumer, last.name) if last.kind is LetterKind.TIMER else (last.name,)


def _place(asked: DeadLetterParameters) -> tuple[LetterKind, tuple[Any, ...]]:
    if asked.cursor is None:
        return LetterKind.MESSAGE, STARTS[LetterKind.MESSAGE]
    place = decode_cursor(asked.cursor, of=asked.without_place())
    if isinstance(place, list) and len(place) == 2 and place[0] in STARTS and isinstance(place[1], list):
        begin, after = LetterKind(place[0]), tuple(place[1])
        if list(map(type, after)) == list(map(type, STARTS[begin])):
            return begin, after
    raise invalid_cursor()
