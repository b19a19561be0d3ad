"""A new account: at a person's own wish, or by an admin."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request

from command_api.accounts.accounts import VERIFICATION_LIFETIME
from command_api.accounts.bodies import NewUser, Registration
from command_api.accounts.limits import limit_by_address
from command_api.accounts.passwords import new_reset
from command_api.accounts.request import request_of_person, user_commands
from command_api.accounts.session_opened import SessionOpened, session_opened, with_position
from command_api.context import CommandContext, CommandRequest, StreamCommand, context_of
from event_store.unit_of_work import UnitOfWork
from identity.blind_index import check_address
from identity.password_strength import check_password
from identity.records import Credential
from schemas.email_claim import ClaimEmail
from schemas.errors import AIOutletError
from schemas.message import Id
from schemas.stream_names import email_claim_stream, user_stream
from schemas.user import CreateUser, RecordLogin

NewPerson = Registration | NewUser


async def register(request: Request, body: Registration) -> SessionOpened:
    """Create an account and open its first session; nothing in it tells whether the address has another account.

    Raises:
        Invalid: The address is none, or the password is too weak.
    """
    await limit_by_address(request, "registration by address")
    context = context_of(request)
    user_id = context.new_id()
    made = await request_of_person(request, user_id)
    create = await _create(made, user_id, body)
    await _add_credential(context, create, body.password, body)
    session = await context.accounts.identity.sessions.open(user_id)
    login = RecordLogin(user_id=user_id, session_id=session.session_id, outcome="registered")
    unit = await _record(made, user_id, user_commands(context, create, login))
    opened = await session_opened(context, unit.state(user_stream(user_id)), session)
    return await with_position(opened, unit, user_id)


async def create_user(request: CommandRequest, body: NewUser) -> tuple[str, UnitOfWork]:
    """Create an account whose address an admin vouches for; return its id and the committed unit of work.

    Raises:
        EmailTaken: Another account has this address.
    """
    context, user_id = request.context, request.new_id("user")
    create = (await _create(request, user_id, body)).model_copy(update={"is_vouched_for": True, "roles": body.roles})
    await _add_credential(context, create, body.password, body)
    claim = StreamCommand(
        context.email_claims, email_claim_stream(create.email_index), ClaimEmail(user_id=user_id), user_id
    )
    invite = [] if body.password else [new_reset(request, user_id)]
    unit = await _record(request, user_id, [*user_commands(context, create, *invite), claim])
    await context.accounts.identity.store.set_claimed(user_id, at=context.clock())
    return user_id, unit


async def _create(request: CommandRequest, user_id: Id, body: NewPerson) -> CreateUser:
    context = request.context
    email = check_address(body.email)
    await context.sealer.prepare([user_id])
    seal = context.sealer.seal
    return CreateUser(
        user_id=user_id,
        email=seal(user_id, email),
        email_index=context.accounts.identity.blind_index.of(email),
        first_name=seal(user_id, body.first_name),
        last_name=seal(user_id, body.last_name),
        name=seal(user_id, f"{body.first_name} {body.last_name}"),
        verification_id=request.new_id("verification"),
        expires_at=request.cause.at + VERIFICATION_LIFETIME,
    )


async def _add_credential(context: CommandContext, create: CreateUser, password: str | None, body: NewPerson) -> None:
    """Keep how the person proves who they are; before the event, so that nobody is recorded who cannot log in."""
    if password is not None:
        personal = (body.email, body.first_name, body.last_name)
        await asyncio.to_thread(check_password, password, personal=personal)
    now = context.clock()
    await context.accounts.identity.store.add_credential(
        Credential(
            user_id=create.user_id,
            address_index=create.email_index,
            password_hash=await context.accounts.passwords.hash(password) if password is not None else None,
            is_claimed=False,
            created_at=now,
            changed_at=now,
        )
    )


async def _record(request: CommandRequest, user_id: str, commands: Sequence[StreamCommand]) -> UnitOfWork:
    """Record a new account; what was kept for it goes when it is refused."""
    try:
        return await request.record(commands)
    except AIOutletError as error:
        if error.status < 500:
            await request.context.accounts.identity.store.delete_credential(user_id)
        raise
