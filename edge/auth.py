"""Who is asking: a bearer token on every path but the few that are public, and roles where a route asks for them."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.problems import problem_of
from identity.tokens import TokenVerifier
from schemas.envelope import Actor
from schemas.errors import Forbidden, Unauthorised

ACTOR = "aioutlet.actor"
"""Where the request's scope holds who is asking."""
SCHEME = "bearer "
LONGEST = 4_096


class Authentication:
    """Denies by default, before a byte of the body is read."""

    def __init__(self, app: ASGIApp, *, verifier: TokenVerifier, public: AbstractSet[str]) -> None:
        """Stand before `app`; exactly the paths in `public` need no token."""
        self._app = app
        self._verifier = verifier
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on whoever can say who they are."""
        if scope["type"] == "http" and scope["path"] not in self._public:
            try:
                scope[ACTOR] = self._verifier.verify(_bearer(scope))
            except Unauthorised as error:
                await problem_of(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def actor_of(request: Request) -> Actor:
    """Who is asking.

    Raises:
        Unauthorised: The request has no token; only possible on a public path.
    """
    actor = request.scope.get(ACTOR)
    if not isinstance(actor, Actor):
        raise Unauthorised("say who you are")
    return actor


async def current_actor(request: Request) -> Actor:
    """As `actor_of`, for routes that declare it."""
    return actor_of(request)


CurrentActor = Annotated[Actor, Depends(current_actor)]


def requires(*roles: str) -> Any:
    """A dependency that lets only actors with one of `roles` pass, and hands them over."""
    allowed = frozenset(roles)

    async def checked(actor: CurrentActor) -> Actor:
        check_role(actor, allowed)
        return actor

    return Depends(checked)


def check_role(actor: Actor, allowed: AbstractSet[str]) -> None:
    """Raise `Forbidden` unless the actor has one of these roles."""
    if allowed.isdisjoint(actor.roles):
        raise Forbidden(f"only for: {', '.join(sorted(allowed))}")


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            said = str(value, "latin-1")
            if said[: len(SCHEME)].lower() == SCHEME and len(said) <= LONGEST:
                return said[len(SCHEME) :].strip()
            break
    raise Unauthorised("a bearer token is needed")
