"""The OpenAPI document of a service: FastAPI's, plus its credentials and the problem documents."""

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from edge.access import EXTENSION, AccessRule, Ownership, Restriction, find_dependency
from edge.auth import roles_of
from edge.openapi_answers import answer_components, describe_answers

BEARER_SCHEME = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def describe(app: FastAPI, security: Mapping[str, Any], public: Collection[str] = ()) -> dict[str, Any]:
    """Return the OpenAPI document of an application, whose routes need all of `security`; it is built once.

    Those on the paths of `public` need nothing.

    A route that needs something else says so in its `openapi_extra`.
    """
    if not app.openapi_schema:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        components = document.setdefault("components", {})
        components["securitySchemes"] = dict(security)
        schemas, parts = components.setdefault("schemas", {}), answer_components()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas.update(parts.pop("schemas"))
        components.update(parts)
        document["security"] = [{name: [] for name in security}]
        for route in app.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    _describe_access(document["paths"][route.path_format][method.lower()], route, public)
        for operation in (each for path in document.get("paths", {}).values() for each in path.values()):
            schemas.update(_lift_definitions(operation))
            describe_answers(operation)
        app.openapi_schema = document
    return app.openapi_schema


def _describe_access(operation: dict[str, Any], route: APIRoute, public: Collection[str]) -> None:
    if route.path in public:
        operation["security"] = []
    restriction, ownership = find_dependency(route, Restriction), find_dependency(route, Ownership)
    rule = AccessRule(
        roles=restriction.roles if restriction else roles_of(route) or None,
        others=ownership.others if ownership else None,
        is_public=operation.get("security") == [],
    )
    operation.setdefault(EXTENSION, rule.as_extension())


def _lift_definitions(operation: dict[str, Any]) -> dict[str, Any]:
    """Remove the definitions from a raw route's body, and return them."""
    contents = operation.get("requestBody", {}).get("content", {}).values()
    return {name: schema for content in contents for name, schema in content["schema"].pop("$defs", {}).items()}
