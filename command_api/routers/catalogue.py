"""The whole catalogue as a file, by admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from command_api.catalogue.importing import CatalogueImport
from command_api.catalogue.report import CatalogueImported
from command_api.context import context_of
from edge.auth import CurrentActor, requires
from edge.body_size import MAX_BYTES
from edge.problems import field_error
from schemas.catalogue_file.reader import CatalogueReader
from schemas.catalogue_file.rows import MEDIA_TYPES, FileFormat
from schemas.errors import Invalid

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file; it is never held as a whole."""
BODY: dict[str, Any] = {
    MAX_BYTES: MAX_FILE,
    "requestBody": {"required": True, "content": {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES}},
}

router = APIRouter(prefix="/admin/catalogue", tags=["catalogue"], dependencies=[requires("admin")])


@router.post("", response_model=CatalogueImported, openapi_extra=BODY)
async def import_catalogue(
    request: Request, actor: CurrentActor, dry_run: Annotated[bool, Query(alias="dryRun")] = False
) -> Response:
    """Add or change the products of a CSV or JSON Lines file; what is wrong with a row costs no other.

    A row that a product is like already changes nothing, so an import that was interrupted is sent again. With `dryRun`
    everything is checked and decided, and nothing recorded.
    """
    reader = CatalogueReader(_format_of(request))
    async with CatalogueImport(context_of(request), actor, is_dry_run=dry_run) as importing:
        try:
            async for chunk in request.stream():
                await importing.add(reader.feed(chunk))
        except ClientDisconnect:
            raise Invalid("the file did not come as a whole") from None
        await importing.add(reader.close())
        report = await importing.finish()
    return Response(report.as_json(), media_type="application/json")


def _format_of(request: Request) -> FileFormat:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        detail = f"send the file as {' or '.join(MEDIA_TYPES)}"
        raise Invalid(detail, errors=[field_error("Content-Type", "media_type", detail, where="header")])
    return MEDIA_TYPES[media_type]
