"""Passwords: changed by who knows them, replaced by who receives mails at the account's address.

The event comes first and the hash after it: whoever was told that it is done can log in with it, and after a crash
between the two the one before is still right, and the person does it again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from command_api.accounts.accounts import RESET_LIFETIME
from command_api.accounts.bodies import ForgottenPassword, NewPassword, PasswordChange
from command_api.accounts.limits import limit_by_address, limit_by_email
from command_api.accounts.login import check_own_password, user_of
from command_api.accounts.request import request_of_person, user_commands
from command_api.accounts.sessions import revoke_sessions
from command_api.context import CommandContext, CommandRequest, context_of
from event_store.unit_of_work import UnitOfWork
from identity.mailed_tokens import RESET
from identity.password_strength import check_password
from schemas.user import CompletePasswordReset, RecordPasswordChange, RequestPasswordReset

ANSWER_AFTER = 0.1
"""Seconds after which a request for a reset is answered, whether there is such an account or not."""


async def change_password(
    request: CommandRequest, user_id: str, body: PasswordChange, *, session_id: str | None
) -> UnitOfWork:
    """Set another password, and end every session but the caller's.

    Raises:
        LoginFailed: The current password is not right.
        Invalid: The new one is too weak.
    """
    await check_own_password(request.context, user_id, body.current_password)
    await asyncio.to_thread(check_password, body.new_password, field="newPassword")
    hashed = await request.context.accounts.passwords.hash(body.new_password)
    unit = await request.record(user_commands(request.context, RecordPasswordChange(user_id=user_id)))
    await _set_password(request.context, user_id, hashed)
    await revoke_sessions(request, user_id, reason="password changed", but=session_id)
    return unit


async def request_reset(request: Request, body: ForgottenPassword) -> None:
    """Have a link mailed if there is such an account; it takes as long if there is none."""
    await limit_by_address(request, "password reset by address")
    context = context_of(request)
    index = await limit_by_email(context, "password reset by account", body.email)
    async with _answered_after(ANSWER_AFTER):
        credential = await context.accounts.identity.store.credential_of(index)
        if credential and (await user_of(context, credential.user_id)).is_active:
            made = await request_of_person(request, credential.user_id)
            await made.record(user_commands(context, new_reset(made, credential.user_id)))


def new_reset(request: CommandRequest, user_id: str) -> RequestPasswordReset:
    """Return the command by which a person is mailed a link to set another password."""
    reset_id, expires_at = request.new_id("reset"), request.cause.at + RESET_LIFETIME
    return RequestPasswordReset(user_id=user_id, reset_id=reset_id, expires_at=expires_at)


async def complete_reset(request: Request, body: NewPassword) -> tuple[str, UnitOfWork]:
    """Set another password by a mailed token, once, and end every session.

    Raises:
        TokenNotValid: The token was never mailed, or its link is spent or has expired.
        Invalid: The password is too weak.
    """
    await limit_by_address(request, "mailed token by address")
    context = context_of(request)
    user_id, reset_id = context.accounts.identity.mailed_tokens.read(RESET, body.token)
    await asyncio.to_thread(check_password, body.password)
    hashed = await context.accounts.passwords.hash(body.password)
    made = await request_of_person(request, user_id)
    complete = CompletePasswordReset(user_id=user_id, reset_id=reset_id, at=made.cause.at)
    unit = await made.record(user_commands(context, complete))
    await _set_password(context, user_id, hashed)
    await revoke_sessions(made, user_id, reason="password reset")
    return user_id, unit


async def _set_password(context: CommandContext, user_id: str, password_hash: str) -> None:
    await context.accounts.identity.store.set_password(user_id, password_hash, at=context.clock())


@asynccontextmanager
async def _answered_after(seconds: float) -> AsyncIterator[None]:
    """Leave the context no earlier than so many seconds after it was entered."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    try:
        yield
    finally:
        await asyncio.sleep(until - loop.time())
