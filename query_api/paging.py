"""Paged lists: their query parameters and their responses."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pymongo.asynchronous.collection import AsyncCollection

from schemas.documents import Document

MAX_ITEMS = 200
"""Items of one page, and ids in one query."""
MAX_SKIP = 100_000

Sort = Sequence[tuple[str, int]]


class QueryParameters(BaseModel):
    """Query parameters in camelCase; an unknown one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)


class PageParameters(QueryParameters):
    """Which part of a list to return."""

    skip: Annotated[int, Field(ge=0, le=MAX_SKIP)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_ITEMS)] = 20


class Listed(BaseModel):
    """One part of a list; `total` counts all of it."""

    items: list[Document]
    total: int
    skip: int
    limit: int


async def find_page(
    collection: AsyncCollection[Document],
    query: Document,
    sort: Sort,
    page: PageParameters,
    fields: Mapping[str, int] | None,
) -> list[Document]:
    """Return the documents of one page."""
    found = collection.find(query, fields).sort(list(sort)).skip(page.skip).limit(page.limit)
    return await found.to_list()
