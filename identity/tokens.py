"""Bearer tokens: short-lived JWTs (RFC 7519) under HS256 only, which name the actor, its roles and its session.

Those of a session are signed by a key of the store, named in their head. Those without are for scripts, and signed by
the shop's token secret.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import jwt
from pydantic import Field, ValidationError

from identity.revocations import Revocations
from identity.token_keys import TokenKeys
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import SessionEnded, Unauthorised
from schemas.message import Id, Message

ALGORITHM = "HS256"
ISSUER = "aioutlet"
AUDIENCE = "aioutlet"
REQUIRED_CLAIMS = ("sub", "roles", "actorType", "iss", "aud", "iat", "exp")
MIN_SECRET_BYTES = 32
"""The output size of the hash (RFC 7518, 3.2)."""
LEEWAY = 5.0
"""Seconds by which the clocks of two machines may differ."""
MAX_CACHED_TOKENS = 4_096
TOKEN_LIFE = timedelta(minutes=10)
"""How long an access token of a session is good for."""
MAX_KID = 64


class Identity(NamedTuple):
    """Who a token names; a token for scripts is of no session."""

    actor: Actor
    session_id: str | None = None


class AccessToken(NamedTuple):
    """A token and the seconds it is good for."""

    token: str
    expires_in: int


class _Claims(Message):
    sub: Id
    actor_type: ActorType
    roles: tuple[ActorType, ...] = Field(max_length=len(ActorType))
    sid: Id | None = None
    iat: int
    exp: int


class _Verified(NamedTuple):
    identity: Identity
    kid: str | None
    expires: int


class TokenIssuer:
    """Issues tokens for scripts."""

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the secret that every verifier shares.

        Raises:
            ValueError: It is shorter than 32 bytes.
        """
        self._secret = _check_length(secret)
        self._clock = clock

    def issue(
        self,
        subject: str,
        roles: Collection[str] = ("customer",),
        actor_type: str = "customer",
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """Return a token with which `subject` acts in `roles` for `lifetime`."""
        claims = _claims(subject, roles, actor_type, now=self._clock(), lifetime=lifetime)
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)


class SessionTokenIssuer:
    """Issues the access tokens of sessions."""

    def __init__(self, keys: TokenKeys, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keys = keys
        self._clock = clock

    async def issue(
        self, subject: str, roles: Collection[str] = (), *, session_id: str, actor_type: str = "customer"
    ) -> AccessToken:
        """Return a token with which `subject` acts in `roles` for `TOKEN_LIFE`, unless the session is revoked."""
        key = await self._keys.signing_key()
        claims = _claims(subject, roles, actor_type, now=self._clock(), lifetime=TOKEN_LIFE)
        claims |= {"sid": session_id}
        token = jwt.encode(claims, key.secret, algorithm=ALGORITHM, headers={"kid": key.kid})
        return AccessToken(token, int(TOKEN_LIFE.total_seconds()))


class TokenVerifier:
    """Finds whom a token names; valid tokens are cached until they expire."""

    def __init__(
        self,
        secret: str,
        *,
        keys: TokenKeys | None = None,
        revocations: Revocations | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the secret of tokens for scripts; without `keys` and `revocations` tokens of sessions are refused.

        Raises:
            ValueError: The secret is shorter than 32 bytes.
        """
        self._secret = _check_length(secret)
        self._keys = keys
        self._revocations = revocations
        self._clock = clock
        self._cached: dict[str, _Verified] = {}

    async def verify(self, token: str) -> Identity:
        """Return whom `token` names.

        Raises:
            Unauthorised: Its signature or a claim is wrong, or it has expired (the detail says so).
            SessionEnded: Its session was revoked.
            Unavailable: The store of keys and sessions does not answer.
        """
        now = self._clock().timestamp()
        verified = self._cached.get(token) or await self._decode(token)
        if verified.expires + LEEWAY <= now:
            self._cached.pop(token, None)
            raise Unauthorised("the token has expired")
        if verified.kid is not None:
            await self._check_session(verified.kid, verified.identity.session_id)
        return verified.identity

    async def _check_session(self, kid: str, session_id: str | None) -> None:
        if self._keys is None or self._revocations is None or await self._keys.secret_of(kid) is None:
            raise Unauthorised("the token is not valid")
        if session_id is None or await self._revocations.is_revoked(session_id):
            raise SessionEnded("the session was revoked")

    async def _decode(self, token: str) -> _Verified:
        kid = _kid_of(token)
        secret = self._secret if kid is None else await self._keys.secret_of(kid) if self._keys else None
        if secret is None:
            raise Unauthorised("the token is not valid")
        claims = _parse_claims(_verify_signature(token, secret))
        if kid is not None:
            _check_claims_of_session(claims)
        actor = Actor(type=claims.actor_type, id=claims.sub, roles=tuple(claims.roles))
        verified = _Verified(Identity(actor, claims.sid if kid else None), kid, claims.exp)
        if len(self._cached) >= MAX_CACHED_TOKENS:
            self._cached.pop(next(iter(self._cached)))
        self._cached[token] = verified
        return verified


def _claims(
    subject: str, roles: Collection[str], actor_type: str, *, now: datetime, lifetime: timedelta
) -> dict[str, object]:
    return {
        "sub": subject,
        "roles": list(roles),
        "actorType": actor_type,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + lifetime,
    }


def _kid_of(token: str) -> str | None:
    """The name of the key that a token says it is signed with; None where it names none."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError as error:
        raise Unauthorised("the token is not valid") from error
    if kid is not None and not 1 <= len(kid) <= MAX_KID:
        raise Unauthorised("the token is not valid")
    return str(kid) if kid is not None else None


def _verify_signature(token: str, secret: str | bytes) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": list(REQUIRED_CLAIMS), "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise Unauthorised("the token is not valid") from error


def _parse_claims(claims: dict[str, Any]) -> _Claims:
    try:
        return _Claims.model_validate(claims)
    except ValidationError as error:
        raise Unauthorised("the token does not name an actor and its roles") from error


def _check_claims_of_session(claims: _Claims) -> None:
    if claims.sid is None or claims.exp - claims.iat > TOKEN_LIFE.total_seconds():
        raise Unauthorised("the token is not valid")


def _check_length(secret: str) -> str:
    if len(secret.encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"the token secret needs at least {MIN_SECRET_BYTES} bytes")
    return secret
