"""Authentication by bearer token on every path but the public ones, and authorisation by role."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.access import find_dependency
from edge.problems import problem_of
from identity.tokens import TokenVerifier
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import AIOutletError, EmailNotVerified, Forbidden, NotFound, Unauthorised

ACTOR = "aioutlet.actor"
"""The key of the actor in a request's scope."""
SESSION = "aioutlet.session"
"""The key of the session's id."""
VERIFIER = "aioutlet.verifier"
"""The key of what verifies its token."""
SCHEME = "bearer "
MAX_LENGTH = 4_096
"""Characters of an Authorization header."""


class Authentication:
    """Refuses a request without a valid token, before its body is read."""

    def __init__(self, app: ASGIApp, *, verifier: TokenVerifier, public: AbstractSet[str]) -> None:
        """Wrap `app`; exactly the paths in `public` need no token."""
        self._app = app
        self._verifier = verifier
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with a valid token, and put its actor and session into the scope."""
        if scope["type"] == "http" and scope["path"] not in self._public:
            try:
                scope[VERIFIER] = self._verifier
                scope[ACTOR], scope[SESSION] = await self._verifier.verify(_bearer_token(scope))
            except AIOutletError as error:
                await problem_of(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def actor_of(request: Request) -> Actor:
    """Return the actor of a request.

    Raises:
        Unauthorised: The request has no token; only possible on a public path.
    """
    actor = request.scope.get(ACTOR)
    if not isinstance(actor, Actor):
        raise Unauthorised("a bearer token is needed")
    return actor


def session_of(request: Request) -> str | None:
    """Return the id of the session that a request belongs to; None on a public path, and for a script's token."""
    session: str | None = request.scope.get(SESSION)
    return session


async def verify_again(request: Request) -> None:
    """Look whether the token of a request that takes long is still good.

    Raises:
        Unauthorised: It has expired.
        SessionEnded: Its session was revoked.
        Unavailable: The store of keys and sessions does not answer.
    """
    verifier: TokenVerifier = request.scope[VERIFIER]
    await verifier.verify(_bearer_token(request.scope))


async def current_actor(request: Request) -> Actor:
    """As `actor_of`, for routes that declare it."""
    return actor_of(request)


CurrentActor = Annotated[Actor, Depends(current_actor)]


@dataclass(frozen=True)
class RoleCheck:
    """A dependency that refuses actors without one of the roles, and gives the actor to the route."""

    allowed: frozenset[str]

    async def __call__(self, actor: CurrentActor) -> Actor:
        """Raise `Forbidden`, or return the actor."""
        check_role(actor, self.allowed)
        return actor


def requires(*roles: str) -> Any:
    """Return a dependency that checks for one of `roles`."""
    return Depends(RoleCheck(frozenset(roles)))


def roles_of(route: APIRoute) -> frozenset[str]:
    """Return the roles that a route `requires`; empty where it does not."""
    check = find_dependency(route, RoleCheck)
    return check.allowed if check else frozenset()


def account_of(actor: Actor) -> str:
    """Return the id of the actor's account.

    Raises:
        NotFound: The actor is no person; one of another kind under the same id is somebody else.
    """
    if actor.type is not ActorType.CUSTOMER:
        raise NotFound(f"a {actor.type.value} has no account")
    return actor.id


def check_role(actor: Actor, allowed: AbstractSet[str]) -> None:
    """Raise `Forbidden` unless the actor has one of these roles; who has none yet must verify an address first."""
    if allowed.isdisjoint(actor.roles):
        if not actor.roles and ActorType.CUSTOMER in allowed:
            raise EmailNotVerified("verify your mail address first: the link is in the mail that welcomes you")
        raise Forbidden(f"only for: {', '.join(sorted(allowed))}")


def _bearer_token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            header = str(value, "latin-1")
            if header[: len(SCHEME)].lower() == SCHEME and len(header) <= MAX_LENGTH:
                return header[len(SCHEME) :].strip()
            break
    raise Unauthorised("a bearer token is needed")
