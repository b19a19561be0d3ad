"""Bearer tokens: JWT (RFC 7519) under HS256 and nothing else, short-lived, saying who acts and in which roles."""

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
REQUIRED = ("sub", "roles", "actorType", "iss", "aud", "iat", "exp")
SHORTEST_SECRET = 32
"""In bytes: the output size of the hash (RFC 7518, 3.2)."""
LEEWAY = 5.0
"""Seconds by which the clocks of two machines may differ."""
REMEMBERED = 4_096


class _Claims(Message):
    """What a token must say of its bearer."""

    sub: Id
    actor_type: ActorType
    roles: tuple[ActorType, ...] = Field(max_length=len(ActorType))
    exp: int


class TokenIssuer:
    """Signs tokens."""

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the secret shared with every verifier.

        Raises:
            ValueError: It is shorter than 32 bytes.
        """
        self._secret = _checked(secret)
        self._clock = clock

    def issue(
        self,
        subject: str,
        roles: Collection[str] = ("customer",),
        actor_type: str = "customer",
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A token by which `subject` acts in `roles` until `lifetime` is over."""
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
    """Says who a token's bearer is; good tokens are remembered until they expire."""

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the issuer's secret.

        Raises:
            ValueError: It is shorter than 32 bytes.
        """
        self._secret = _checked(secret)
        self._clock = clock
        self._remembered: dict[str, tuple[float, Actor]] = {}

    def verify(self, token: str) -> Actor:
        """The actor behind `token`.

        Raises:
            Unauthorised: It was not signed by us, is not for us, lacks a claim, or has expired (the detail says so).
        """
        now = self._clock().timestamp()
        expires, actor = self._remembered.get(token) or self._remember(token)
        if expires + LEEWAY <= now:
            self._remembered.pop(token, None)
            raise Unauthorised("the token has expired")
        return actor

    def _remember(self, token: str) -> tuple[float, Actor]:
        said = _said(self._signed(token))
        found = float(said.exp), Actor(type=said.actor_type, id=said.sub, roles=tuple(said.roles))
        if len(self._remembered) >= REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[token] = found
        return found

    def _signed(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": list(REQUIRED), "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthorised("the token is not valid") from error


def _said(claims: dict[str, Any]) -> _Claims:
    try:
        return _Claims.model_validate(claims)
    except ValidationError as error:
        raise Unauthorised("the token does not say who you are") from error


def _checked(secret: str) -> str:
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(f"the token secret needs at least {SHORTEST_SECRET} bytes")
    return secret
