"""Bearer tokens: short-lived JWTs (RFC 7519) under HS256 only, which name the actor and its roles."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from pydantic import Field, ValidationError

from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import Unauthorised
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


class _Claims(Message):
    sub: Id
    actor_type: ActorType
    roles: tuple[ActorType, ...] = Field(max_length=len(ActorType))
    exp: int


class TokenIssuer:
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
        now = self._clock()
        claims = {
            "sub": subject,
            "roles": list(roles),
            "actorType": actor_type,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)


class TokenVerifier:
    """Finds the actor of a token; valid tokens are cached until they expire."""

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the issuer's secret.

        Raises:
            ValueError: It is shorter than 32 bytes.
        """
        self._secret = _check_length(secret)
        self._clock = clock
        self._cached: dict[str, tuple[float, Actor]] = {}

    def verify(self, token: str) -> Actor:
        """Return the actor of `token`.

        Raises:
            Unauthorised: Its signature or a claim is wrong, or it has expired (the detail says so).
        """
        now = self._clock().timestamp()
        expires, actor = self._cached.get(token) or self._decode(token)
        if expires + LEEWAY <= now:
            self._cached.pop(token, None)
            raise Unauthorised("the token has expired")
        return actor

    def _decode(self, token: str) -> tuple[float, Actor]:
        claims = _parse_claims(self._verify_signature(token))
        decoded = float(claims.exp), Actor(type=claims.actor_type, id=claims.sub, roles=tuple(claims.roles))
        if len(self._cached) >= MAX_CACHED_TOKENS:
            self._cached.pop(next(iter(self._cached)))
        self._cached[token] = decoded
        return decoded

    def _verify_signature(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._secret,
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


def _check_length(secret: str) -> str:
    if len(secret.encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"the token secret needs at least {MIN_SECRET_BYTES} bytes")
    return secret
