"""`python -m tests.e2e.command_door`: the command API of the embedded shop alone and without limits."""

import asyncio

import command_api.main
from aioutlet.components import open_accounts, open_event_store
from aioutlet.data_folder import LOG, Addresses, locked, published
from aioutlet.http_server import limits_of, listening
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.settings import read
from edge.logging import configure
from edge.rate_limits import RateLimiter
from tests.e2e.running import LAST_LINE


async def serve() -> None:
    """Answer until the process ends."""
    settings = read()
    configure("WARNING", "command-api")  # a line for each request would fill the pipe that says that it answers
    with locked(settings.data):
        log = str(settings.data / LOG)
        async with (
            open_event_store(log) as store,
            open_embedded_identity(settings) as identity,
            open_accounts(identity, RateLimiter(None)) as accounts,
            listening(
                command_api.main.build_app(store, accounts=accounts),
                host=settings.host,
                port=settings.command_port,
                setting="AIOUTLET_COMMAND_PORT",
                limits=limits_of(settings),
            ) as url,
        ):
            with published(settings.data, Addresses("", url, "", broker="", documents="", log=log)):
                print(f"{LAST_LINE}it", flush=True)  # noqa: T201 - what says that it answers
                await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
