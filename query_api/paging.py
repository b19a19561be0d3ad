"""Paged lists: their query parameters and their responses.

A cursor leads from page to page and neither repeats nor leaves out what was there when the first was asked for. `skip`
counts anew for every page, so it does both when something arrives or leaves meanwhile.
"""

from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pymongo.asynchronous.collection import AsyncCollection

from edge.problems import field_error
from query_api.cursors import Listing, Sort, narrow, read_cursor, value_of, write_cursor
from query_api.equality import by_operator, one_by_one
from schemas.documents import Document
from schemas.errors import Invalid

MAX_ITEMS = 200
"""Items of one page, and ids in one query."""
MAX_SKIP = 100_000
MAX_CURSOR = 4_096
"""Characters; the longest sort key makes 2,800."""


Limit = Annotated[int, Field(ge=1, le=MAX_ITEMS)]
Cursor = Annotated[str, Field(max_length=MAX_CURSOR, pattern=r"^[A-Za-z0-9_-]+$")]


class QueryParameters(BaseModel):
    """Query parameters in camelCase; an unknown one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)

    def without_place(self) -> bytes:
        """Return what a page has in common with the next one, as JSON: all but `limit` and `cursor`."""
        return self.model_dump_json(exclude={"limit", "cursor"}).encode()


class PageParameters(QueryParameters):
    """Which part of a list to return: what follows a cursor (the `next` of a page), or what follows `skip` items."""

    skip: Annotated[int, Field(ge=0, le=MAX_SKIP)] = 0
    limit: Limit = 20
    cursor: Cursor | None = None


class Listed(BaseModel):
    """One part of a list; `total` counts all of it, and `next` is the cursor of the next page, if there is one."""

    items: list[Document]
    total: int
    skip: int
    limit: int
    next: str | None


class Page(NamedTuple):
    """The documents of one page, and the cursor of the next, if there is one."""

    documents: list[Document]
    next: str | None

    def listed(self, present: Callable[[Document], Document], total: int, parameters: PageParameters) -> Listed:
        """Return the response: each document as `present` shows it."""
        items = [present(document) for document in self.documents]
        return Listed(items=items, total=total, skip=parameters.skip, limit=parameters.limit, next=self.next)


async def find_page(
    collection: AsyncCollection[Document],
    query: Document,
    sort: Sort,
    parameters: PageParameters,
    fields: Mapping[str, int] | None = None,
    *,
    apart: str | None = None,
    within: Document | None = None,
) -> Page:
    """Return one page; `fields` must not leave out those of `sort`.

    What `$in` allows the field `apart` to be is asked for value by value, each by its index. `within` are conditions
    that change from page to page, such as one that names the time of now: a cursor does not depend on them.

    Raises:
        Invalid: The cursor is none of this list, or comes with `skip`.
    """
    listing, found = Listing(collection.name, by_operator(query), sort), list[Document]()
    for each in _queries(listing, by_operator(within or {}), parameters):
        wanted = parameters.limit + 1 - len(found)
        if wanted:
            part = Part(sort, parameters.skip, wanted, fields)
            found += await _find(collection, one_by_one(each, apart), part)
    documents = found[: parameters.limit]
    return Page(documents, write_cursor(listing, documents[-1]) if len(found) > len(documents) else None)


class Part(NamedTuple):
    """Which part of an ordered list is wanted, and which fields of it."""

    sort: Sort
    skip: int
    limit: int
    fields: Mapping[str, int] | None


async def _find(collection: AsyncCollection[Document], queries: Sequence[Document], part: Part) -> list[Document]:
    """Return a part of what these queries find together; what one of them finds, no other does."""
    if len(queries) == 1:
        found = collection.find(queries[0], part.fields).sort(list(part.sort))
        return await found.skip(part.skip).limit(part.limit).to_list()
    last = part.skip + part.limit
    each = [collection.find(query, part.fields).sort(list(part.sort)).limit(last).to_list() for query in queries]
    documents = list(chain.from_iterable(await gather(*each)))
    for field, direction in reversed(part.sort):
        documents.sort(key=partial(value_of, field=field), reverse=direction < 0)
    return documents[part.skip : last]


def _queries(listing: Listing, within: Document, parameters: PageParameters) -> list[Document]:
    narrowed = listing._replace(query=listing.query | within)
    if parameters.cursor is None:
        return [narrowed.query]
    check_no_skip(parameters.skip)
    return narrow(narrowed, read_cursor(parameters.cursor, listing))


def check_no_skip(skip: int) -> None:
    """Raise `Invalid` where a cursor comes with a number of items to skip."""
    if skip:
        detail = "a cursor says itself where the page begins"
        raise Invalid(detail, errors=[field_error("skip", "skip", detail, where="query")])
