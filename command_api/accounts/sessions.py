"""Sessions that are ended before their time, by their person, an admin, or what happened to the account."""

from command_api.accounts.request import user_commands
from command_api.context import CommandRequest
from event_store.unit_of_work import UnitOfWork
from schemas.errors import NotFound
from schemas.user import RecordLogout, RecordSessionsRevoked, RevocationReason


async def log_out(request: CommandRequest, user_id: str, session_id: str) -> UnitOfWork:
    """End the caller's session."""
    await request.context.accounts.identity.sessions.revoke(session_id)
    logout = RecordLogout(user_id=user_id, session_id=session_id)
    return await request.record(user_commands(request.context, logout))


async def revoke_session(
    request: CommandRequest, user_id: str, session_id: str, *, reason: RevocationReason
) -> UnitOfWork:
    """End one session of a person.

    Raises:
        NotFound: The person has no such session.
    """
    sessions = request.context.accounts.identity.sessions
    if session_id not in {each.session_id for each in await sessions.list(user_id)}:
        raise NotFound(f"there is no session {session_id}")
    await sessions.revoke(session_id)
    revoked = RecordSessionsRevoked(user_id=user_id, session_ids=(session_id,), reason=reason)
    return await request.record(user_commands(request.context, revoked))


async def revoke_sessions(
    request: CommandRequest, user_id: str, *, reason: RevocationReason, but: str | None = None
) -> UnitOfWork:
    """End all sessions of a person, or all but one; nothing is recorded where there are none."""
    ended = await request.context.accounts.identity.sessions.revoke_all(user_id, but=but)
    revoked = RecordSessionsRevoked(user_id=user_id, session_ids=tuple(ended), reason=reason)
    return await request.part("sessions").record(user_commands(request.context, revoked))
