"""Routes for heavy traffic: the endpoint takes only the request and returns a response; FastAPI documents it.

FastAPI spends 100 µs on an empty request with two dependencies, 51 µs without, `RawRouting` 12 µs. So it calls the
endpoint, which checks roles, headers and body itself, with the functions below and those of `edge.auth`, which refuse
as FastAPI does.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from schemas.errors import Malformed

JSON = "application/json"
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class RawRoute(APIRoute):
    """A route without dependencies: `APIRouter(route_class=RawRoute)`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Refuse an endpoint whose parameters would be ignored.

        Raises:
            TypeError: The endpoint, or the router, declares more than the request.
        """
        super().__init__(path, endpoint, **options)
        declared = self.dependant
        parameters = (declared.path_params, declared.query_params, declared.header_params, declared.body_params)
        if declared.dependencies or any(parameters):
            raise TypeError(f"{endpoint.__name__}: the endpoint of a raw route takes only the request")


class RawRouting:
    """Calls the endpoints of raw routes; all other requests go on to the framework."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute]) -> None:
        """Wrap `app`, whose routes are `routes`, in the order in which they match."""
        self._app = app
        raw = [index for index, route in enumerate(routes) if isinstance(route, RawRoute)]
        self._routes = routes[: raw[-1] + 1] if raw else ()
        self._fixed = dict(_fixed_paths(self._routes))

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        is_whole_path = scope["type"] == "http" and not scope.get("root_path")
        if is_whole_path and (fixed := self._fixed.get((scope["method"], scope["path"]))):
            scope.update(endpoint=fixed.endpoint, path_params={}, route=fixed)
            return _respond(fixed, scope, receive, send)
        for route in self._routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                if isinstance(route, RawRoute):
                    scope.update(found)
                    return _respond(route, scope, receive, send)
                break
        return self._app(scope, receive, send)


def _fixed_paths(routes: Sequence[BaseRoute]) -> Iterator[tuple[tuple[str, str], RawRoute]]:
    """Yield method and path of the raw routes without parameters before which no other route matches them."""
    for route in routes:
        if isinstance(route, RawRoute) and not route.param_convertors:
            for method in route.methods or ():
                scope = {"type": "http", "method": method, "path": route.path, "root_path": ""}
                if next(each for each in routes if each.matches(scope)[0] is Match.FULL) is route:
                    yield (method, route.path), route


async def _respond(route: RawRoute, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the endpoint's response, or that of the application's handler of its error."""
    request = Request(scope, receive, send)
    try:
        response = await route.endpoint(request)
    except Exception as error:
        handlers = request.app.exception_handlers
        handle = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
        if handle is None:
            raise
        response = await handle(request, error)
    await response(scope, receive, send)


async def read_json(request: Request, model: type[M]) -> M:
    """Read the request's JSON body as a model.

    Raises:
        Malformed: It is not JSON.
        RequestValidationError: It does not fit the model.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise _invalid("body", "model_attributes_type", "Input should be an object sent as application/json")
    body = await _read_body(request)
    if not body:
        raise _invalid("body", "missing", "Field required")
    try:
        return model.model_validate_json(body)
    except ValidationError:
        return _read_json_again(body, model)


async def _read_body(request: Request) -> bytes:
    """As `Request.body`, which keeps the body and calls a generator for each piece of it: that takes twice as long."""
    pieces, is_over = [], False
    while not is_over:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        is_over = not message.get("more_body")
    return b"".join(pieces)


def _read_json_again(body: bytes, model: type[M]) -> M:
    """Read it in two steps, as the framework does: that reads more encodings, and gives the errors of other routes."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    return _validate(partial(model.model_validate, from_attributes=True), content, "body")


def read_header(request: Request, name: str, adapter: TypeAdapter[T]) -> T:
    """Read one header with `adapter`, which gets None where it is missing.

    Raises:
        RequestValidationError: It does not fit the adapter.
    """
    return _validate(adapter.validate_python, request.headers.get(name), "header", name)


def describe_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI part of a body; `edge.openapi` moves its definitions to the components."""
    [(_, schema)], definitions = _schema_of(model)
    content = {JSON: {"schema": schema | definitions}}
    return {"requestBody": {"required": True, "content": content}}


def describe_parameters(*parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI part of a route's parameters."""
    return {"parameters": list(parameters)}


def path_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI part of a path parameter."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def header_parameter(name: str, adapter: TypeAdapter[Any], description: str | None = None) -> dict[str, Any]:
    """Return the OpenAPI part of an optional header that is read with `adapter`."""
    described = {"description": description} if description else {}
    schema = adapter.json_schema() | {"title": name} | described
    return {"name": name, "in": "header", "required": False, "schema": schema} | described


def _schema_of(model: type[BaseModel]) -> tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]:
    schemas, definitions = models_json_schema([(model, "validation")], ref_template="#/components/schemas/{model}")
    return list(schemas.items()), definitions


def _validate(validate: Callable[[Any], T], value: object, *where: str) -> T:
    try:
        return validate(value)
    except ValidationError as error:
        errors = [each | {"loc": (*where, *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(errors) from error


def _invalid(where: str, code: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": code, "loc": (where,), "msg": message}])
