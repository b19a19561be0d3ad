"""Busy routes: the endpoint takes the request alone and answers with a response; FastAPI only describes it.

What FastAPI does per request for a route with dependencies and parsed parameters (80 µs against 26) is left out, so the
endpoint itself checks roles, headers and body, with the functions below and those of `edge.auth`. They refuse in the
framework's words.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.requests import Request

from schemas.errors import Malformed

JSON = "application/json"
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class RawRoute(APIRoute):
    """A route without dependencies: `APIRouter(route_class=RawRoute)`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Refuse what would be silently left out.

        Raises:
            TypeError: The endpoint, or the router, asks for more than the request.
        """
        super().__init__(path, endpoint, **options)
        needs = self.dependant
        if needs.dependencies or needs.path_params or needs.query_params or needs.header_params or needs.body_params:
            raise TypeError(f"{endpoint.__name__}: a raw route takes the request alone, and checks it itself")

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The endpoint itself."""
        return self.endpoint


async def read_json(request: Request, model: type[M]) -> M:
    """The request's body as a message.

    Raises:
        Malformed: It is not JSON.
        RequestValidationError: It is not what the model wants.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise _invalid("body", "model_attributes_type", "Input should be an object sent as application/json")
    body = await request.body()
    if not body:
        raise _invalid("body", "missing", "Field required")
    with suppress(ValidationError):
        return model.model_validate_json(body)
    # In two steps, as the framework reads it: that knows more encodings, and words refusals as other routes do.
    try:
        content = await request.json()
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    return _validated(partial(model.model_validate, from_attributes=True), content, "body")


def read_header(request: Request, name: str, adapter: TypeAdapter[T]) -> T:
    """One header as `adapter` wants it, None where it is missing.

    Raises:
        RequestValidationError: It is not what the adapter wants.
    """
    return _validated(adapter.validate_python, request.headers.get(name), "header", name)


def describe_body(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI part of a body; `edge.openapi` moves its definitions to the components."""
    [(_, schema)], definitions = _schema_of(model)
    content = {JSON: {"schema": schema | definitions}}
    return {"requestBody": {"required": True, "content": content}}


def describe_parameters(*parameters: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI part of parameters."""
    return {"parameters": list(parameters)}


def path_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def header_parameter(name: str, adapter: TypeAdapter[Any], description: str | None = None) -> dict[str, Any]:
    """A header that may be left out, as `adapter` wants it."""
    described = {"description": description} if description else {}
    schema = adapter.json_schema() | {"title": name} | described
    return {"name": name, "in": "header", "required": False, "schema": schema} | described


def _schema_of(model: type[BaseModel]) -> tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]:
    schemas, definitions = models_json_schema([(model, "validation")], ref_template="#/components/schemas/{model}")
    return list(schemas.items()), definitions


def _validated(validate: Callable[[Any], T], value: object, *where: str) -> T:
    try:
        return validate(value)
    except ValidationError as error:
        faults = [fault | {"loc": (*where, *fault["loc"])} for fault in error.errors(include_url=False)]
        raise RequestValidationError(faults) from error


def _invalid(where: str, code: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": code, "loc": (where,), "msg": message}])
