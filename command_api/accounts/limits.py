"""How often accounts may be asked about: by the client's network, and by the account, before anything is computed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from command_api.context import CommandContext, CommandRequest, context_of
from edge.client_address import client_network
from schemas.errors import LoginFailed


async def limit_by_address(request: Request, name: str) -> None:
    """Count a request by the network it comes from.

    Raises:
        TooManyRequests: There were too many.
    """
    if network := client_network(request.scope):
        await context_of(request).accounts.limiter.hit(name, network)


async def limit_by_account(request: CommandRequest, name: str) -> None:
    """Count a request by its caller's account.

    Raises:
        TooManyRequests: There were too many.
    """
    await request.context.accounts.limiter.hit(name, request.actor.id)


async def limit_by_email(context: CommandContext, name: str, email: str) -> str:
    """Count a request by the account that an address would have; return the address's index.

    Raises:
        Invalid: It is no address.
        TooManyRequests: There were too many.
    """
    index = context.accounts.identity.blind_index.of(email)
    await context.accounts.limiter.hit(name, index)
    return index


@asynccontextmanager
async def delaying_failures(context: CommandContext, index: str) -> AsyncIterator[None]:
    """Refuse a login while the account is delayed by failed ones, and note how this one ends.

    Raises:
        TooManyRequests: It is delayed.
    """
    limiter = context.accounts.limiter
    await limiter.check_delay(index)
    try:
        yield
    except LoginFailed:
        await limiter.failed(index)
        raise
    await limiter.succeeded(index)
