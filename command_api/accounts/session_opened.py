"""What a person gets when a session is opened or goes on: an access token, a refresh token, and who they are."""

from command_api.context import CommandContext
from domain.user import User
from event_store.unit_of_work import UnitOfWork
from identity.sealing import Sealer
from identity.sessions import OpenedSession
from schemas.actor_type import ActorType
from schemas.message import Id, Message
from schemas.stream_names import user_stream


class SessionUser(Message):
    """The person of a session; without roles before the address is verified."""

    user_id: Id
    email: str
    first_name: str
    last_name: str
    roles: tuple[ActorType, ...]
    email_verified: bool


class SessionOpened(Message):
    """A session: `expiresIn` and `refreshExpiresIn` are seconds.

    `streamId`, `version` and `position` are those of the person's stream, where something was recorded.
    """

    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session_id: Id
    user: SessionUser
    stream_id: str | None = None
    version: int | None = None
    position: int | None = None


async def session_opened(context: CommandContext, user: User, session: OpenedSession) -> SessionOpened:
    """Return the answer about a session of `user`, with a new access token."""
    issuer = context.accounts.identity.token_issuer
    access = await issuer.issue(user.id, user.roles, session_id=session.session_id)
    return SessionOpened(
        access_token=access.token,
        expires_in=access.expires_in,
        refresh_token=session.refresh_token,
        refresh_expires_in=int((session.expires_at - context.clock()).total_seconds()),
        session_id=session.session_id,
        user=await _session_user(context.sealer, user),
    )


async def with_position(opened: SessionOpened, unit: UnitOfWork, user_id: str) -> SessionOpened:
    """Return the answer with the version and position at which its session is recorded."""
    stream = user_stream(user_id)
    version = unit.version(stream)
    place = {"stream_id": stream, "version": version, "position": await unit.position(stream, version)}
    return opened.model_copy(update=place)


async def _session_user(sealer: Sealer, user: User) -> SessionUser:
    email, first_name, last_name = await sealer.open_all(user.personal)
    return SessionUser(
        user_id=user.id,
        email=email or "",
        first_name=first_name or "",
        last_name=last_name or "",
        roles=user.roles,
        email_verified=user.is_verified,
    )
