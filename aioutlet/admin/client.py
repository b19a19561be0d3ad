"""The APIs of a running shop, asked as an admin from the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from aioutlet.accounts.admin_api import AdminRefused, admin_token
from aioutlet.journey.running_shop import RunningShop
from aioutlet.settings import read

TIMEOUT = 10.0
"""Seconds an API may take to answer."""
Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AdminClient:
    """Commands and queries of one admin; every method raises `AdminRefused` when the shop says no or nothing."""

    command_url: str
    query_url: str
    token: str = field(repr=False)

    def query(self, path: str, parameters: Parameters | None = None) -> Any:
        """Return what the query API answers; parameters that are None are left out."""
        return self._ask(self.query_url, "GET", path, params=_given(parameters)).json()

    def file(self, path: str, parameters: Parameters | None = None) -> bytes:
        """Return a file that the query API answers."""
        return self._ask(self.query_url, "GET", path, params=_given(parameters)).content

    def command(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Return what the command API answers."""
        content = {} if body is None else {"json": body}
        answer: dict[str, Any] = self._ask(self.command_url, method, path, **content).json()
        return answer

    def _ask(self, url: str, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = httpx.request(method, url + path, headers=headers, timeout=TIMEOUT, **content)
        except httpx.HTTPError as error:
            detail = f"the shop at {url} does not answer ({type(error).__name__}): start it with 'make run'"
            raise AdminRefused(detail) from error
        if answer.is_error:
            raise _refusal(answer)
        return answer


def open_client() -> AdminClient:
    """Return the client of the shop that the settings name.

    Raises:
        NotRunning: No shop has written its addresses there.
        CannotStart: A setting is missing or wrong.
    """
    shop = RunningShop.of(read())
    return AdminClient(shop.command_api, shop.query_api, admin_token(shop))


def _refusal(answer: httpx.Response) -> AdminRefused:
    """The problem in the words of the shop, with each wrong field on a line of its own."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    fields = [f"  {each['field']}: {each['detail']}" for each in problem.get("errors", ())]
    detail = "\n".join([str(problem.get("detail", f"HTTP {answer.status_code}")), *fields])
    return AdminRefused(detail, refused=problem.get("code"), status=answer.status_code, problem=problem)


def _given(parameters: Parameters | None) -> dict[str, str | list[str]]:
    given = {name: value for name, value in (parameters or {}).items() if value is not None}
    return {name: list(map(_text, value)) if isinstance(value, list) else _text(value) for name, value in given.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
