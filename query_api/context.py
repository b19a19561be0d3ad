"""What every route of the query API works with: the documents, their checkpoints and the opener of sealed fields."""

from asyncio import gather
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from concurrency.batcher import Batcher
from query_api.catalogue.follower import CatalogueFollower
from query_api.catalogue.lists import SelectionCache
from query_api.checkpoint_watcher import CheckpointWatcher
from query_api.current_versions import CurrentVersions
from query_api.cursors import Sort
from query_api.equality import by_operator, one_by_one
from query_api.incomplete import IncompleteMarks
from query_api.log_guard import LogGuard
from query_api.paging import Page, PageParameters, find_page
from query_api.trending_index import TrendingIndex
from schemas.config import ConfigValues
from schemas.documents import TALLIES, Document, View
from schemas.errors import Unavailable
from schemas.sealed import Sealed


class Opener(Protocol):
    """Opens personal fields; `identity.sealing.Sealer` is one."""

    async def open_all(self, sealed: Sequence[Sealed]) -> list[str | None]:
        """Return the plain texts; None for each that does not open, as after its person was erased."""

    async def indexes(self, subjects: Iterable[str], text: str) -> list[str]:
        """Return the blind indexes of a text under the keys of those subjects who have one."""


IndexOf = Callable[[str], str]
"""Returns the blind index of a mail address, however it is written, or raises `Invalid` if it is none."""
UNREADABLE = "the documents cannot be read at the moment"


@dataclass(frozen=True, slots=True)
class QueryContext:
    """Reads documents; built once per process."""

    database: AsyncDatabase[Document]
    watcher: CheckpointWatcher
    opener: Opener
    partitions: int
    released: ConfigValues
    """What is in force under each key of the configuration while nobody has changed it."""
    sold_from: frozenset[str]
    """The ids of the warehouses that orders are shipped from."""
    guard: LogGuard | None = None
    """None where the documents were compared with the log before the process began to answer."""
    index_of: IndexOf | None = None
    """None where nobody looks people up by their mail address."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Returns the time, in UTC."""
    is_second_person_required: bool = False
    """Whether another operator must confirm what gives up an undo."""
    versions: CurrentVersions = field(init=False)
    """Says which version of a view is read."""
    trending: TrendingIndex = field(init=False)
    """What is trending."""
    by_id: Batcher[tuple[View, str], dict[tuple[View, str], Document]] = field(init=False)
    """Reads documents by view and id."""
    incomplete: IncompleteMarks = field(init=False)
    """Says which documents lack events."""
    catalogue: CatalogueFollower = field(init=False)
    """Has the index of the products."""
    selections: SelectionCache = field(init=False, default_factory=SelectionCache)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", Batcher(self._find_many))
        object.__setattr__(self, "versions", CurrentVersions(self.database, self.watcher))
        object.__setattr__(self, "incomplete", IncompleteMarks(self.database, self.versions.of))
        object.__setattr__(self, "catalogue", self._follow_catalogue())
        trending = TrendingIndex(
            self.database, partitions=self.partitions, clock=self.clock, version_of=self.versions.of
        )
        object.__setattr__(self, "trending", trending)

    def collection(self, view: View) -> AsyncCollection[Document]:
        """Return the documents of a view, in its current version."""
        return self.database[self.name_of(view)]

    def name_of(self, view: View) -> str:
        """Return the name of the current version of a view, under which its documents, tallies and totals are kept."""
        return self.versions.of(view).name

    async def find_by_id(self, view: View, key: str) -> Document | None:
        """Return the document of this id; concurrent calls share one read."""
        try:
            return (await self.by_id.ask((view, key))).get((view, key))
        except PyMongoError as error:
            raise Unavailable(UNREADABLE) from error

    async def find_by_ids(self, view: View, keys: Iterable[str]) -> list[Document | None]:
        """Return the documents of these ids, in their order."""
        return await gather(*(self.find_by_id(view, key) for key in keys))

    async def find_page(
        self,
        view: View,
        query: Document,
        sort: Sort,
        parameters: PageParameters,
        fields: Mapping[str, int] | None = None,
        *,
        apart: str | None = None,
        within: Document | None = None,
    ) -> Page:
        """Return one page of a view's documents, as `paging.find_page` does; those that lack events say so."""
        page = await find_page(self.collection(view), query, sort, parameters, fields, apart=apart, within=within)
        return page._replace(documents=await self.incomplete.mark(view, page.documents))

    async def read_tally(self, view: View, label: str) -> int:
        """Return the number of documents under a label: the sum of the partitions' tallies."""
        tallies = self.database[TALLIES].find(by_operator({"view": self.name_of(view), "label": label}))
        return sum([tally["count"] async for tally in tallies])

    async def count(self, view: View, query: Document, *, apart: str | None = None) -> int:
        """Return the number of documents that match a query of an index; `apart` is as for `find_page`."""
        queries = one_by_one(by_operator(query), apart)
        # `count_documents` aggregates instead, for which one of the servers uses no index.
        answers = await gather(*(self.database.command("count", self.name_of(view), query=each) for each in queries))
        return sum(int(answer["n"]) for answer in answers)

    def _follow_catalogue(self) -> CatalogueFollower:
        guard, versions = self.guard, self.versions
        return CatalogueFollower(
            self.database,
            partitions=self.partitions,
            sold_from=self.sold_from,
            version_of=versions.of,
            generation=lambda: versions.switches + (guard.mismatches if guard else 0),
        )

    async def _find_many(self, keys: Iterable[tuple[View, str]]) -> dict[tuple[View, str], Document]:
        by_view: dict[View, list[str]] = defaultdict(list)
        for view, document_id in dict.fromkeys(keys):
            by_view[view].append(document_id)
        found = await gather(*(self._find_marked(view, ids) for view, ids in by_view.items()))
        return {
            (view, document["_id"]): document
            for view, documents in zip(by_view, found, strict=True)
            for document in documents
        }

    async def _find_marked(self, view: View, ids: Sequence[str]) -> list[Document]:
        return await self.incomplete.mark(view, await self.collection(view).find({"_id": {"$in": list(ids)}}).to_list())


def query_context(request: Request) -> QueryContext:
    """Return the context of the request's app; a dependency.

    Raises:
        LogMismatch: The documents are not known to be of the log.
    """
    context: QueryContext = request.app.state.context
    if context.guard is not None:
        context.guard.check()
    return context


CurrentContext = Annotated[QueryContext, Depends(query_context)]
