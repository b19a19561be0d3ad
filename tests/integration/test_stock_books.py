"""What `aioutlet stock reconcile` opens: the log and the documents of the services."""

import pytest

from aioutlet.settings import Settings, WrongSettings
from aioutlet.stock.books import open_books
from event_store.postgres.store import postgres_store
from projectors.document_io import Database
from projectors.verification.stock_reconciliation import reconcile_stock
from tests.examples import EXAMPLES
from tests.integration.kafka_shop import record


async def test_those_of_the_services_are_opened_where_a_store_is_named(
    database: str, documents_uri: str, mongodb: Database
) -> None:
    store = postgres_store(database)
    await record(store, "warehouse-main", EXAMPLES["stock.received"])
    await store.close()
    settings = Settings(store=database, documents=documents_uri.replace("/?", f"/{mongodb.name}?"))
    async with open_books(settings, to_repair=True) as books:
        assert (books.partitions, books.database.name) == (settings.partitions, mongodb.name)
        found = await reconcile_stock(books.store, books.database, partitions=books.partitions)
    assert (found.differences, found.behind, found.missing_signals) == ((), 1, {"main": 2})


async def test_the_services_documents_must_be_named(database: str) -> None:
    with pytest.raises(WrongSettings, match="AIOUTLET_DOCUMENTS"):
        async with open_books(Settings(store=database), to_repair=False):
            pass
