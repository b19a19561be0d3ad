"""Who may call a route: as it declares, as `edge.auth` enforces, and as its OpenAPI operation says in `x-access`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Depends
from fastapi.routing import APIRoute

EXTENSION = "x-access"
D = TypeVar("D")


@dataclass(frozen=True)
class AccessRule:
    """The roles that may call a route, and those that reach through it what is not their own.

    Without `roles` everybody with a credential may call it. Without `others` what it is about belongs to nobody.
    """

    roles: frozenset[str] | None = None
    others: frozenset[str] | None = None
    is_public: bool = False

    def as_extension(self) -> dict[str, Any]:
        """Return the value of `x-access`."""
        said: dict[str, Any] = {"public": True} if self.is_public else {}
        if self.roles is not None:
            said["roles"] = sorted(self.roles)
        if self.others is not None:
            said["others"] = sorted(self.others)
        return said

    @classmethod
    def of_extension(cls, said: Mapping[str, Any]) -> "AccessRule":
        """Return the rule that a value of `x-access` states."""
        roles, others = said.get("roles"), said.get("others")
        return cls(
            roles=None if roles is None else frozenset(roles),
            others=None if others is None else frozenset(others),
            is_public=said.get("public", False),
        )


@dataclass(frozen=True)
class Ownership:
    """A dependency that says whose things a route is about; the route itself tells them apart."""

    others: frozenset[str]

    async def __call__(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Restriction:
    """A dependency that says which roles the service behind this one lets through."""

    roles: frozenset[str]

    async def __call__(self) -> None:
        """Do nothing."""


def restricted(*roles: str) -> Any:
    """Return a dependency which says that the service behind lets only these roles through."""
    return Depends(Restriction(frozenset(roles)))


def owned(*others: str) -> Any:
    """Return a dependency which says that only `others` reach through this route what is not their own."""
    return Depends(Ownership(frozenset(others)))


def describe_access(*, roles: Collection[str] | None = None, others: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the part of `openapi_extra` by which a raw route declares its rule."""
    rule = AccessRule(
        roles=None if roles is None else frozenset(roles), others=None if others is None else frozenset(others)
    )
    return {EXTENSION: rule.as_extension()}


def find_dependency(route: APIRoute, kind: type[D]) -> D | None:
    """Return the dependency of this kind that a route declares, if it does."""
    return next((each.dependency for each in route.dependencies if isinstance(each.dependency, kind)), None)
