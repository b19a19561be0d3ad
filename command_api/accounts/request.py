"""Requests about accounts: their cause names the person and, sealed, the client."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request

from command_api.accounts.client import sealed_client
from command_api.context import Caller, CommandContext, CommandRequest, StreamCommand, context_of, new_cause
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.message import Command
from schemas.stream_names import user_stream
from schemas.user import UserCommand


async def request_of_person(request: Request, user_id: str) -> CommandRequest:
    """Return a request without a token, in which a person acts for themselves."""
    context, actor = context_of(request), Actor(type=ActorType.CUSTOMER, id=user_id)
    cause = new_cause(context, actor)
    client = await sealed_client(request, context.sealer, user_id)
    return CommandRequest(context, actor, replace(cause, client=client), None)


async def request_of_caller(request: Request, caller: Caller, body: Command) -> CommandRequest:
    """Return the request of a caller with a token; its client is sealed for the caller."""
    made = caller.make_request(body)
    client = await sealed_client(request, caller.context.sealer, caller.actor.subject)
    return replace(made, cause=replace(made.cause, client=client))


def user_commands(context: CommandContext, *commands: UserCommand) -> Sequence[StreamCommand]:
    """Return the commands for one account."""
    return [StreamCommand(context.users, user_stream(each.user_id), each, each.user_id) for each in commands]
