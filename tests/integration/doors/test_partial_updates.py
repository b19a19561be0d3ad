"""Partial updates are merge patches (RFC 7396): null clears what is optional, and is refused where it is required."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.integration.doors.counter import Counter, problem
from tests.integration.doors.test_accounts import bearer, events_of, joined
from tests.sealing import unseal
from tests.unit.bff.shop import FakeShop, door_of

CLEARED = {"brand", "description", "attributes", "picture", "title", "displayName"}
"""What null removes; every other field of a partial update must be there."""


@pytest.fixture
async def bff() -> AsyncIterator[FastAPI]:
    async with door_of(FakeShop()) as door:
        yield door


def taking_null(app: FastAPI) -> Iterator[tuple[str, set[str]]]:
    """Each operation that updates in part, and the fields for which it takes null."""
    document = app.openapi()
    for path, operations in document["paths"].items():
        if "patch" in operations:
            reference = operations["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            fields = document["components"]["schemas"][reference.rpartition("/")[2]]["properties"].items()
            yield path, {name for name, field in fields if {"type": "null"} in field.get("anyOf", [])}


def test_null_is_taken_only_for_what_it_removes(counter: Counter, bff: FastAPI) -> None:
    found = {path: fields for app in (counter.app, bff) for path, fields in taking_null(app)}
    assert {"/users/me", "/products/{product_id}", "/reviews/{product_id}", "/bff/me"} <= found.keys()
    assert {path: fields - CLEARED for path, fields in found.items() if fields - CLEARED} == {}


@pytest.mark.parametrize("body", [{"firstName": None}, {"lastName": None}, {"firstName": "Mina", "lastName": None}])
async def test_a_persons_names_are_not_removed(counter: Counter, body: dict[str, str | None]) -> None:
    session = await joined(counter)
    head = await counter.store.head()
    refusal = problem(await counter.says("PATCH", "/users/me", json=body, headers=bearer(session)), 422, "invalid")
    assert [error["field"] for error in refusal["errors"]] == [name for name, value in body.items() if value is None]
    assert await counter.recorded(after=head) == []


async def test_an_update_of_nothing_records_nothing(counter: Counter) -> None:
    session = await joined(counter)
    before = await events_of(counter, session)
    done = await counter.done("PATCH", "/users/me", json={}, headers=bearer(session))
    assert await events_of(counter, session) == before
    assert done["version"] == before[-1].version


async def test_of_updates_of_other_fields_at_once_none_is_lost(counter: Counter) -> None:
    session = await joined(counter)
    names = [{"firstName": f"Mina {number}"} for number in range(25)]
    names += [{"lastName": f"Feather {number}"} for number in range(25)]
    for first, last in zip(names[:25], names[25:], strict=True):
        await asyncio.gather(
            *(counter.done("PATCH", "/users/me", json=body, headers=bearer(session)) for body in (first, last))
        )
        updated: Any = (await events_of(counter, session))[-1].event
        assert unseal(updated.first_name) == first["firstName"]
        assert unseal(updated.last_name) == last["lastName"]
