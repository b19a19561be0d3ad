"""The catalogue as a file, which an admin's browser sends in pieces."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from bff.admin.answers import CatalogueImported
from bff.calls import CurrentCalls
from edge.access import restricted
from edge.body_size import MAX_BYTES
from schemas.catalogue_file.rows import MEDIA_TYPES

MAX_PIECE = 1024 * 1024
"""Bytes: more than the longest row, and few enough to be imported within the time that an answer may take."""
BODY: dict[str, Any] = {
    MAX_BYTES: MAX_PIECE,
    "requestBody": {"required": True, "content": {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES}},
}

router = APIRouter(prefix="/bff/admin/catalogue", tags=["admin"], dependencies=[restricted("admin")])


@router.post("", openapi_extra=BODY)
async def import_catalogue(
    request: Request, calls: CurrentCalls, dry_run: Annotated[bool, Query(alias="dryRun")] = False
) -> CatalogueImported:
    """Add or change the products of a piece of a CSV or JSON Lines file; what is wrong with a row costs no other.

    Each piece of a CSV file begins with the header. A row that a product is like already changes nothing, so a piece
    that found no answer is sent again. With `dryRun` everything is checked and decided, and nothing recorded.
    """
    imported = await calls.file(
        "/admin/catalogue",
        await request.body(),
        request.headers.get("content-type", ""),
        parameters=[("dryRun", str(dry_run).lower())],
        answer=CatalogueImported,
    )
    if imported.recorded:
        calls.session.written.note(imported.recorded.stream_id, imported.recorded.position)
    return imported
