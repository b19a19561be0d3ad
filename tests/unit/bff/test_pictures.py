"""Pictures as browsers get them: without a session, kept for ever under their version."""

import pytest
from fastapi import FastAPI

from bff.pictures.urls import picture_url
from tests.doors import client_of


async def test_a_picture_is_kept_for_ever_under_its_version(door: FastAPI) -> None:
    async with client_of(door) as browser:
        answer = await browser.get(str(picture_url("banana")))
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content.startswith(b"<svg ")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("version", ["", "?v=", "?v=000000000000"])
async def test_without_its_version_a_picture_is_not_kept_for_ever(door: FastAPI, version: str) -> None:
    async with client_of(door) as browser:
        answer = await browser.get(f"/bff/pictures/banana.svg{version}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=3600")


@pytest.mark.parametrize("name", ["unicorns", "Banana", "..%2fLICENSE", "%2e%2e", "b" * 65])
async def test_there_is_no_other_picture(door: FastAPI, name: str) -> None:
    async with client_of(door) as browser:
        assert (await browser.get(f"/bff/pictures/{name}.svg")).status_code in {401, 404, 422}
