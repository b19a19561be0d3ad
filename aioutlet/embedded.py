"""The embedded wiring: everything in one folder; the shop's process has two children, read side and document server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aioutlet.data_folder import DEMO, DEMO_ACCOUNTS, DOCUMENTS, LOG, Addresses, locked, published
from aioutlet.document_process import DocumentServer
from aioutlet.gc_tuning import without_gc
from aioutlet.keys import log_key, master_key, token_secret
from aioutlet.read_side_process import Parts, read_side
from aioutlet.settings import Settings

if TYPE_CHECKING:
    from event_store.store import EventStore

GIVE_UP_AFTER = 60.0
"""Seconds for which the demo catalogue is offered to a shop that is too busy to answer."""


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Addresses]:
    """Run the shop while the context is open.

    Raises:
        CannotStart: The folder cannot be used, or another shop has it.
        ExceptionGroup: Of one `CannotStart`; or of what ended a part.
    """
    with locked(settings.data):
        for secret in (token_secret, master_key, log_key):
            secret(settings)  # what is wrong with them is said before anything starts
        log, server = settings.data / LOG, DocumentServer(settings.data / DOCUMENTS)
        async with server as documents, read_side(settings) as pages, asyncio.TaskGroup() as tasks:
            supervising = [tasks.create_task(each.supervise()) for each in (server, pages)]
            with without_gc():  # half of the start is this import; the children start meanwhile
                from aioutlet.embedded_components import open_shop

            async with (
                open_shop(settings, str(log), documents, tasks, advance=pages.advance) as shop,
                pages.opened(Parts(str(log), documents, shop.command_url)),
            ):
                addresses = Addresses(
                    bff=pages.bff_url,
                    command_api=shop.command_url,
                    query_api=pages.query_url,
                    broker=shop.broker,
                    documents=documents,
                    log=str(log.resolve()),
                )
                with published(settings.data, addresses):
                    await _load_demo(settings, addresses.command_api, shop.store)
                    yield addresses
            for each in supervising:
                each.cancel()


async def _load_demo(settings: Settings, command_api_url: str, store: "EventStore") -> None:
    """Load the demo once into a log: catalogue and accounts; after a crash meanwhile it is offered again."""
    from aioutlet.demo.marker import describe_log, is_of_log

    marker = settings.data / DEMO
    if not settings.demo or (marker.exists() and await is_of_log(marker.read_text(errors="replace"), store)):
        return
    import httpx

    from aioutlet.demo.accounts import create_demo_accounts
    from aioutlet.demo.load import load_demo
    from aioutlet.journey.shop import retrying
    from identity.tokens import TokenIssuer

    token = TokenIssuer(token_secret(settings)).issue("demo", ("admin",), "admin")
    transport = retrying(1, GIVE_UP_AFTER)
    async with httpx.AsyncClient(base_url=command_api_url, timeout=GIVE_UP_AFTER, transport=transport) as commands:
        await load_demo(commands, token)
        await create_demo_accounts(command_api_url, token, settings.data / DEMO_ACCOUNTS)
    marker.write_text(await describe_log(store))
