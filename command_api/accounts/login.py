"""Sessions: opened by a password, continued by a refresh token, ended by the person or by a token that came twice."""

from starlette.requests import Request

from command_api.accounts.bodies import Login, Refresh
from command_api.accounts.limits import delaying_failures, limit_by_address, limit_by_email
from command_api.accounts.request import request_of_person, user_commands
from command_api.accounts.session_opened import SessionOpened, session_opened, with_position
from command_api.context import CommandContext, context_of
from domain.user import User
from event_store.unit_of_work import UnitOfWork
from identity.records import Credential
from identity.sessions import ReuseDetected
from schemas.errors import LoginFailed, SessionEnded
from schemas.stream_names import user_stream
from schemas.user import RecordLogin, RecordSessionsRevoked, RecordTokenReuse


async def log_in(request: Request, body: Login) -> SessionOpened:
    """Open a session by address and password.

    It takes as long, and answers the same, whether there is no such account or it has another password.

    Raises:
        LoginFailed: Address and password do not match, or the account is closed.
    """
    await limit_by_address(request, "login by address")
    context = context_of(request)
    index = await limit_by_email(context, "login by account", body.email)
    async with delaying_failures(context, index):
        user = await _authenticated(context, index, body.password)
    user_id = user.id
    session = await context.accounts.identity.sessions.open(user_id)
    made = await request_of_person(request, user_id)
    login = RecordLogin(user_id=user_id, session_id=session.session_id, outcome="success")
    unit = await made.record(user_commands(context, login))
    opened = await session_opened(context, user, session)
    return await with_position(opened, unit, user_id)


async def _authenticated(context: CommandContext, index: str, password: str) -> User:
    credential = await context.accounts.identity.store.credential_of(index)
    user_id = await _verified(context, credential, password)
    if user_id is None or not (user := await user_of(context, user_id)).is_active:
        raise LoginFailed("address and password do not match")
    return user


async def refresh(request: Request, body: Refresh) -> SessionOpened:
    """Continue a session: its refresh token is spent, and another takes its place.

    Raises:
        SessionEnded: The token is unknown, expired or revoked, or was spent before: then its session ends too.
    """
    await limit_by_address(request, "refresh by address")
    context = context_of(request)
    session = await context.accounts.identity.sessions.refresh(body.refresh_token)
    if isinstance(session, ReuseDetected):
        await _record_reuse(request, session)
        raise SessionEnded("the session has ended; log in again")
    user = await user_of(context, session.user_id)
    if not user.is_active:
        raise SessionEnded("the session has ended; log in again")
    return await session_opened(context, user, session)


async def user_of(context: CommandContext, user_id: str) -> User:
    """Return the account as it is now."""
    loaded = await context.users.load(user_stream(user_id))
    return loaded.state


async def check_own_password(context: CommandContext, user_id: str, password: str) -> None:
    """Raise `LoginFailed` unless this is the password of the account."""
    await context.accounts.limiter.hit("password check by account", user_id)
    credential = await context.accounts.identity.store.credential(user_id)
    if await _verified(context, credential, password) is None:
        raise LoginFailed("the password is not right")


async def _verified(context: CommandContext, credential: Credential | None, password: str) -> str | None:
    """Return whose password it is; nobody's takes as long to find out."""
    stored = credential.password_hash if credential else None
    verification = await context.accounts.passwords.verify(password, stored)
    if credential is None or stored is None or not verification.is_right:
        return None
    if verification.new_hash:
        now = context.clock()
        await context.accounts.identity.store.replace_hash(credential.user_id, stored, verification.new_hash, at=now)
    return credential.user_id


async def _record_reuse(request: Request, reuse: ReuseDetected) -> UnitOfWork:
    made = await request_of_person(request, reuse.user_id)
    reused = RecordTokenReuse(user_id=reuse.user_id, session_id=reuse.session_id)
    revoked = RecordSessionsRevoked(user_id=reuse.user_id, session_ids=(reuse.session_id,), reason="token reuse")
    return await made.record(user_commands(made.context, reused, revoked))
