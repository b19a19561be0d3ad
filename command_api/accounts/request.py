"""Requests about accounts: their cause names the person and, sealed, the client."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.bodies import AccountRequest
from command_api.accounts.client import sealed_client
from command_api.context import Caller, CommandContext, CommandRequest, StreamCommand, context_of, new_cause
from command_api.responses import UserAccepted
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.message import Command
from schemas.stream_names import user_stream
from schemas.user import UserCommand

T = TypeVar("T")


async def request_of_person(request: Request, user_id: str) -> CommandRequest:
    """Return a request without a token, in which a person acts for themselves."""
    context, actor = context_of(request), Actor(type=ActorType.CUSTOMER, id=user_id)
    cause = new_cause(context, actor)
    client = await sealed_client(request, context.sealer, user_id, cause.at)
    return CommandRequest(context, actor, replace(cause, client=client), None)


async def request_of_caller(request: Request, caller: Caller, body: Command, *, named: str = "") -> CommandRequest:
    """Return the request of a caller with a token, about what its path names; its client is sealed for the caller."""
    secrets = {name for name, field in type(body).model_fields.items() if not field.repr}
    said = body.model_dump(mode="json", by_alias=True, exclude=secrets, exclude_unset=True, exclude_defaults=True)
    made = caller.make_request(AccountRequest(named=named, said=said))
    client = await sealed_client(request, caller.context.sealer, caller.actor.subject, made.cause.at)
    return replace(made, cause=replace(made.cause, client=client))


async def answer_once(
    request: CommandRequest,
    work: Callable[[], Awaitable[T]],
    accepted: Callable[[T], Awaitable[UserAccepted]],
    *,
    status: int = 200,
) -> Response:
    """Do the work of a request and answer what it has `accepted`; a repeat under the same key gets the first answer.

    The answer is recorded after the work: after a crash in between a repeat does it again, under the same ids.

    Raises:
        IdempotencyKeyReused: The key was used for another body.
    """
    async with request.reply_once() as idempotent:
        if not await idempotent.look_up():
            answer = await accepted(await work())
            for unit in idempotent.attempts():
                await idempotent.commit(unit, answer)
    return idempotent.response(status)


def user_commands(context: CommandContext, *commands: UserCommand) -> Sequence[StreamCommand]:
    """Return the commands for one account."""
    return [StreamCommand(context.users, user_stream(each.user_id), each, each.user_id) for each in commands]
