"""Lists in pages: what may be asked, and what is answered."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pymongo.asynchronous.collection import AsyncCollection

from schemas.documents import Document

MOST = 200
"""Items of one page, and ids of one question."""
FURTHEST = 100_000

Sort = Sequence[tuple[str, int]]


class Question(BaseModel):
    """Query parameters in camelCase; one we do not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)


class Page(Question):
    """Which part of a list."""

    skip: Annotated[int, Field(ge=0, le=FURTHEST)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class Listed(BaseModel):
    """One part of a list; `total` counts all of it."""

    items: list[Document]
    total: int
    skip: int
    limit: int


async def page_of(
    collection: AsyncCollection[Document], wanted: Document, sort: Sort, page: Page, fields: Mapping[str, int] | None
) -> list[Document]:
    """The documents of one page."""
    found = collection.find(wanted, fields).sort(list(sort)).skip(page.skip).limit(page.limit)
    return await found.to_list()
