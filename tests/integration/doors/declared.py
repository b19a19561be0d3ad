"""Holds every answer of a door to what its OpenAPI document says it may answer."""

import re
from typing import Any, NamedTuple

import httpx
from fastapi import FastAPI


class _Document(NamedTuple):
    """The operations on each path, and the responses that they refer to."""

    paths: list[tuple[re.Pattern[str], dict[str, Any]]]
    parts: dict[str, Any]


_DOCUMENTS: dict[str, _Document] = {}
"""Of each service by its title, made once: it takes longer than many a test."""


class Declared:
    """A response hook: it fails a test whose door answers with a status or a media type it never declared."""

    def __init__(self, app: FastAPI) -> None:
        if app.title not in _DOCUMENTS:
            _DOCUMENTS[app.title] = _read(app.openapi())
        self._paths, self._parts = _DOCUMENTS[app.title]

    async def __call__(self, answer: httpx.Response) -> None:
        responses = self._operation(answer.request).get("responses")
        if responses is None:
            return
        declared = responses.get(str(answer.status_code))
        if declared is None:
            assert answer.is_error, f"{answer.status_code} is not declared"
            declared = responses["default"]
        declared = self._parts[declared["$ref"].rpartition("/")[2]] if "$ref" in declared else declared
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in declared["content"], f"{media_type} is not declared for {answer.status_code}"

    def _operation(self, request: httpx.Request) -> dict[str, Any]:
        """What is declared of this request; nothing of what no route was asked for."""
        found = (operations for pattern, operations in self._paths if pattern.fullmatch(request.url.path))
        operation: dict[str, Any] = next(found, {}).get(request.method.lower(), {})
        return operation


def _read(document: dict[str, Any]) -> _Document:
    # As the router does, words are tried before parameters.
    templates = sorted(document["paths"].items(), key=lambda each: each[0].count("{"))
    paths = [(_pattern(template), operations) for template, operations in templates]
    return _Document(paths, document["components"]["responses"])


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
