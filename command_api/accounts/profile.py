"""Names and addresses of a person, sealed before they are recorded."""

from command_api.accounts.bodies import ProfileChange, SavedAddress
from command_api.accounts.login import user_of
from command_api.accounts.request import user_commands
from command_api.context import CommandRequest
from event_store.unit_of_work import UnitOfWork
from schemas.errors import NotFound
from schemas.user import RemoveAddress, SaveAddress, UpdateProfile


async def update(request: CommandRequest, user_id: str, body: ProfileChange) -> UnitOfWork:
    """Change names; those left out stay.

    Raises:
        NotFound: There is no such account.
    """
    context = request.context
    if not (await user_of(context, user_id)).exists:
        raise NotFound(f"there is no user {user_id}", user_id=user_id)
    await context.sealer.prepare([user_id])
    names = {name: context.sealer.seal(user_id, getattr(body, name)) for name in body.model_fields_set}
    return await request.record(user_commands(context, UpdateProfile(user_id=user_id, **names)))


async def save_address(request: CommandRequest, user_id: str, address_id: str, body: SavedAddress) -> UnitOfWork:
    """Add an address to a person's book, or replace it."""
    context = request.context
    await context.sealer.prepare([user_id])
    address = context.sealer.seal(user_id, body.address.model_dump_json(by_alias=True))
    command = SaveAddress(user_id=user_id, address_id=address_id, address=address)
    return await request.record(user_commands(context, command))


async def remove_address(request: CommandRequest, user_id: str, address_id: str) -> UnitOfWork:
    """Remove an address from a person's book, if it is there."""
    command = RemoveAddress(user_id=user_id, address_id=address_id)
    return await request.record(user_commands(request.context, command))
