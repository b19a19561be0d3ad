"""Writes the catalogue of a running shop into a file."""

import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import httpx

from aioutlet.journey.running_shop import RunningShop
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType
from schemas.catalogue_file.rows import FileFormat

PATH = "/admin/catalogue"
TIMEOUT = 30.0
"""Seconds between two pieces of the answer."""
TOKEN_LIFETIME = timedelta(minutes=5)
DRAFT = ".new"


async def export_file(shop: RunningShop, file: Path | None, form: FileFormat) -> None:
    """Write all products to a file, which is never half written, or to standard output.

    Raises:
        OSError: The file cannot be written.
        httpx.HTTPError: The shop refuses, or does not answer.
    """
    if file is None:
        await _copy(shop, form, sys.stdout.buffer)
        return
    draft = file.with_name(file.name + DRAFT)
    with ExitStack() as stack:
        stack.callback(draft.unlink, missing_ok=True)
        with draft.open("wb") as target:
            await _copy(shop, form, target)
        draft.replace(file)


async def _copy(shop: RunningShop, form: FileFormat, target: BinaryIO) -> None:
    token = TokenIssuer(shop.secret).issue("command-line", (ActorType.ADMIN,), ActorType.ADMIN, TOKEN_LIFETIME)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(base_url=shop.query_api, headers=headers, timeout=TIMEOUT) as client,
        client.stream("GET", PATH, params={"format": form.value}) as answer,
    ):
        if answer.is_error:
            await answer.aread()
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            target.write(piece)
